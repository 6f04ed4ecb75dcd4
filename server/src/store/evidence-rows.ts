import { and, eq, gte, inArray, ne, sql } from 'drizzle-orm';
import type { Db, Tables } from './connection.ts';
import type { EvaluationSum } from './evidence.ts';
import { USAGE_SPANS } from './usage.ts';

export async function readServedSince(
  db: Db,
  { envItem }: Tables,
  environment: string,
): Promise<ReadonlyMap<string, number>> {
  const rows = await db
    .select({ key: envItem.key, since: envItem.servedSince })
    .from(envItem)
    .where(and(eq(envItem.envId, environment), eq(envItem.kind, 'flag')));
  return new Map(rows.map(({ key, since }) => [key, since]));
}

export async function readEvaluationSums(
  db: Db,
  { usageSeries, usageCount }: Tables,
  {
    environment,
    from,
    flag,
  }: { readonly environment: string; readonly from: number; readonly flag: string | undefined },
): Promise<readonly EvaluationSum[]> {
  const { day } = USAGE_SPANS;
  return (
    db
      .select({
        flag: usageSeries.flag,
        variation: usageSeries.variation,
        n: sql`sum(${usageCount.n})`.mapWith(Number),
      })
      .from(usageSeries)
      .innerJoin(
        usageCount,
        and(eq(usageCount.series, usageSeries.id), eq(usageCount.span, day), gte(usageCount.at, from - (from % day))),
      )
      // What was not reported since has no counts since.
      .where(
        and(
          eq(usageSeries.envId, environment),
          flag === undefined ? undefined : eq(usageSeries.flag, flag),
          gte(usageSeries.lastAt, from - (from % day)),
        ),
      )
      .groupBy(usageSeries.flag, usageSeries.variation)
  );
}

export async function readChangedByPeople(
  db: Db,
  { audit, auditDocument: written }: Tables,
  project: string,
): Promise<ReadonlyMap<string, number>> {
  const rows = await db
    .select({ key: written.key, at: sql`max(${audit.at})`.mapWith(Number) })
    .from(audit)
    .innerJoin(written, eq(written.seq, audit.seq))
    .where(and(eq(audit.project, project), ne(audit.actor, 'system'), inArray(written.kind, ['flag', 'flag-config'])))
    .groupBy(written.key);
  return new Map(rows.map(({ key, at }) => [key, at]));
}
