import type { Item } from '@glidepath/core';
import type { WholeOp } from '@glidepath/core/protocol';
import { and, asc, count, eq, gt, inArray, sql } from 'drizzle-orm';
import { compareText } from './canonical.ts';
import type { Db, Tables } from './connection.ts';
import type { EnvironmentChange, EnvironmentHead, EnvironmentSnapshot } from './store.ts';

/** The columns of an environment's head. */
export function headColumns(t: Tables) {
  const { id, epoch, version, digest } = t.env;
  return { id, epoch, version, digest };
}

export async function readHeads(
  db: Db,
  t: Tables,
  ids: readonly string[] | undefined,
): Promise<readonly EnvironmentHead[]> {
  const among = ids === undefined ? undefined : inArray(t.env.id, [...ids]);
  const heads = await db.select(headColumns(t)).from(t.env).where(among);
  return heads.sort((a, b) => compareText(a.id, b.id));
}

interface ItemRow {
  readonly kind: string;
  readonly key: string;
  readonly rev: number;
  readonly body: string;
}

function itemsOf(rows: readonly ItemRow[]): Item[] {
  return rows
    .map(({ kind, key, rev, body }) => ({ kind, key, rev, body: JSON.parse(body) as unknown }) as Item)
    .sort((a, b) => compareText(a.kind, b.kind) || compareText(a.key, b.key));
}

function itemColumns(t: Tables) {
  const { kind, key, rev, body } = t.envItem;
  return { kind, key, rev, body };
}

export async function readItems(db: Db, t: Tables, environment: string): Promise<readonly Item[]> {
  return itemsOf(await db.select(itemColumns(t)).from(t.envItem).where(eq(t.envItem.envId, environment)));
}

export async function readPayloadSize(
  db: Db,
  t: Tables,
  environment: string,
): Promise<{ readonly items: number; readonly bytes: number }> {
  const bytes = sql<number>`coalesce(sum(octet_length(${t.envItem.body})), 0)`.mapWith(Number);
  const [size] = await db.select({ items: count(), bytes }).from(t.envItem).where(eq(t.envItem.envId, environment));
  return size ?? { items: 0, bytes: 0 };
}

/** One statement, so that head and items are of the same moment without a transaction. */
export async function readSnapshot(db: Db, t: Tables, environment: string): Promise<EnvironmentSnapshot | null> {
  const rows = await db
    .select({ head: headColumns(t), item: itemColumns(t) })
    .from(t.env)
    .leftJoin(t.envItem, eq(t.envItem.envId, t.env.id))
    .where(eq(t.env.id, environment));
  const [first] = rows;
  if (!first) return null;
  return { ...first.head, items: itemsOf(rows.flatMap((row) => (row.item ? [row.item] : []))) };
}

export async function readChanges(
  db: Db,
  t: Tables,
  after: { readonly environment: string; readonly version: number; readonly limit: number },
): Promise<readonly EnvironmentChange[]> {
  const { envChange } = t;
  const rows = await db
    .select()
    .from(envChange)
    .where(and(eq(envChange.envId, after.environment), gt(envChange.version, after.version)))
    .orderBy(asc(envChange.version))
    .limit(after.limit);
  return rows.map((row) => ({
    environment: row.envId,
    version: row.version,
    changeId: row.changeId,
    ops: JSON.parse(row.ops) as WholeOp[],
    digest: row.digest,
    urgent: row.urgent,
    at: row.at,
  }));
}
