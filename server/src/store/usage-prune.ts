import { and, eq, inArray, like, lte, notExists, sql } from 'drizzle-orm';
import type { Db, Tables } from './connection.ts';
import { RETENTION } from './retention.ts';
import { PAGE, USAGE_SPANS } from './usage.ts';

/** Forgets counts that are past their time, and what nobody has reported for long. */
export async function pruneUsage(db: Db, t: Tables, now: number): Promise<void> {
  const { usageCount, usageSeries, usageMissing, usageReporter, usageSeen } = t;
  const { minute, day } = USAGE_SPANS;
  // Series by series, which the primary key of the counts begins with.
  const all = db.select({ id: usageSeries.id }).from(usageSeries);
  for (const { span, keptMs } of [
    { span: minute, keptMs: RETENTION.usageMinuteMs },
    { span: day, keptMs: RETENTION.usageDayMs },
  ]) {
    const isOld = and(
      inArray(usageCount.series, all),
      eq(usageCount.span, span),
      lte(usageCount.at, now - keptMs - span),
    );
    await db.delete(usageCount).where(isOld);
  }
  const counts = db.select({ one: sql`1` }).from(usageCount).where(eq(usageCount.series, usageSeries.id));
  await db.delete(usageSeries).where(and(lte(usageSeries.lastAt, now - RETENTION.usageDayMs), notExists(counts)));
  await db.delete(usageMissing).where(lte(usageMissing.lastAt, now - RETENTION.usageMissingMs));
  await db.delete(usageSeen).where(lte(usageSeen.lastAt, now - RETENTION.usageSeenMs));
  await db.delete(usageReporter).where(lte(usageReporter.at, now - RETENTION.usageReporterMs));
  const isPage = like(usageReporter.instance, `${PAGE.instance}%`);
  await db.delete(usageReporter).where(and(isPage, lte(usageReporter.at, now - RETENTION.usagePageMs)));
}
