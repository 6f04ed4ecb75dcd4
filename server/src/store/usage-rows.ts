import { type AnyColumn, and, asc, count, desc, eq, gte, like, lt, type SQL, sql } from 'drizzle-orm';
import { compareText } from './canonical.ts';
import type { Connection, Db, Tables } from './connection.ts';
import { addHealth } from './health-rows.ts';
import { type SeenReports, withReport } from './seen-reports.ts';
import { addSeen } from './seen-rows.ts';
import {
  type MissingCount,
  type MissingRow,
  MOST_MISSING,
  PAGE,
  USAGE_SPANS,
  type UsageQuery,
  type UsageReport,
  type UsageRow,
} from './usage.ts';

/** As many rows as one statement takes: both databases limit the number of parameters. */
const ROWS = 400;

/** Every transaction takes its rows in this order: reporters, series, missing keys, names, health; each sorted, against deadlocks. */
export async function addUsage(
  db: Db,
  connection: Connection,
  reports: readonly UsageReport[],
  at: number,
): Promise<readonly boolean[]> {
  const { tables } = connection;
  const isNew = await takeReports(db, tables, reports, at);
  const added = reports.filter((_, i) => isNew[i]);
  await addCounts(db, connection, added, at);
  await addMissing(db, tables, added, at);
  await addSeen(db, tables, added, at);
  await addHealth(db, connection, added, at);
  return isNew;
}

/** Marks the reports as added; answers which of them were not before. */
async function takeReports(db: Db, t: Tables, reports: readonly UsageReport[], at: number): Promise<boolean[]> {
  const seen = await lockReporters(db, t, reports, at);
  const isNew = reports.map((report) => {
    const name = nameOf(report.environment, report.instance);
    const next = withReport(seen.get(name) ?? null, report.seq);
    if (next !== null) seen.set(name, next);
    return next !== null;
  });
  for (const { environment, instance } of reportersOf(reports)) {
    const { usageReporter } = t;
    await db
      .update(usageReporter)
      .set(seen.get(nameOf(environment, instance)) ?? {})
      .where(and(eq(usageReporter.envId, environment), eq(usageReporter.instance, instance)));
  }
  return isNew;
}

/** What was seen of each reporter; nobody else adds a report of theirs until the transaction ends. */
async function lockReporters(
  db: Db,
  t: Tables,
  reports: readonly UsageReport[],
  at: number,
): Promise<Map<string, SeenReports>> {
  const { usageReporter } = t;
  const seen = new Map<string, SeenReports>();
  for (const some of chunks(reportersOf(reports))) {
    const rows = await db
      .insert(usageReporter)
      .values(some.map(({ environment, instance }) => ({ envId: environment, instance, newest: NONE, before: 0, at })))
      .onConflictDoUpdate({ target: [usageReporter.envId, usageReporter.instance], set: { at } })
      .returning();
    for (const { envId, instance, newest, before } of rows)
      if (newest !== NONE) seen.set(nameOf(envId, instance), { newest, before });
  }
  return seen;
}

/** Of a reporter nothing of whom was added. */
const NONE = -1;

const nameOf = (environment: string, instance: string): string => `${environment}\t${instance}`;

function reportersOf(reports: readonly UsageReport[]): readonly UsageReport[] {
  return sorted(new Map(reports.map((report) => [nameOf(report.environment, report.instance), report])));
}

/** Rows travel as one JSON text: a report may hold ten thousand of them, and nobody is served while SQLite writes. */
async function addCounts(
  db: Db,
  { tables, bulk }: Connection,
  reports: readonly UsageReport[],
  at: number,
): Promise<void> {
  const { usageSeries, usageCount } = tables;
  const wanted = reports.flatMap(({ environment, counts }) => counts.map((entry) => ({ environment, ...entry })));
  const summedUp = summed(wanted, ({ environment, flag, variation, reason }) =>
    [environment, flag, variation, reason].join('\t'),
  );
  if (summedUp.size === 0) return;
  const rows = sorted(summedUp).map(({ environment, flag, variation, reason, n }) => [
    environment,
    flag,
    variation,
    reason,
    n,
  ]);
  const elements = bulk.elements(JSON.stringify(rows));
  // `WHERE true`: without it SQLite takes ON CONFLICT for the condition of a join.
  await bulk.run(
    db,
    sql`INSERT INTO ${usageSeries} (env_id, flag, variation, reason, last_at)
      SELECT e.value->>0, e.value->>1, e.value->>2, e.value->>3, CAST(${at} AS bigint) FROM ${elements} WHERE true
      ON CONFLICT (env_id, flag, variation, reason) DO UPDATE SET last_at = excluded.last_at`,
  );
  for (const span of Object.values(USAGE_SPANS))
    await bulk.run(
      db,
      sql`INSERT INTO ${usageCount} (series, span, at, n)
        SELECT s.id, CAST(${span} AS bigint), CAST(${at - (at % span)} AS bigint), CAST(e.value->>4 AS bigint)
        FROM ${elements} JOIN ${usageSeries} s ON s.env_id = e.value->>0 AND s.flag = e.value->>1
          AND s.variation = e.value->>2 AND s.reason = e.value->>3 WHERE true
        ON CONFLICT (series, span, at) DO UPDATE SET n = ${plusExcluded(usageCount.n)}`,
    );
}

