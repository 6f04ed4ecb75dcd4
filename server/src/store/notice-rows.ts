import { and, asc, count, desc, eq, inArray, lt, lte, min, type SQL, sql } from 'drizzle-orm';
import type { Db, Tables } from './connection.ts';
import type { NoticeClaim, NoticeFilter, NoticeOutcome, NoticeRow, RoutedEvent } from './notices.ts';

/** Of two who route the same entries, the one that removes an entry tells its channels. */
export async function routeEvents(db: Db, t: Tables, events: readonly RoutedEvent[]): Promise<void> {
  const ids = events.map(({ entry }) => entry);
  const removed = await db.delete(t.outbox).where(inArray(t.outbox.id, ids)).returning({ id: t.outbox.id });
  const own = new Set(removed.map(({ id }) => id));
  const notices = events.filter(({ entry }) => own.has(entry)).flatMap((event) => event.notices);
  // One by one: their ids are their order.
  for (const { channel, event, title, body, at, isAlone } of notices) {
    await db.insert(t.notice).values({
      channelId: channel,
      event,
      title,
      body: JSON.stringify(body),
      at,
      isAlone,
      state: 'waiting',
      dueAt: at,
    });
  }
}

export async function readWaitingChannels(
  db: Db,
  { notice }: Tables,
): Promise<readonly { readonly channel: string; readonly dueAt: number }[]> {
  const heads = db
    .select({ id: min(notice.id) })
    .from(notice)
    .where(eq(notice.state, 'waiting'))
    .groupBy(notice.channelId);
  const rows = await db
    .select({ channel: notice.channelId, dueAt: notice.dueAt })
    .from(notice)
    .where(inArray(notice.id, heads));
  return rows;
}

export async function readWaitingNotices(
  db: Db,
  { notice }: Tables,
  channel: string,
  limit: number,
): Promise<readonly NoticeRow[]> {
  const rows = await db
    .select()
    .from(notice)
    .where(and(eq(notice.channelId, channel), eq(notice.state, 'waiting')))
    .orderBy(asc(notice.id))
    .limit(limit);
  return rows.map(noticeOf);
}

/** Only the head of a channel is competed for: nobody touches those behind it before having it. */
export async function claimNotices(
  db: Db,
  { notice }: Tables,
  { notices: [head, ...others], until }: NoticeClaim,
): Promise<boolean> {
  if (!head) throw new Error('nothing was claimed');
  const taken = {
    isInFlight: true,
    batch: head.id,
    dueAt: until,
    attempts: sql`${notice.attempts} + 1`,
    // Whoever took it before has told no end: it may have arrived.
    doubts: sql`${notice.doubts} + CASE WHEN ${notice.isInFlight} THEN 1 ELSE 0 END`,
  };
  const unchanged = and(
    eq(notice.id, head.id),
    eq(notice.state, 'waiting'),
    eq(notice.attempts, head.attempts),
    eq(notice.dueAt, head.dueAt),
  );
  const won = await db.update(notice).set(taken).where(unchanged).returning({ id: notice.id });
  if (won.length === 0) return false;
  const rest = others.map(({ id }) => id);
  if (rest.length > 0) await db.update(notice).set(taken).where(inArray(notice.id, rest));
  return true;
}

export async function settleNotices(
  db: Db,
  { notice }: Tables,
  ids: readonly number[],
  outcome: NoticeOutcome,
): Promise<void> {
  await db
    .update(notice)
    .set({ ...outcome, isInFlight: false })
    .where(inArray(notice.id, [...ids]));
}

export async function readNotices(db: Db, t: Tables, filter: NoticeFilter): Promise<readonly NoticeRow[]> {
  const rows = await db
    .select()
    .from(t.notice)
    .where(passing(t, filter))
    .orderBy(desc(t.notice.id))
    .limit(filter.limit);
  return rows.map(noticeOf);
}

export async function countNotices(db: Db, t: Tables, filter: Omit<NoticeFilter, 'limit' | 'before'>): Promise<number> {
  const [row] = await db.select({ value: count() }).from(t.notice).where(passing(t, filter));
  return Number(row?.value ?? 0);
}

function passing({ notice }: Tables, { channel, state, before }: Omit<NoticeFilter, 'limit'>): SQL | undefined {
  return and(
    eq(notice.channelId, channel),
    state === undefined ? undefined : eq(notice.state, state),
    before === undefined ? undefined : lt(notice.id, before),
  );
}

/** One that may have arrived stays marked as such, and has one attempt of that kind left. */
export async function retryNotice(
  db: Db,
  { notice }: Tables,
  retry: { readonly channel: string; readonly id: number; readonly now: number },
): Promise<boolean> {
  const rows = await db
    .update(notice)
    .set({
      state: 'waiting',
      settledAt: null,
      batch: null,
      dueAt: retry.now,
      doubts: sql`CASE WHEN ${notice.doubts} > 0 THEN 1 ELSE 0 END`,
    })
    .where(and(eq(notice.id, retry.id), eq(notice.channelId, retry.channel), eq(notice.state, 'failed')))
    .returning({ id: notice.id });
  return rows.length > 0;
}

/** The log of deliveries is kept for a while; what waits is not touched. */
export async function pruneNotices(db: Db, { notice }: Tables, settledBefore: number): Promise<void> {
  await db.delete(notice).where(lte(notice.settledAt, settledBefore));
}

function noticeOf({ channelId, body, state, ...row }: Tables['notice']['$inferSelect']): NoticeRow {
  return { ...row, channel: channelId, body: JSON.parse(body) as unknown, state: state as NoticeRow['state'] };
}
