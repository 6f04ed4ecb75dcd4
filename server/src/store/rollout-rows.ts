import { and, asc, count, desc, eq, gt, inArray, isNotNull, lt, lte, max, or, type SQL } from 'drizzle-orm';
import { RefusedError } from '../errors.ts';
import type { Rollout, RolloutState } from '../rollouts/rollout.ts';
import { isOver } from '../rollouts/rollout.ts';
import type { Db, Tables } from './connection.ts';
import type { CountedRollout, Evidence, RolloutFilter, RolloutInput, RolloutRecord, RolloutRow } from './rollouts.ts';
import { FURTHEST_LOOK_MS } from './rollouts.ts';
import type { Origin } from './store.ts';

type Row = Tables['rollout']['$inferSelect'];

function rolloutOf({
  id: _,
  projectId,
  envId,
  drives: __,
  state: ___,
  body,
  evidence,
  origin,
  ...row
}: Row): RolloutRow {
  return {
    ...row,
    rollout: JSON.parse(body) as Rollout,
    project: projectId,
    environment: envId,
    origin: origin as Origin,
    evidence: evidence === null ? null : (JSON.parse(evidence) as Evidence),
  };
}

function rowOf({ rollout, project, environment, evidence, ...row }: RolloutInput, revision: number, at: number): Row {
  return {
    ...row,
    id: rollout.id,
    projectId: project,
    envId: environment,
    drives: isOver(rollout.state) ? null : `${environment}\t${row.flag}`,
    state: rollout.state.kind,
    body: JSON.stringify(rollout),
    evidence: evidence === null ? null : JSON.stringify(evidence),
    revision,
    updatedAt: at,
  };
}

export async function readRollout(db: Db, { rollout: t }: Tables, id: string): Promise<RolloutRow | null> {
  const [row] = await db.select().from(t).where(eq(t.id, id));
  return row ? rolloutOf(row) : null;
}

export async function readRollouts(db: Db, t: Tables, filter: RolloutFilter): Promise<readonly RolloutRow[]> {
  const { rollout } = t;
  const rows = await db
    .select()
    .from(rollout)
    .where(and(...conditionsOf(t, filter), afterOf(t, filter)))
    .orderBy(desc(rollout.updatedAt), desc(rollout.id))
    .limit(filter.limit);
  return rows.map(rolloutOf);
}

export async function countRollouts(
  db: Db,
  t: Tables,
  filter: Omit<RolloutFilter, 'after' | 'limit'>,
): Promise<number> {
  const [row] = await db
    .select({ rows: count() })
    .from(t.rollout)
    .where(and(...conditionsOf(t, filter)));
  return row?.rows ?? 0;
}

function conditionsOf({ rollout }: Tables, filter: Omit<RolloutFilter, 'after' | 'limit'>): SQL[] {
  const conditions: SQL[] = [];
  if (filter.project !== undefined) conditions.push(eq(rollout.projectId, filter.project));
  if (filter.environment !== undefined) conditions.push(eq(rollout.envId, filter.environment));
  if (filter.flag !== undefined) conditions.push(eq(rollout.flag, filter.flag));
  if (filter.isLive !== undefined) conditions.push(inArray(rollout.state, [...(filter.isLive ? LIVE : OVER)]));
  if (filter.states !== undefined) conditions.push(inArray(rollout.state, [...filter.states]));
  if (filter.changedSince !== undefined) conditions.push(gt(rollout.updatedAt, filter.changedSince));
  return conditions;
}

const OVER = ['rolled-back', 'completed', 'aborted'] as const satisfies readonly RolloutState['kind'][];
const LIVE = [
  'waiting',
  'running',
  'awaiting-approval',
  'paused',
  'holding',
  'rolling-back',
] as const satisfies readonly Exclude<RolloutState['kind'], (typeof OVER)[number]>[];

function afterOf({ rollout }: Tables, { after }: RolloutFilter): SQL | undefined {
  if (after === undefined) return undefined;
  const isSameTime = and(eq(rollout.updatedAt, after.updatedAt), lt(rollout.id, after.id));
  return or(lt(rollout.updatedAt, after.updatedAt), isSameTime);
}

export async function putRollout(
  db: Db,
  t: Tables,
  { row, expected, at }: { readonly row: RolloutInput; readonly expected: number; readonly at: number },
): Promise<RolloutRow> {
  const { rollout } = t;
  const written = rowOf(row, expected + 1, at);
  if (expected === 0) {
    const [stored] = await db.insert(rollout).values(written).onConflictDoNothing().returning();
    if (stored) return rolloutOf(stored);
    throw new RefusedError({
      code: 'already-exists',
      detail: `Another rollout drives flag \`${row.flag}\` there. Stop that one first.`,
    });
  }
  const [stored] = await db
    .update(rollout)
    .set(written)
    .where(and(eq(rollout.id, written.id), eq(rollout.revision, expected)))
    .returning();
  if (stored) return rolloutOf(stored);
  throw new RefusedError({
    code: 'revision-conflict',
    detail: `Something happened to the rollout since revision ${expected}. Read it again, then repeat what you wanted.`,
  });
}

export async function countRollout(
  db: Db,
  { rollout: t }: Tables,
  { rollout, nextAt, coveredSince, configRevision, revision }: CountedRollout,
): Promise<void> {
  await db
    .update(t)
    .set({ body: JSON.stringify(rollout), state: rollout.state.kind, nextAt, coveredSince, configRevision })
    .where(and(eq(t.id, rollout.id), eq(t.revision, revision)));
}

export async function addRolloutRecord(
  db: Db,
  { rolloutRecord: t }: Tables,
  record: Omit<RolloutRecord, 'seq'>,
): Promise<RolloutRecord> {
  // Who writes holds the environment locked: nobody else takes the same number.
  const [last] = await db
    .select({ seq: max(t.seq) })
    .from(t)
    .where(eq(t.rollout, record.rollout));
  const added = { ...record, seq: (last?.seq ?? 0) + 1 };
  await db.insert(t).values({ ...added, cause: record.cause === null ? null : JSON.stringify(record.cause) });
  return added;
}

export async function readRolloutRecords(
  db: Db,
  { rolloutRecord: t }: Tables,
  rollout: string,
): Promise<readonly RolloutRecord[]> {
  const rows = await db.select().from(t).where(eq(t.rollout, rollout)).orderBy(asc(t.seq));
  return rows.map(({ cause, ...row }) => ({
    ...row,
    cause: cause === null ? null : (JSON.parse(cause) as RolloutRecord['cause']),
  }));
}

export async function readDueRollouts(
  db: Db,
  { rollout: t }: Tables,
  now: number,
  limit: number,
): Promise<readonly Pick<RolloutRow, 'rollout' | 'environment'>[]> {
  const isDue = or(lte(t.nextAt, now), gt(t.nextAt, now + FURTHEST_LOOK_MS));
  const rows = await db.select().from(t).where(isDue).orderBy(asc(t.nextAt), asc(t.id)).limit(limit);
  return rows.map(rolloutOf);
}

export async function hastenRollouts(
  db: Db,
  { rollout: t }: Tables,
  ids: readonly string[],
  now: number,
): Promise<void> {
  if (ids.length === 0) return;
  await db
    .update(t)
    .set({ nextAt: now })
    .where(and(inArray(t.id, [...ids]), isNotNull(t.nextAt), gt(t.nextAt, now)));
}
