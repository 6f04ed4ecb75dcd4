import { asc } from 'drizzle-orm';
import type { Db, Tables } from './connection.ts';
import type { OutboxEntry } from './store.ts';

/** Those of one call keep their order, though all of it happens at one moment. */
export async function enqueueOutbox(db: Db, t: Tables, entries: readonly OutboxEntry[]): Promise<void> {
  if (entries.length === 0) return;
  await db.insert(t.outbox).values(
    entries.map(({ id, topic, at, body }, position) => ({
      id,
      topic,
      at,
      body: JSON.stringify(body),
      dueAt: at,
      position,
    })),
  );
}

export async function readWaitingEvents(db: Db, { outbox }: Tables, limit: number): Promise<readonly OutboxEntry[]> {
  const rows = await db
    .select()
    .from(outbox)
    .orderBy(asc(outbox.dueAt), asc(outbox.position), asc(outbox.id))
    .limit(limit);
  return rows.map(({ id, topic, at, body }) => ({ id, topic, at, body: JSON.parse(body) as unknown }));
}
