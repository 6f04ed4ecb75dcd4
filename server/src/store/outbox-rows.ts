import { asc, max } from 'drizzle-orm';
import type { Db, Tables } from './connection.ts';
import type { OutboxEntry } from './store.ts';

/** Whoever comes later stands behind all that wait, also at one and the same moment. */
export async function enqueueOutbox(db: Db, { outbox }: Tables, entries: readonly OutboxEntry[]): Promise<void> {
  if (entries.length === 0) return;
  const [last] = await db.select({ position: max(outbox.position) }).from(outbox);
  const first = (last?.position ?? 0) + 1;
  await db.insert(outbox).values(
    entries.map(({ id, topic, at, body }, i) => ({
      id,
      topic,
      at,
      body: JSON.stringify(body),
      dueAt: at,
      position: first + i,
    })),
  );
}

export async function readWaitingEvents(db: Db, { outbox }: Tables, limit: number): Promise<readonly OutboxEntry[]> {
  const rows = await db
    .select()
    .from(outbox)
    .orderBy(asc(outbox.position), asc(outbox.dueAt), asc(outbox.id))
    .limit(limit);
  return rows.map(({ id, topic, at, body }) => ({ id, topic, at, body: JSON.parse(body) as unknown }));
}
