import { eq } from 'drizzle-orm';
import type { Db, Tables } from './connection.ts';
import type { SessionRow } from './store.ts';

export async function readSession(db: Db, t: Tables, hash: string): Promise<SessionRow | null> {
  const [row] = await db.select().from(t.session).where(eq(t.session.hash, hash));
  return row ?? null;
}

export async function putSession(db: Db, t: Tables, row: SessionRow): Promise<void> {
  await db.insert(t.session).values(row).onConflictDoUpdate({ target: t.session.hash, set: row });
}

export async function touchSession(db: Db, t: Tables, hash: string, seenAt: number): Promise<void> {
  await db.update(t.session).set({ seenAt }).where(eq(t.session.hash, hash));
}

export async function removeSessions(
  db: Db,
  t: Tables,
  by: { readonly hash: string } | { readonly member: string },
): Promise<void> {
  const isMeant = 'hash' in by ? eq(t.session.hash, by.hash) : eq(t.session.member, by.member);
  await db.delete(t.session).where(isMeant);
}
