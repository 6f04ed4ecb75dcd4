import { and, eq, isNull } from 'drizzle-orm';
import type { Db, Tables } from './connection.ts';
import type { DeviceLoginRow } from './store.ts';

export async function readDevice(
  db: Db,
  { deviceLogin: t }: Tables,
  by: { readonly device: string } | { readonly code: string },
): Promise<DeviceLoginRow | null> {
  const isMeant = 'device' in by ? eq(t.device, by.device) : eq(t.code, by.code);
  const [row] = await db.select().from(t).where(isMeant);
  return row ?? null;
}

export async function beginDevice(db: Db, { deviceLogin: t }: Tables, row: DeviceLoginRow): Promise<boolean> {
  const made = await db.insert(t).values(row).onConflictDoNothing().returning({ device: t.device });
  return made.length > 0;
}

export async function touchDevice(
  db: Db,
  { deviceLogin: t }: Tables,
  device: string,
  { askedAt, intervalMs }: Pick<DeviceLoginRow, 'askedAt' | 'intervalMs'>,
): Promise<void> {
  await db.update(t).set({ askedAt, intervalMs }).where(eq(t.device, device));
}

export async function answerDevice(
  db: Db,
  { deviceLogin: t }: Tables,
  device: string,
  answer: string,
): Promise<boolean> {
  const answered = await db
    .update(t)
    .set({ answer })
    .where(and(eq(t.device, device), isNull(t.answer)))
    .returning({ device: t.device });
  return answered.length > 0;
}

export async function endDevice(db: Db, { deviceLogin: t }: Tables, device: string): Promise<boolean> {
  const ended = await db.delete(t).where(eq(t.device, device)).returning({ device: t.device });
  return ended.length > 0;
}
