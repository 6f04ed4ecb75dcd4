import { and, asc, count, eq, gt, gte, inArray, lt, lte, notInArray, or, type SQL, sql } from 'drizzle-orm';
import type { Verdict } from '../gates/gate.ts';
import type { Db, Tables } from './connection.ts';
import { RETENTION } from './retention.ts';
import type { GateCheck, VerdictQuery } from './rollouts.ts';
import { FURTHEST_LOOK_MS, NEVER } from './rollouts.ts';

type Row = Tables['gateCheck']['$inferSelect'];

function checkOf({ verdict, ...row }: Row): GateCheck {
  return { ...row, verdict: verdict === null ? null : (JSON.parse(verdict) as Verdict) };
}

export async function readGateChecks(db: Db, { gateCheck: t }: Tables, rollout: string): Promise<readonly GateCheck[]> {
  const rows = await db.select().from(t).where(eq(t.rollout, rollout)).orderBy(asc(t.gate));
  return rows.map(checkOf);
}

export async function putGateChecks(
  db: Db,
  { gateCheck: t }: Tables,
  rollout: string,
  { gates, checkAt }: { readonly gates: readonly string[]; readonly checkAt: number },
): Promise<void> {
  const isOthers = gates.length === 0 ? undefined : notInArray(t.gate, [...gates]);
  await db.delete(t).where(and(eq(t.rollout, rollout), isOthers));
  if (gates.length === 0) return;
  await db
    .insert(t)
    .values(gates.map((gate) => ({ rollout, gate, checkAt, verdict: null })))
    .onConflictDoUpdate({ target: [t.rollout, t.gate], set: { checkAt } });
}

/** Not those that are asked no more. */
function isDueAt({ gateCheck: t }: Tables, now: number): SQL | undefined {
  return or(lte(t.checkAt, now), and(gt(t.checkAt, now + FURTHEST_LOOK_MS), lt(t.checkAt, NEVER)));
}

export async function isAnyGateDue(db: Db, tables: Tables, now: number): Promise<boolean> {
  const { gateCheck: t } = tables;
  const due = await db.select({ gate: t.gate }).from(t).where(isDueAt(tables, now)).limit(1);
  return due.length > 0;
}

/** The condition is checked again on the row as the first of two claimers left it, so only one gets it. */
export async function claimGates(
  db: Db,
  tables: Tables,
  { now, nextAt, limit }: { readonly now: number; readonly nextAt: number; readonly limit: number },
): Promise<readonly GateCheck[]> {
  const { gateCheck: t } = tables;
  const isDue = isDueAt(tables, now);
  const chosen = db
    .select({ rollout: t.rollout, gate: t.gate })
    .from(t)
    .where(isDue)
    .orderBy(asc(t.checkAt), asc(t.rollout), asc(t.gate))
    .limit(limit);
  const rows = await db
    .update(t)
    .set({ checkAt: nextAt })
    .where(and(sql`(${t.rollout}, ${t.gate}) IN ${chosen}`, isDue))
    .returning();
  return rows.map(checkOf);
}

/** What is said of a gate that is asked no more is forgotten. */
export async function putVerdict(
  db: Db,
  { gateCheck, verdict: t }: Tables,
  rollout: string,
  said: Verdict,
): Promise<void> {
  const body = JSON.stringify(said);
  const kept = await db
    .update(gateCheck)
    .set({ verdict: body })
    .where(and(eq(gateCheck.rollout, rollout), eq(gateCheck.gate, said.gate)))
    .returning({ gate: gateCheck.gate });
  if (kept.length === 0) return;
  await db.insert(t).values({ rollout, gate: said.gate, at: said.at, body }).onConflictDoNothing();
}

export async function readVerdicts(
  db: Db,
  { verdict: t }: Tables,
  { rollout, gate, from, to, limit }: VerdictQuery,
): Promise<readonly Verdict[]> {
  const isMeant = and(eq(t.rollout, rollout), eq(t.gate, gate), gte(t.at, from), lt(t.at, to));
  const [counted] = await db.select({ rows: count() }).from(t).where(isMeant);
  const step = Math.max(1, Math.ceil((counted?.rows ?? 0) / limit));
  const numbered = db
    .select({ at: t.at, place: sql<number>`row_number() OVER (ORDER BY ${t.at} DESC)`.as('place') })
    .from(t)
    .where(isMeant)
    .as('numbered');
  // Counted from the end: the newest is always among them.
  const chosen = db
    .select({ at: numbered.at })
    .from(numbered)
    .where(sql`(${numbered.place} - 1) % ${sql.raw(String(step))} = 0`);
  const rows = await db
    .select({ body: t.body })
    .from(t)
    .where(and(isMeant, inArray(t.at, chosen)))
    .orderBy(asc(t.at));
  return rows.map(({ body }) => JSON.parse(body) as Verdict);
}

export async function pruneVerdicts(db: Db, { verdict: t }: Tables, now: number): Promise<void> {
  await db.delete(t).where(lte(t.at, now - RETENTION.verdictMs));
}
