import type { Flag, FlagConfig, Segment, SegmentConfig } from '@glidepath/core';
import type { Definitions, DrivenPlace, FlagState, PlanDefinition, SegmentState } from '@glidepath/core/definition';
import { type EnvironmentBody, environmentsOf, type FlagPlanBody } from '../store/documents.ts';
import type { DocumentKind, Reads, StoredDocument } from '../store/store.ts';

/** Which documents are asked for; null = all. */
export interface Named {
  readonly flags: ReadonlySet<string> | null;
  readonly segments: ReadonlySet<string> | null;
}

/** What a project's flags and segments are now. */
export interface Present {
  readonly environments: readonly StoredDocument<EnvironmentBody>[];
  readonly flags: ReadonlyMap<string, FlagState>;
  readonly segments: ReadonlyMap<string, SegmentState>;
  /** Revision of a document; undefined where there is none. */
  revisionOf(kind: DocumentKind, key: string, environment: string | null): number | undefined;
}

/** Below this, documents are read one by one. */
const FEW = 20;
const MOST_ROLLOUTS = 100_000;

export const namedIn = ({ flags, segments }: Definitions): Named => ({
  flags: new Set(flags.map(({ key }) => key)),
  segments: new Set(segments.map(({ key }) => key)),
});

export async function presentIn(reads: Reads, projectId: string, named: Named): Promise<Present> {
  const environments = await environmentsOf(reads, projectId);
  const revisions = new Map<string, number>();
  const read = async <B>(kind: DocumentKind, parent: string, environment: string | null, keys: Named['flags']) => {
    const documents = await documentsNamed<B>(reads, kind, parent, keys);
    for (const { key, revision } of documents) revisions.set(nameOf(kind, key, environment), revision);
    return new Map(documents.map(({ key, body }) => [key, body]));
  };
  const flags = await read<Flag>('flag', projectId, null, named.flags);
  const segments = await read<Segment>('segment', projectId, null, named.segments);
  const configs = new Map<string, ReadonlyMap<string, FlagConfig>>();
  const memberships = new Map<string, ReadonlyMap<string, SegmentConfig>>();
  const driven = new Map<string, ReadonlyMap<string, readonly DrivenPlace[]>>();
  const plans = new Map<string, ReadonlyMap<string, PlanDefinition>>();
  for (const { id, key } of environments) {
    configs.set(key, await read<FlagConfig>('flag-config', id, key, named.flags));
    memberships.set(key, await read<SegmentConfig>('segment-config', id, key, named.segments));
    driven.set(key, await drivenIn(reads, id));
    plans.set(key, saidIn(await read<FlagPlanBody>('flag-plan', id, key, named.flags)));
  }
  return {
    environments,
    flags: new Map(
      [...flags].map(([key, flag]) => [
        key,
        { flag, configs: column(configs, key), driven: column(driven, key), plans: column(plans, key) },
      ]),
    ),
    segments: new Map([...segments].map(([key, segment]) => [key, { segment, configs: column(memberships, key) }])),
    revisionOf: (kind, key, environment) => revisions.get(nameOf(kind, key, environment)),
  };
}

const nameOf = (kind: DocumentKind, key: string, environment: string | null): string =>
  `${kind}\t${environment ?? ''}\t${key}`;

async function documentsNamed<B>(
  reads: Reads,
  kind: DocumentKind,
  parent: string,
  keys: Named['flags'],
): Promise<readonly StoredDocument<B>[]> {
  if (keys !== null && keys.size <= FEW) {
    const found: StoredDocument<B>[] = [];
    for (const key of keys) {
      const document = await reads.document<B>({ kind, parent, key });
      if (document !== null) found.push(document);
    }
    return found;
  }
  const all = await reads.documents<B>(kind, parent);
  return keys === null ? all : all.filter(({ key }) => keys.has(key));
}

/** What live rollouts drive, by flag. One that waits for its start drives nothing yet. */
async function drivenIn(reads: Reads, environment: string): Promise<ReadonlyMap<string, readonly DrivenPlace[]>> {
  const rows = await reads.rollouts({ environment, isLive: true, limit: MOST_ROLLOUTS });
  return new Map(
    rows
      .filter(({ rollout }) => rollout.state.kind !== 'waiting')
      .map(({ flag, rollout: { plan, before } }) => [flag, [{ at: plan.at, before }]]),
  );
}

function saidIn(bodies: ReadonlyMap<string, FlagPlanBody>): ReadonlyMap<string, PlanDefinition> {
  return new Map([...bodies].flatMap(([key, { plan }]) => (plan === null ? [] : [[key, plan] as const])));
}

function column<V>(tables: ReadonlyMap<string, ReadonlyMap<string, V>>, key: string): ReadonlyMap<string, V> {
  return new Map(
    [...tables].flatMap(([name, table]) => {
      const value = table.get(key);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}