async function addMissing(db: Db, t: Tables, reports: readonly UsageReport[], at: number): Promise<void> {
  const { usageMissing } = t;
  const wanted = reports.flatMap(({ environment, missing }) => missing.map((entry) => ({ environment, ...entry })));
  const entries = newestOfEach(
    sorted(summed(wanted, ({ environment, key, error }) => [environment, key, error].join('\t'))),
  );
  for (const some of chunks(entries)) {
    await db
      .insert(usageMissing)
      .values(some.map(({ environment, ...entry }) => ({ envId: environment, ...entry, firstAt: at, lastAt: at })))
      .onConflictDoUpdate({
        target: [usageMissing.envId, usageMissing.key, usageMissing.error],
        set: {
          n: plusExcluded(usageMissing.n),
          lastAt: at,
          sdk: sql`excluded.sdk`,
          app: sql`excluded.app`,
        },
      });
  }
  for (const environment of new Set(entries.map((entry) => entry.environment))) await forgetMost(db, t, environment);
}

/** What `forgetMost` would leave of them: the others are not worth a row that is deleted again. */
function newestOfEach<T extends MissingCount & { readonly environment: string }>(entries: readonly T[]): readonly T[] {
  const of = new Map<string, T[]>();
  for (const entry of entries) {
    const own = of.get(entry.environment) ?? [];
    own.push(entry);
    of.set(entry.environment, own);
  }
  return [...of.values()].flatMap((own) => {
    const [pages, servers] = [own.filter(isOfPage), own.filter((entry) => !isOfPage(entry))];
    const kept = new Set([...pages, ...servers].slice(-MOST_MISSING));
    return own.filter((entry) => kept.has(entry));
  });
}

function isOfPage({ sdk }: Pick<MissingCount, 'sdk'>): boolean {
  return sdk.startsWith(PAGE.sdk);
}

/** Code may ask for as many keys as it likes. */
async function forgetMost(db: Db, { usageMissing }: Tables, environment: string): Promise<void> {
  const here = eq(usageMissing.envId, environment);
  const [kept] = await db.select({ rows: count() }).from(usageMissing).where(here);
  const tooMany = (kept?.rows ?? 0) - MOST_MISSING;
  if (tooMany <= 0) return;
  const oldest = db
    .select({ key: usageMissing.key, error: usageMissing.error })
    .from(usageMissing)
    .where(here)
    .orderBy(
      sql`CASE WHEN ${like(usageMissing.sdk, `${PAGE.sdk}%`)} THEN 0 ELSE 1 END`,
      asc(usageMissing.lastAt),
      asc(usageMissing.key),
      asc(usageMissing.error),
    )
    .limit(tooMany);
  await db.delete(usageMissing).where(and(here, sql`(${usageMissing.key}, ${usageMissing.error}) IN ${oldest}`));
}

/** No count grows beyond: the next report would not fit into its column, nor would those that are written with it. */
const MOST = Number.MAX_SAFE_INTEGER;

function plusExcluded(n: AnyColumn): SQL {
  const sum = sql`${n} + excluded.n`;
  return sql`CASE WHEN ${sum} > CAST(${MOST} AS bigint) THEN CAST(${MOST} AS bigint) ELSE ${sum} END`;
}

/** One entry per name, with the sum of all; of what else differs the last one's is kept. */
function summed<T extends Pick<MissingCount, 'n'>>(
  entries: readonly T[],
  name: (entry: T) => string,
): ReadonlyMap<string, T> {
  const sums = new Map<string, T>();
  for (const entry of entries) {
    const before = sums.get(name(entry));
    sums.set(name(entry), before ? { ...entry, n: Math.min(MOST, before.n + entry.n) } : entry);
  }
  return sums;
}

function sorted<T>(byName: ReadonlyMap<string, T>): readonly T[] {
  return [...byName].sort(([a], [b]) => compareText(a, b)).map(([, entry]) => entry);
}

function chunks<T>(all: readonly T[]): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(all.length / ROWS) }, (_, i) => all.slice(i * ROWS, (i + 1) * ROWS));
}

export async function readUsage(db: Db, t: Tables, query: UsageQuery): Promise<readonly UsageRow[]> {
  const { usageSeries, usageCount } = t;
  const rows = await db
    .select({
      at: usageCount.at,
      variation: usageSeries.variation,
      reason: usageSeries.reason,
      n: usageCount.n,
    })
    .from(usageSeries)
    .innerJoin(usageCount, eq(usageCount.series, usageSeries.id))
    .where(
      and(
        eq(usageSeries.envId, query.environment),
        eq(usageSeries.flag, query.flag),
        eq(usageCount.span, USAGE_SPANS[query.span]),
        gte(usageCount.at, query.from),
        lt(usageCount.at, query.to),
      ),
    );
  return rows.sort((a, b) => a.at - b.at || compareText(a.variation, b.variation) || compareText(a.reason, b.reason));
}

export async function readLastUsed(
  db: Db,
  { usageSeries }: Tables,
  environment: string,
  flag: string | undefined,
): Promise<ReadonlyMap<string, number>> {
  const rows = await db
    .select({ flag: usageSeries.flag, at: sql`max(${usageSeries.lastAt})`.mapWith(Number) })
    .from(usageSeries)
    .where(and(eq(usageSeries.envId, environment), flag === undefined ? undefined : eq(usageSeries.flag, flag)))
    .groupBy(usageSeries.flag);
  return new Map(rows.map((row) => [row.flag, row.at]));
}

export async function readMissing(
  db: Db,
  { usageMissing }: Tables,
  environment: string,
): Promise<readonly MissingRow[]> {
  const rows = await db
    .select()
    .from(usageMissing)
    .where(eq(usageMissing.envId, environment))
    .orderBy(desc(usageMissing.lastAt));
  return rows
    .map(({ envId, ...row }) => ({ ...row, environment: envId }))
    .sort((a, b) => b.lastAt - a.lastAt || compareText(a.key, b.key) || compareText(a.error, b.error));
}
