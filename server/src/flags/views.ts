import type { Flag, FlagConfig, Kill, MemberList, Segment, SegmentConfig } from '@glidepath/core';
import type { SegmentOutline, SegmentUse } from '@glidepath/core/change';
import { describeMembership, describeServing, stateOf, withoutArms } from '@glidepath/core/change';
import { timeOf } from '../http/api.ts';
import type {
  FlagConfigView,
  FlagDefinitionView,
  FlagRow,
  FlagRowState,
  FlagView,
  KillView,
  SegmentConfigView,
  SegmentRow,
  SegmentUserView,
  SegmentView,
} from '../http/api-types.ts';
import type { FlagPlanBody } from '../store/documents.ts';
import type { StoredDocument } from '../store/store.ts';
import type { ListedFlag } from './flag-list.ts';
import type { ListedSegment } from './segment-index.ts';
import type { FlagDocumentKind, Workspace } from './write-path/workspace.ts';

/** Documents as the HTTP API shows them. */

const killViewOf = (kill: Kill | null): KillView | null =>
  kill === null ? null : { at: timeOf(kill.at), by: kill.by, reason: kill.reason };

type Stored<B> = Pick<StoredDocument<B>, 'key' | 'body' | 'revision' | 'updatedAt'>;

export function flagViewOf({ body, revision, updatedAt }: Stored<Flag>): FlagView {
  return {
    ...body,
    createdAt: timeOf(body.createdAt),
    archivedAt: body.archivedAt === null ? null : timeOf(body.archivedAt),
    revision,
    updatedAt: timeOf(updatedAt),
  };
}

export function flagConfigViewOf(flag: Flag, environment: string, config: Stored<FlagConfig>): FlagConfigView {
  return {
    flag: flag.key,
    environment,
    // What SDKs are told of a rollout's stage is nothing that somebody may write.
    ...withoutArms(config.body),
    killed: killViewOf(config.body.killed),
    serves: describeServing(flag, config.body),
    revision: config.revision,
    updatedAt: timeOf(config.updatedAt),
  };
}

function flagPlanViewOf(environment: string, { key, body, revision, updatedAt }: Stored<FlagPlanBody>) {
  return { flag: key, environment, ...body, revision, updatedAt: timeOf(updatedAt) };
}

export function flagRowOf(
  flag: Stored<Flag>,
  configs: readonly { readonly environment: string; readonly config: FlagConfig }[],
): FlagRow {
  const { key, name, type, purpose, owner, tags, clientSide, lifetimeDays, createdAt, archivedAt } = flagViewOf(flag);
  return {
    key,
    name,
    type,
    purpose,
    owner,
    tags,
    clientSide,
    lifetimeDays,
    createdAt,
    archivedAt,
    revision: flag.revision,
    environments: configs.map(({ environment, config }) => rowStateOf(flag.body, environment, config)),
  };
}

export function flagDefinitionOf(
  { flag, configs }: ListedFlag,
  memberNames: ReadonlyMap<string, string>,
): FlagDefinitionView {
  const { owner } = flag.body;
  return {
    ...flagViewOf(flag),
    ownerName: owner === null ? null : (memberNames.get(owner) ?? owner),
    configurations: configs.map(({ environment, config }) => ({
      environment,
      offVariation: config.offVariation,
      rules: withoutArms(config).rules,
    })),
  };
}

function rowStateOf(flag: Flag, environment: string, config: FlagConfig): FlagRowState {
  return { environment, ...stateOf(flag, config), killed: killViewOf(config.killed) };
}

export function segmentViewOf({ body, revision, updatedAt }: Stored<Segment>): SegmentView {
  return { ...body, createdAt: timeOf(body.createdAt), revision, updatedAt: timeOf(updatedAt) };
}

export function segmentConfigViewOf(environment: string, config: Stored<SegmentConfig>): SegmentConfigView {
  const outline = outlineOf(config.body);
  return {
    segment: config.key,
    environment,
    ...outline,
    belongs: describeMembership(outline),
    revision: config.revision,
    updatedAt: timeOf(config.updatedAt),
  };
}

