import { and, asc, count, eq, gte, inArray, lt, type SQL, sql } from 'drizzle-orm';
import { compareText } from './canonical.ts';
import type { Connection, Db, Tables } from './connection.ts';
import {
  HEALTH_SPANS,
  type HealthEntry,
  type HealthInput,
  type HealthPoint,
  type HealthQuery,
  type HealthRate,
  type HealthReads,
  type HealthSeriesKey,
  type HealthSums,
  MOST_SERIES,
} from './health.ts';
import { mergedSums } from './health-sums.ts';
import { PAGE, type UsageReport } from './usage.ts';

/** Span of what was not merged with others yet. */
export const AS_IT_CAME = 0;

/**
 * Appends what reports tell of how flags are doing: rows that are there already are not touched, so that replicas do not
 * wait for each other.
 */
export async function addHealth(
  db: Db,
  connection: Connection,
  reports: readonly UsageReport[],
  at: number,
): Promise<void> {
  const { bulk, tables } = connection;
  const { healthSeries, healthPart } = tables;
  const told = reports.filter(({ health }) => health.length > 0);
  if (told.length === 0) return;
  const added = mergedByKey((await withRoom(db, tables, told)).flatMap(({ health }) => health));
  // `WHERE true`: without it SQLite takes ON CONFLICT for the condition of a join.
  await bulk.run(
    db,
    sql`INSERT INTO ${healthSeries} (env_id, flag, flag_version, variation, arm, stage, kind, name, source, last_at)
      SELECT ${KEY_OF_ROW}, CAST(${at} AS bigint) FROM ${bulk.elements(JSON.stringify(added.map(keyRowOf)))} WHERE true
      ON CONFLICT (env_id, flag, kind, name, stage, arm, variation, flag_version, source) DO NOTHING`,
  );
  const rows = mergedByKey(told.flatMap(({ health }) => health)).map(rowOf);
  await bulk.run(
    db,
    sql`INSERT INTO ${healthPart} (series, span, at, n, sum, body)
      SELECT s.id, CAST(${AS_IT_CAME} AS bigint), CAST(${at - (at % HEALTH_SPANS.fine)} AS bigint),
        CAST(e.value->>9 AS bigint), CAST(e.value->>10 AS double precision), e.value->>11
      FROM ${bulk.elements(JSON.stringify(rows))} JOIN ${healthSeries} s ON s.env_id = e.value->>0
        AND s.flag = e.value->>1 AND s.flag_version = CAST(e.value->>2 AS bigint) AND s.variation = e.value->>3
        AND s.arm = e.value->>4 AND s.stage = CAST(e.value->>5 AS bigint) AND s.kind = e.value->>6
        AND s.name = e.value->>7 AND s.source = e.value->>8`,
  );
}

const KEY_OF_ROW = sql`e.value->>0, e.value->>1, CAST(e.value->>2 AS bigint), e.value->>3, e.value->>4,
  CAST(e.value->>5 AS bigint), e.value->>6, e.value->>7, e.value->>8`;

function keyRowOf({ key }: HealthInput): readonly unknown[] {
  const { environment, flag, flagVersion, variation, arm, stage, kind, name, source } = key;
  return [environment, flag, flagVersion, variation, arm, stage, kind, name, source];
}

function rowOf(entry: HealthInput): readonly unknown[] {
  const { sums } = entry;
  return [...keyRowOf(entry), sums.n, sums.sum, JSON.stringify(sums)];
}

/** The reports whose new series are kept. */
async function withRoom(
  db: Db,
  { healthSeries }: Tables,
  reports: readonly UsageReport[],
): Promise<readonly UsageReport[]> {
  const environments = [...new Set(reports.map(({ environment }) => environment))];
  const rows = await db
    .select({ id: healthSeries.envId, kept: count() })
    .from(healthSeries)
    .where(inArray(healthSeries.envId, environments))
    .groupBy(healthSeries.envId);
  const kept = new Map(rows.map((row) => [row.id, row.kept]));
  return reports.filter(({ environment, instance }) => {
    const isPage = instance.startsWith(PAGE.instance);
    return (kept.get(environment) ?? 0) < (isPage ? MOST_SERIES.ofPages : MOST_SERIES.ofServers);
  });
}

/** One entry per series, in the order in which every transaction writes them. */
function mergedByKey(entries: readonly HealthInput[]): readonly HealthInput[] {
  const byName = new Map<string, HealthInput>();
  for (const entry of entries) {
    const name = nameOf(entry.key);
    const before = byName.get(name);
    byName.set(name, before ? { ...entry, sums: mergedSums(before.sums, entry.sums) } : entry);
  }
  return [...byName].sort(([a], [b]) => compareText(a, b)).map(([, entry]) => entry);
}

