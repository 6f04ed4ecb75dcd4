import { and, desc, eq, lte, or, sql } from 'drizzle-orm';
import { pruneCode } from './code-rows.ts';
import type { Db, Tables } from './connection.ts';
import { pruneDeploys } from './deploy-rows.ts';
import { pruneHealth } from './health-fold.ts';
import { pruneNotices } from './notice-rows.ts';
import { pruneLifecycleDays } from './reminder-rows.ts';
import { RETENTION } from './retention.ts';
import { pruneUsage } from './usage-prune.ts';
import { pruneVerdicts } from './verdict-rows.ts';

/** Forgets what is past its time; doing it twice, or in two processes, does no harm. */
export async function pruneAll(db: Db, t: Tables, now: number): Promise<void> {
  const { answer, session, deviceLogin } = t;
  const environments = await db.select({ id: t.env.id, version: t.env.version }).from(t.env);
  for (const environment of environments) await pruneChanges(db, t, environment, now);
  await db.delete(answer).where(lte(answer.at, now - RETENTION.answerMs));
  await db
    .delete(session)
    .where(or(lte(session.seenAt, now - RETENTION.sessionIdleMs), lte(session.createdAt, now - RETENTION.sessionMs)));
  await db.delete(deviceLogin).where(lte(deviceLogin.createdAt, now - RETENTION.deviceLoginMs));
  await pruneNotices(db, t, now - RETENTION.noticeMs);
  await pruneVerdicts(db, t, now);
  await pruneUsage(db, t, now);
  await pruneHealth(db, t, now);
  await pruneDeploys(db, t, now);
  await pruneCode(db, t, now);
  await pruneLifecycleDays(db, t, now);
}

/** Drops the change rows up to a version, and the delivery figures that belong to them. */
async function pruneChanges(
  db: Db,
  t: Tables,
  environment: { readonly id: string; readonly version: number },
  now: number,
): Promise<void> {
  const { envChange, delivery } = t;
  const cut = Math.max(await cutByAge(db, t, environment, now), await cutBySize(db, t, environment.id));
  if (cut === 0) return;
  await db.delete(envChange).where(and(eq(envChange.envId, environment.id), lte(envChange.version, cut)));
  await db.delete(delivery).where(and(eq(delivery.envId, environment.id), lte(delivery.version, cut)));
}

/** The last version that is neither recent nor among the newest; 0 = none. */
async function cutByAge(
  db: Db,
  { envChange }: Tables,
  environment: { readonly id: string; readonly version: number },
  now: number,
): Promise<number> {
  const [row] = await db
    .select({ version: envChange.version })
    .from(envChange)
    .where(
      and(
        eq(envChange.envId, environment.id),
        lte(envChange.version, environment.version - RETENTION.changeVersions),
        lte(envChange.at, now - RETENTION.changeMs),
      ),
    )
    .orderBy(desc(envChange.version))
    .limit(1);
  return row?.version ?? 0;
}

/** The last version that no longer fits into the bytes allowed; 0 = all fit. */
async function cutBySize(db: Db, { envChange }: Tables, environment: string): Promise<number> {
  const ofEnvironment = eq(envChange.envId, environment);
  const [sum] = await db
    .select({ bytes: sql<string | number | null>`sum(${envChange.bytes})` })
    .from(envChange)
    .where(ofEnvironment);
  if (Number(sum?.bytes ?? 0) <= RETENTION.changeBytes) return 0;
  const rows = await db
    .select({ version: envChange.version, bytes: envChange.bytes })
    .from(envChange)
    .where(ofEnvironment)
    .orderBy(desc(envChange.version));
  let bytes = 0;
  for (const row of rows) {
    bytes += row.bytes;
    if (bytes > RETENTION.changeBytes) return row.version;
  }
  return 0;
}