/** Sentences of a definition that a list shows. */
const SENTENCES_IN_LIST = 3;

export function segmentRowOf({ segment, definitions }: ListedSegment, uses: readonly SegmentUse[]): SegmentRow {
  const users = (kind: SegmentUse['kind'], environment?: string) =>
    new Set(
      uses
        .filter((use) => use.kind === kind && (environment === undefined || use.environment === environment))
        .map(({ key }) => key),
    ).size;
  return {
    ...segmentViewOf(segment),
    usedBy: { flags: users('flag'), segments: users('segment') },
    environments: definitions.map(({ environment, outline }) => ({
      environment,
      included: sizeOf(outline.included),
      excluded: sizeOf(outline.excluded),
      rules: outline.rules.length,
      belongs: describeMembership(outline).slice(0, SENTENCES_IN_LIST),
      usedBy: users('flag', environment),
    })),
  };
}

/** A definition with its keys as counts: there may be a hundred thousand. */
export function outlineOf({ included, excluded, rules }: SegmentConfig): SegmentOutline {
  return { included: countsOf(included), excluded: countsOf(excluded), rules };
}

const countsOf = (lists: readonly MemberList[]) =>
  lists.map(({ contextKind, keys }) => ({ contextKind, count: keys.length }));

const sizeOf = (lists: SegmentOutline['included']): number => lists.reduce((sum, { count }) => sum + count, 0);

/** The rules that name a segment, with what they belong to. */
export function segmentUsersOf(
  uses: readonly SegmentUse[],
  flags: readonly ListedFlag[],
  segments: readonly ListedSegment[],
): readonly SegmentUserView[] {
  const flagsByKey = new Map(flags.map((listed) => [listed.flag.key, listed]));
  const segmentsByKey = new Map(segments.map((listed) => [listed.segment.key, listed]));
  return uses.flatMap((use): readonly SegmentUserView[] => {
    const named = { environment: use.environment, key: use.key, ruleId: use.ruleId, ruleIndex: use.ruleIndex };
    if (use.kind === 'segment') {
      const user = segmentsByKey.get(use.key);
      const outline = user?.definitions.find(({ environment }) => environment === use.environment)?.outline;
      if (user === undefined || outline === undefined) return [];
      const ruleName = outline.rules[use.ruleIndex]?.name ?? '';
      return [{ kind: 'segment', ...named, name: user.segment.body.name, ruleName, state: null }];
    }
    const user = flagsByKey.get(use.key);
    const config = user?.configs.find(({ environment }) => environment === use.environment)?.config;
    if (user === undefined || config === undefined) return [];
    const ruleName = config.rules[use.ruleIndex]?.name ?? '';
    const state = rowStateOf(user.flag.body, use.environment, config);
    return [{ kind: 'flag', ...named, name: user.flag.body.name, ruleName, state }];
  });
}

/** Any document that a change writes, as the HTTP API shows it. */
export async function viewOfDocument(workspace: Workspace, document: StoredDocument): Promise<unknown> {
  const environment = workspace.environmentKey(document.parent) ?? '';
  const kind = document.kind as FlagDocumentKind;
  switch (kind) {
    case 'flag':
      return flagViewOf(document as StoredDocument<Flag>);
    case 'flag-config': {
      const flag = await workspace.flag(document.key);
      if (flag === null) throw new Error(`configuration ${document.id} has no flag ${document.key}`);
      return flagConfigViewOf(flag, environment, document as StoredDocument<FlagConfig>);
    }
    case 'flag-plan':
      return flagPlanViewOf(environment, document as StoredDocument<FlagPlanBody>);
    case 'segment':
      return segmentViewOf(document as StoredDocument<Segment>);
    case 'segment-config':
      return segmentConfigViewOf(environment, document as StoredDocument<SegmentConfig>);
  }
}
