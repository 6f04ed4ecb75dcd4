import type { Flag, FlagConfig, Kill, MemberList, Segment, SegmentConfig } from '@glidepath/core';
import { describeServing, stateOf } from '@glidepath/core/change';
import { timeOf } from '../http/api.ts';
import type {
  FlagConfigView,
  FlagRow,
  FlagRowState,
  FlagView,
  KillView,
  SegmentConfigView,
  SegmentRow,
  SegmentView,
} from '../http/api-types.ts';
import type { StoredDocument } from '../store/store.ts';
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
    ...config.body,
    killed: killViewOf(config.body.killed),
    serves: describeServing(flag, config.body),
    revision: config.revision,
    updatedAt: timeOf(config.updatedAt),
  };
}

export function flagRowOf(
  flag: Stored<Flag>,
  configs: readonly { readonly environment: string; readonly config: FlagConfig }[],
): FlagRow {
  const { key, name, type, purpose, owner, tags, clientSide, createdAt, archivedAt } = flagViewOf(flag);
  return {
    key,
    name,
    type,
    purpose,
    owner,
    tags,
    clientSide,
    createdAt,
    archivedAt,
    revision: flag.revision,
    environments: configs.map(({ environment, config }) => rowStateOf(flag.body, environment, config)),
  };
}

function rowStateOf(flag: Flag, environment: string, config: FlagConfig): FlagRowState {
  return { environment, ...stateOf(flag, config), killed: killViewOf(config.killed) };
}

export function segmentViewOf({ body, revision, updatedAt }: Stored<Segment>): SegmentView {
  return { ...body, createdAt: timeOf(body.createdAt), revision, updatedAt: timeOf(updatedAt) };
}

export function segmentConfigViewOf(environment: string, config: Stored<SegmentConfig>): SegmentConfigView {
  return {
    segment: config.key,
    environment,
    included: countsOf(config.body.included),
    excluded: countsOf(config.body.excluded),
    rules: config.body.rules,
    revision: config.revision,
    updatedAt: timeOf(config.updatedAt),
  };
}

export function segmentRowOf(
  segment: Stored<Segment>,
  configs: readonly { readonly environment: string; readonly config: SegmentConfig }[],
): SegmentRow {
  return {
    ...segmentViewOf(segment),
    environments: configs.map(({ environment, config }) => ({
      environment,
      included: sizeOf(config.included),
      excluded: sizeOf(config.excluded),
      rules: config.rules.length,
    })),
  };
}

/** Keys of segments as counts: there may be a hundred thousand. */
export const countsOf = (lists: readonly MemberList[]) =>
  lists.map(({ contextKind, keys }) => ({ contextKind, count: keys.length }));

const sizeOf = (lists: readonly MemberList[]): number => lists.reduce((sum, { keys }) => sum + keys.length, 0);

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
    case 'segment':
      return segmentViewOf(document as StoredDocument<Segment>);
    case 'segment-config':
      return segmentConfigViewOf(environment, document as StoredDocument<SegmentConfig>);
  }
}