function nameOf(key: HealthSeriesKey): string {
  const { environment, flag, flagVersion, variation, arm, stage, kind, name, source } = key;
  return JSON.stringify([environment, flag, kind, name, stage, arm, variation, flagVersion, source]);
}

export function healthReadsOf(run: <T>(work: (db: Db) => Promise<T>) => Promise<T>, t: Tables): HealthReads {
  return {
    healthSums: (query) => run((db) => readSums(db, t, query)),
    healthPoints: (query) => run((db) => readPoints(db, t, query)),
    healthRates: (query) => run((db) => readRates(db, t, query)),
  };
}

/** In one statement: what is merged between two of them would be missing, or there twice. */
async function readSums(db: Db, t: Tables, query: HealthQuery): Promise<readonly HealthEntry[]> {
  const { healthSeries, healthPart } = t;
  const key = keyColumns(t);
  const rows = await db
    .select({ ...key, id: healthSeries.id, body: healthSeries.total, at: healthSeries.lastAt })
    .from(healthSeries)
    .where(seriesIn(t, query))
    .unionAll(
      db
        .select({ ...key, id: healthSeries.id, body: sql<string | null>`${healthPart.body}`, at: healthPart.at })
        .from(healthSeries)
        .innerJoin(healthPart, eq(healthPart.series, healthSeries.id))
        .where(and(seriesIn(t, query), eq(healthPart.span, AS_IT_CAME))),
    );
  const entries = new Map<number, HealthEntry>();
  for (const { id, body, at, ...series } of rows) {
    if (body === null) continue;
    const before = entries.get(id);
    const sums = JSON.parse(body) as HealthSums;
    entries.set(id, {
      key: series as HealthSeriesKey,
      sums: before ? mergedSums(before.sums, sums) : sums,
      heardAt: Math.max(before?.heardAt ?? 0, at),
    });
  }
  return sortedByKey([...entries.values()]);
}

async function readPoints(
  db: Db,
  t: Tables,
  query: Parameters<HealthReads['healthPoints']>[0],
): Promise<readonly HealthPoint[]> {
  const { healthSeries, healthPart } = t;
  const rows = await db
    .select({ ...keyColumns(t), id: healthSeries.id, at: healthPart.at, body: healthPart.body })
    .from(healthPart)
    .innerJoin(healthSeries, eq(healthPart.series, healthSeries.id))
    .where(and(seriesIn(t, query), gte(healthPart.at, query.from), lt(healthPart.at, query.to)));
  const points = new Map<string, HealthPoint>();
  for (const { id, at, body, ...series } of rows) {
    const name = `${id} ${at}`;
    const before = points.get(name);
    const sums = JSON.parse(body) as HealthSums;
    points.set(name, { key: series as HealthSeriesKey, at, sums: before ? mergedSums(before.sums, sums) : sums });
  }
  return sortedByKey([...points.values()]).toSorted((a, b) => a.at - b.at);
}

async function readRates(
  db: Db,
  t: Tables,
  { environment, flag, from, to }: Parameters<HealthReads['healthRates']>[0],
): Promise<readonly HealthRate[]> {
  const { healthSeries, healthPart } = t;
  const rows = await db
    .select({
      kind: healthSeries.kind,
      name: healthSeries.name,
      n: sql`sum(${healthPart.n})`.mapWith(Number),
      sum: sql`sum(${healthPart.sum})`.mapWith(Number),
      firstAt: sql`min(${healthPart.at})`.mapWith(Number),
    })
    .from(healthPart)
    .innerJoin(healthSeries, eq(healthPart.series, healthSeries.id))
    .where(and(seriesIn(t, { environment, flag }), gte(healthPart.at, from), lt(healthPart.at, to)))
    .groupBy(healthSeries.kind, healthSeries.name)
    .orderBy(asc(healthSeries.kind), asc(healthSeries.name));
  return rows as readonly HealthRate[];
}

function keyColumns({ healthSeries }: Tables) {
  const { envId: environment, flag, flagVersion, variation, arm, stage, kind, name, source } = healthSeries;
  return { environment, flag, flagVersion, variation, arm, stage, kind, name, source };
}

function seriesIn({ healthSeries: s }: Tables, query: HealthQuery): SQL | undefined {
  const { kind, name, stage, fromFlagVersion } = query;
  return and(
    eq(s.envId, query.environment),
    eq(s.flag, query.flag),
    kind && eq(s.kind, kind),
    name === undefined ? undefined : eq(s.name, name),
    stage === undefined ? undefined : eq(s.stage, stage),
    fromFlagVersion === undefined ? undefined : gte(s.flagVersion, fromFlagVersion),
  );
}

function sortedByKey<T extends HealthInput>(entries: T[]): readonly T[] {
  return entries.sort((a, b) => compareText(nameOf(a.key), nameOf(b.key)));
}
