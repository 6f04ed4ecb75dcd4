import { and, asc, count, eq, inArray, lt, lte, sql } from 'drizzle-orm';
import type { Db, Tables } from './connection.ts';
import { HEALTH_SETTLED_MS, HEALTH_SPANS, type HealthSums, MOST_SERIES } from './health.ts';
import { AS_IT_CAME } from './health-rows.ts';
import { mergedSums } from './health-sums.ts';
import { RETENTION } from './retention.ts';

/** As many parts as one transaction merges: nobody else writes meanwhile, and few enough for their ids in a statement. */
const PARTS = 100;

interface Part {
  readonly series: number;
  readonly at: number;
  readonly sums: HealthSums;
}

/** Merges some of what came, and some of what is older than a day; whether there is more to do. */
export async function foldHealth(db: Db, t: Tables, now: number): Promise<boolean> {
  const isMore = await foldParts(db, t, now);
  return (await coarsen(db, t, now)) || isMore;
}

/** Makes one part of those that came in one interval, and adds them to their series. */
async function foldParts(db: Db, t: Tables, now: number): Promise<boolean> {
  const until = now - HEALTH_SETTLED_MS - HEALTH_SPANS.fine;
  const parts = await takeParts(db, t, AS_IT_CAME, until);
  await addParts(db, t, HEALTH_SPANS.fine, parts);
  const series = new Map(await totalsOf(db, t, [...new Set(parts.map((part) => part.series))]));
  for (const part of parts) {
    const before = series.get(part.series);
    series.set(part.series, before ? both(before, part) : part);
  }
  for (const [id, { at, sums }] of series)
    await db
      .update(t.healthSeries)
      .set({ total: JSON.stringify(sums), lastAt: at })
      .where(eq(t.healthSeries.id, id));
  return parts.length === PARTS;
}

function both(a: Part, b: Part): Part {
  return { ...b, at: Math.max(a.at, b.at), sums: mergedSums(a.sums, b.sums) };
}

/** Makes minutes of intervals. */
async function coarsen(db: Db, t: Tables, now: number): Promise<boolean> {
  const parts = await takeParts(db, t, HEALTH_SPANS.fine, now - RETENTION.healthFineMs - HEALTH_SPANS.coarse);
  await addParts(db, t, HEALTH_SPANS.coarse, parts);
  return parts.length === PARTS;
}

/** Forgets what is past its time, and the series beyond the limit that were not heard of longest. */
export async function pruneHealth(db: Db, t: Tables, now: number): Promise<void> {
  const { healthSeries, healthPart } = t;
  const oldest = now - RETENTION.healthMs;
  for (const span of [AS_IT_CAME, HEALTH_SPANS.fine, HEALTH_SPANS.coarse])
    await db.delete(healthPart).where(and(eq(healthPart.span, span), lt(healthPart.at, oldest)));
  await db.delete(healthSeries).where(lt(healthSeries.lastAt, oldest));
  const kept = await db.select({ id: healthSeries.envId, n: count() }).from(healthSeries).groupBy(healthSeries.envId);
  for (const { id, n } of kept) await forgetMost(db, t, id, n - MOST_SERIES.ofServers * SPARE);
}

/** Of its room, an environment leaves some for what comes until the next time. */
const SPARE = 0.75;

async function forgetMost(
  db: Db,
  { healthSeries, healthPart }: Tables,
  environment: string,
  tooMany: number,
): Promise<void> {
  if (tooMany <= 0) return;
  const forgotten = db
    .select({ id: healthSeries.id })
    .from(healthSeries)
    .where(eq(healthSeries.envId, environment))
    .orderBy(asc(healthSeries.lastAt), asc(healthSeries.id))
    .limit(tooMany);
  await db.delete(healthPart).where(inArray(healthPart.series, forgotten));
  await db.delete(healthSeries).where(inArray(healthSeries.id, forgotten));
}

async function takeParts(db: Db, { healthPart }: Tables, span: number, until: number): Promise<readonly Part[]> {
  const rows = await db
    .select({ id: healthPart.id, series: healthPart.series, at: healthPart.at, body: healthPart.body })
    .from(healthPart)
    .where(and(eq(healthPart.span, span), lte(healthPart.at, until)))
    .orderBy(asc(healthPart.at), asc(healthPart.id))
    .limit(PARTS);
  if (rows.length === 0) return [];
  await db.delete(healthPart).where(
    inArray(
      healthPart.id,
      rows.map(({ id }) => id),
    ),
  );
  return rows.map(({ series, at, body }) => ({ series, at, sums: JSON.parse(body) as HealthSums }));
}

async function addParts(db: Db, { healthPart }: Tables, span: number, parts: readonly Part[]): Promise<void> {
  const slots = new Map<string, Part>();
  for (const part of parts) {
    const at = part.at - (part.at % span);
    const name = `${part.series} ${at}`;
    const before = slots.get(name);
    slots.set(name, before ? both(before, { ...part, at }) : { ...part, at });
  }
  if (slots.size === 0) return;
  await db.insert(healthPart).values(
    [...slots.values()].map(({ series, at, sums }) => ({
      series,
      span,
      at,
      n: sums.n,
      sum: sums.sum,
      body: JSON.stringify(sums),
    })),
  );
}

async function totalsOf(
  db: Db,
  { healthSeries }: Tables,
  ids: readonly number[],
): Promise<readonly (readonly [number, Part])[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .select({ id: healthSeries.id, body: sql<string>`${healthSeries.total}`, at: healthSeries.lastAt })
    .from(healthSeries)
    .where(and(inArray(healthSeries.id, [...ids]), sql`${healthSeries.total} IS NOT NULL`));
  return rows.map(({ id, body, at }) => [id, { series: id, at, sums: JSON.parse(body) as HealthSums }]);
}
