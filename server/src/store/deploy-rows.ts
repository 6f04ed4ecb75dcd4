import { and, asc, count, desc, eq, gt, inArray, isNull, lt, lte, max, min, or, type SQL } from 'drizzle-orm';
import { RefusedError } from '../errors.ts';
import { compareText } from './canonical.ts';
import type { Db, Tables } from './connection.ts';
import type { DeployAttempt, DeployFilter, DeployRow, DeployStatus, LiveVersion, ReplicaVersion } from './deploys.ts';
import { RETENTION } from './retention.ts';
import { successorOf } from './successor.ts';

type Row = Tables['deploy']['$inferSelect'];

/** How long a replica is believed after it has last said what is connected. */
const LIVE_MS = 30_000;

function deployOf({ projectId, envId, status, commits, ...row }: Row): DeployRow {
  return {
    ...row,
    project: projectId,
    environment: envId,
    status: status as DeployStatus,
    commits: JSON.parse(commits) as DeployRow['commits'],
  };
}

function rowOf({ project, environment, commits, ...deploy }: DeployRow): Row {
  return { ...deploy, projectId: project, envId: environment, commits: JSON.stringify(commits) };
}

export async function readDeploy(db: Db, { deploy }: Tables, id: string): Promise<DeployRow | null> {
  const [row] = await db.select().from(deploy).where(eq(deploy.id, id));
  return row ? deployOf(row) : null;
}

export async function readDeployOf(db: Db, { deploy }: Tables, attempt: DeployAttempt): Promise<DeployRow | null> {
  const [row] = await db
    .select()
    .from(deploy)
    .where(
      and(
        eq(deploy.envId, attempt.environment),
        eq(deploy.service, attempt.service),
        eq(deploy.version, attempt.version),
        eq(deploy.attempt, attempt.attempt),
      ),
    );
  return row ? deployOf(row) : null;
}

export async function readDeploys(db: Db, t: Tables, filter: DeployFilter): Promise<readonly DeployRow[]> {
  const { deploy } = t;
  const rows = await db
    .select()
    .from(deploy)
    .where(and(...conditionsOf(t, filter), afterOf(t, filter)))
    .orderBy(desc(deploy.startedAt), desc(deploy.id))
    .limit(filter.limit);
  return rows.map(deployOf);
}

export async function countDeploys(db: Db, t: Tables, filter: Omit<DeployFilter, 'after' | 'limit'>): Promise<number> {
  const [row] = await db
    .select({ rows: count() })
    .from(t.deploy)
    .where(and(...conditionsOf(t, filter)));
  return row?.rows ?? 0;
}

function conditionsOf({ deploy }: Tables, filter: Omit<DeployFilter, 'after' | 'limit'>): SQL[] {
  const conditions = [eq(deploy.projectId, filter.project)];
  if (filter.environment !== undefined) conditions.push(eq(deploy.envId, filter.environment));
  if (filter.service !== undefined) conditions.push(eq(deploy.service, filter.service));
  if (filter.status !== undefined) conditions.push(eq(deploy.status, filter.status));
  return conditions;
}

function afterOf({ deploy }: Tables, { after }: DeployFilter): SQL | undefined {
  if (after === undefined) return undefined;
  const isSameTime = and(eq(deploy.startedAt, after.startedAt), lt(deploy.id, after.id));
  return or(lt(deploy.startedAt, after.startedAt), isSameTime);
}

export async function readFirstDeployed(
  db: Db,
  { deploy }: Tables,
  asked: { readonly environment: string; readonly service: string; readonly versions: readonly string[] },
): Promise<ReadonlyMap<string, number>> {
  if (asked.versions.length === 0) return new Map();
  const rows = await db
    .select({ version: deploy.version, at: min(deploy.startedAt) })
    .from(deploy)
    .where(
      and(
        eq(deploy.envId, asked.environment),
        eq(deploy.service, asked.service),
        eq(deploy.status, 'succeeded' satisfies DeployStatus),
        inArray(deploy.version, [...asked.versions]),
      ),
    )
    .groupBy(deploy.version);
  return new Map(rows.map(({ version, at }) => [version, Number(at)]));
}

