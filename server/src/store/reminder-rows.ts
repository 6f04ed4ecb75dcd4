import { and, asc, eq, gte, isNull, lt, lte, or } from 'drizzle-orm';
import { compareText } from './canonical.ts';
import type { Db, Tables } from './connection.ts';
import type { FlagReminder, LifecycleDay } from './lifecycle.ts';
import { RETENTION } from './retention.ts';
import { successorOf } from './successor.ts';

type Row = Tables['flagReminder']['$inferSelect'];

function reminderOf({ projectId, ...row }: Row): FlagReminder {
  return { ...row, project: projectId };
}

export async function readReminder(
  db: Db,
  { flagReminder: t }: Tables,
  project: string,
  flag: string,
): Promise<FlagReminder> {
  const [row] = await db
    .select()
    .from(t)
    .where(and(eq(t.projectId, project), eq(t.flag, flag)));
  return row ? reminderOf(row) : { project, flag, ...NOTHING };
}

const NOTHING: Omit<FlagReminder, 'project' | 'flag'> = {
  keepUntil: null,
  keepBy: null,
  keepReason: null,
  nudgedAt: null,
  nudges: 0,
  escalatedAt: null,
  askedAt: null,
  revision: 0,
};

export async function readReminders(
  db: Db,
  { flagReminder: t }: Tables,
  project: string,
): Promise<readonly FlagReminder[]> {
  const rows = await db.select().from(t).where(eq(t.projectId, project));
  return rows.map(reminderOf).sort((a, b) => compareText(a.flag, b.flag));
}

export async function putReminder(
  db: Db,
  { flagReminder: t }: Tables,
  { project, revision: expected, ...reminder }: FlagReminder,
): Promise<boolean> {
  const revision = successorOf(expected, `The revision of what is known of reminders of "${reminder.flag}"`);
  const row: Row = { ...reminder, projectId: project, revision };
  const written =
    expected === 0
      ? db.insert(t).values(row).onConflictDoNothing().returning()
      : db
          .update(t)
          .set(row)
          .where(and(eq(t.projectId, project), eq(t.flag, row.flag), eq(t.revision, expected)))
          .returning();
  return (await written).length > 0;
}

export async function readDigestSlot(db: Db, { lifecycleState: t }: Tables, project: string): Promise<number | null> {
  const [row] = await db.select({ slot: t.digestSlot }).from(t).where(eq(t.projectId, project));
  return row?.slot ?? null;
}

export async function claimDigest(
  db: Db,
  { lifecycleState: t }: Tables,
  project: string,
  slot: number,
): Promise<boolean> {
  await db.insert(t).values({ projectId: project, digestSlot: null }).onConflictDoNothing();
  // Whoever comes second waits for the first one's commit, and then finds its slot.
  const claimed = await db
    .update(t)
    .set({ digestSlot: slot })
    .where(and(eq(t.projectId, project), or(isNull(t.digestSlot), lt(t.digestSlot, slot))))
    .returning({ slot: t.digestSlot });
  return claimed.length > 0;
}

export async function readLifecycleTrend(
  db: Db,
  { lifecycleDay: t }: Tables,
  project: string,
  from: number,
): Promise<readonly LifecycleDay[]> {
  return db
    .select({ day: t.day, live: t.live, stale: t.stale, ready: t.ready })
    .from(t)
    .where(and(eq(t.projectId, project), gte(t.day, from)))
    .orderBy(asc(t.day));
}

export async function putLifecycleDay(
  db: Db,
  { lifecycleDay: t }: Tables,
  project: string,
  day: LifecycleDay,
): Promise<void> {
  await db
    .insert(t)
    .values({ ...day, projectId: project })
    .onConflictDoUpdate({ target: [t.projectId, t.day], set: day });
}

export async function pruneLifecycleDays(db: Db, { lifecycleDay: t }: Tables, now: number): Promise<void> {
  await db.delete(t).where(lte(t.day, now - RETENTION.lifecycleDayMs));
}
