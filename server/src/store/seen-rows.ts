import { and, asc, count, eq, sql } from 'drizzle-orm';
import { compareText } from './canonical.ts';
import type { Db, Tables } from './connection.ts';
import { MOST_SEEN, type SeenRow, type UsageReport } from './usage.ts';

/** As many rows as one statement takes: both databases limit the number of parameters. */
const ROWS = 400;

/** Notes that the attributes were there at that moment. */
export async function addSeen(db: Db, t: Tables, reports: readonly UsageReport[], at: number): Promise<void> {
  const { usageSeen } = t;
  const rows = reports.flatMap(({ environment, seen }) =>
    seen.map((one) => ({ envId: environment, ...one, lastAt: at })),
  );
  const byName = new Map(rows.map((row) => [`${row.envId}\t${row.kind}\t${row.attribute}`, row]));
  const sorted = [...byName].sort(([a], [b]) => compareText(a, b)).map(([, row]) => row);
  for (let from = 0; from < sorted.length; from += ROWS)
    await db
      .insert(usageSeen)
      .values(sorted.slice(from, from + ROWS))
      .onConflictDoUpdate({
        target: [usageSeen.envId, usageSeen.kind, usageSeen.attribute],
        set: { lastAt: at },
      });
  for (const environment of new Set(sorted.map(({ envId }) => envId))) await forgetMost(db, t, environment);
}

/** Names that are made up on the way would never end. */
async function forgetMost(db: Db, { usageSeen }: Tables, environment: string): Promise<void> {
  const here = eq(usageSeen.envId, environment);
  const [kept] = await db.select({ rows: count() }).from(usageSeen).where(here);
  const tooMany = (kept?.rows ?? 0) - MOST_SEEN;
  if (tooMany <= 0) return;
  const oldest = db
    .select({ kind: usageSeen.kind, attribute: usageSeen.attribute })
    .from(usageSeen)
    .where(here)
    .orderBy(asc(usageSeen.lastAt), asc(usageSeen.kind), asc(usageSeen.attribute))
    .limit(tooMany);
  await db.delete(usageSeen).where(and(here, sql`(${usageSeen.kind}, ${usageSeen.attribute}) IN ${oldest}`));
}

export async function readSeen(db: Db, { usageSeen }: Tables, environment: string): Promise<readonly SeenRow[]> {
  const rows = await db.select().from(usageSeen).where(eq(usageSeen.envId, environment));
  return rows
    .map(({ kind, attribute, lastAt }) => ({ kind, attribute, lastAt }))
    .sort((a, b) => compareText(a.kind, b.kind) || compareText(a.attribute, b.attribute));
}