export async function putDeploy(
  db: Db,
  { deploy }: Tables,
  given: Omit<DeployRow, 'revision'>,
  expected: number,
): Promise<DeployRow> {
  const revision = successorOf(expected, `The revision of the deploy of "${given.service}"`);
  const row = rowOf({ ...given, revision });
  const written =
    expected === 0
      ? db.insert(deploy).values(row).onConflictDoNothing().returning()
      : db
          .update(deploy)
          .set(row)
          .where(and(eq(deploy.id, row.id), eq(deploy.revision, expected)))
          .returning();
  const [stored] = await written;
  if (stored) return deployOf(stored);
  throw new RefusedError(
    expected === 0
      ? { code: 'already-exists', detail: 'This attempt was reported already: read it, and alter that.' }
      : { code: 'revision-conflict', detail: 'Something was reported of this deploy in between: read it again.' },
  );
}

export async function readUnsettled(db: Db, { deploy }: Tables, limit: number): Promise<readonly DeployRow[]> {
  const rows = await db
    .select()
    .from(deploy)
    .where(isNull(deploy.settledAt))
    .orderBy(asc(deploy.reportedAt), asc(deploy.id))
    .limit(limit);
  return rows.map(deployOf);
}

export async function settleDeploy(
  db: Db,
  { deploy }: Tables,
  settled: Pick<DeployRow, 'id' | 'revision'>,
  at: number,
): Promise<void> {
  await db
    .update(deploy)
    .set({ settledAt: at })
    .where(and(eq(deploy.id, settled.id), eq(deploy.revision, settled.revision)));
}

export async function putLiveVersions(
  db: Db,
  { liveVersion }: Tables,
  {
    replica,
    versions,
    at,
  }: { readonly replica: string; readonly versions: readonly ReplicaVersion[]; readonly at: number },
): Promise<void> {
  await db.delete(liveVersion).where(eq(liveVersion.replica, replica));
  if (versions.length === 0) return;
  await db.insert(liveVersion).values(
    versions.map(({ environment, applied, ...version }) => ({
      ...version,
      replica,
      envId: environment,
      applied: JSON.stringify(applied),
      updatedAt: at,
    })),
  );
}

export async function readLiveVersions(
  db: Db,
  { liveVersion }: Tables,
  environment: string,
  now: number,
): Promise<readonly LiveVersion[]> {
  const rows = await db
    .select()
    .from(liveVersion)
    .where(and(eq(liveVersion.envId, environment), gt(liveVersion.updatedAt, now - LIVE_MS)));
  const summedUp = new Map<string, LiveVersion>();
  for (const { service, version, instances, applied } of rows) {
    const name = JSON.stringify([service, version]);
    const known = summedUp.get(name) ?? { service, version, instances: 0, applied: {} };
    summedUp.set(name, {
      ...known,
      instances: known.instances + instances,
      applied: added(known.applied, JSON.parse(applied) as LiveVersion['applied']),
    });
  }
  return [...summedUp.values()].sort((a, b) => compareText(a.service, b.service) || compareText(a.version, b.version));
}

function added(a: LiveVersion['applied'], b: LiveVersion['applied']): LiveVersion['applied'] {
  const versions = new Set([...Object.keys(a), ...Object.keys(b)]);
  return Object.fromEntries([...versions].map((version) => [version, (a[version] ?? 0) + (b[version] ?? 0)]));
}

export async function takeHookMessage(
  db: Db,
  { hookMessage }: Tables,
  taken: { readonly integration: string; readonly message: string; readonly at: number },
): Promise<boolean> {
  const rows = await db.insert(hookMessage).values(taken).onConflictDoNothing().returning();
  return rows.length > 0;
}

export async function readHookUsedAt(db: Db, { hookMessage }: Tables, integration: string): Promise<number | null> {
  const [row] = await db
    .select({ at: max(hookMessage.at) })
    .from(hookMessage)
    .where(eq(hookMessage.integration, integration));
  return row?.at ?? null;
}

/** Forgets deploys that no figure asks for any more, replicas that are gone, and messages too old to be sent again. */
export async function pruneDeploys(db: Db, t: Tables, now: number): Promise<void> {
  const { deploy, liveVersion, hookMessage } = t;
  await db.delete(deploy).where(lte(deploy.startedAt, now - RETENTION.deployMs));
  await db.delete(liveVersion).where(lte(liveVersion.updatedAt, now - LIVE_MS));
  await db.delete(hookMessage).where(lte(hookMessage.at, now - RETENTION.hookMessageMs));
}
