import { and, asc, inArray, lte } from 'drizzle-orm';
import { compareText } from './canonical.ts';
import type { Db, Tables } from './connection.ts';
import type { OutboxEntry } from './store.ts';

export async function enqueueOutbox(db: Db, t: Tables, entries: readonly OutboxEntry[]): Promise<void> {
  if (entries.length === 0) return;
  await db
    .insert(t.outbox)
    .values(entries.map(({ id, topic, at, body }) => ({ id, topic, at, body: JSON.stringify(body), dueAt: at })));
}

/**
 * Moves the due time of what it takes. Two claimers may choose the same rows: the condition is checked again on the
 * row as the first one left it, so only one gets it.
 */
export async function claimOutbox(
  db: Db,
  t: Tables,
  claim: { readonly now: number; readonly limit: number; readonly leaseMs: number },
): Promise<readonly OutboxEntry[]> {
  const { outbox } = t;
  const isDue = lte(outbox.dueAt, claim.now);
  const chosen = db
    .select({ id: outbox.id })
    .from(outbox)
    .where(isDue)
    .orderBy(asc(outbox.dueAt), asc(outbox.id))
    .limit(claim.limit);
  const rows = await db
    .update(outbox)
    .set({ dueAt: claim.now + claim.leaseMs })
    .where(and(inArray(outbox.id, chosen), isDue))
    .returning();
  return rows
    .map(({ id, topic, at, body }) => ({ id, topic, at, body: JSON.parse(body) as unknown }))
    .sort((a, b) => a.at - b.at || compareText(a.id, b.id));
}

export async function finishOutbox(db: Db, t: Tables, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await db.delete(t.outbox).where(inArray(t.outbox.id, [...ids]));
}
