import { type Item, type ItemKind, SCHEMA, type SegmentBody, type SegmentItem } from '@glidepath/core';
import { type Stamp, toggled, type WholeOp, withMembers } from '@glidepath/core/protocol';
import { and, eq, inArray, sql } from 'drizzle-orm';
import { canonicalText, sha256 } from './canonical.ts';
import type { Connection, Db, Tables } from './connection.ts';
import { servedSinceOf } from './served-since.ts';
import type { EnvironmentChange, EnvironmentHead, ItemPrint, ItemWrite, MembersOp, PublishRequest } from './store.ts';
import { successorOf } from './successor.ts';

/** Keys that one statement looks for, and rows that it writes: between two statements others may be served. */
const CHUNK = 500;

interface PresentItem {
  readonly kind: string;
  readonly key: string;
  readonly rev: number;
  readonly hash: string;
}

/** An item that differs from what is stored; without a body it goes. */
interface Difference {
  readonly kind: ItemKind;
  readonly key: string;
  readonly before: PresentItem | undefined;
  readonly after: ItemPrint | null;
}

/** How the body of an item is stored, and the hash by which it is known. */
export function printItem(body: Item['body']): ItemPrint {
  const text = canonicalText(body);
  return { text, hash: sha256(text) };
}

/** Stores what differs under the environment's next version; null when nothing does. */
export async function publishItems(
  db: Db,
  connection: Connection,
  publication: { readonly head: EnvironmentHead; readonly request: PublishRequest; readonly at: number },
): Promise<EnvironmentChange | null> {
  const { head, request, at } = publication;
  const { tables: t } = connection;
  const present = await presentItems(db, t, request);
  const differences = request.items.flatMap((item) => differenceOf(item, present.get(idOf(item))) ?? []);
  if (differences.length === 0) return null;
  const version = successorOf(head.version, `The version of environment ${head.id}`);
  const members = await exactMembers(db, t, request, differences);
  const { environment, changeId, urgent } = request;
  const stamps = differences.flatMap((difference) => stampsOf(difference, version));
  const digest = toggled(head.digest, stamps, printOf);
  const ops = opsText(differences, members, version);
  const change: EnvironmentChange = {
    environment,
    version,
    changeId,
    // There may be tens of thousands, and hardly anybody asks.
    get ops() {
      return JSON.parse(ops) as WholeOp[];
    },
    digest,
    urgent,
    at,
  };
  await storeItems(db, connection, change, differences);
  await storeChange(db, t, { environment, version, changeId, digest, urgent, at, ops });
  return change;
}

function idOf(item: { readonly kind: string; readonly key: string }): string {
  return `${item.kind}\t${item.key}`;
}

async function presentItems(db: Db, t: Tables, request: PublishRequest): Promise<ReadonlyMap<string, PresentItem>> {
  const { kind, key, rev, hash, envId } = t.envItem;
  const keys = [...new Set(request.items.map((item) => item.key))];
  const present = new Map<string, PresentItem>();
  if (keys.length > CHUNK) {
    const rows = await db.select({ kind, key, rev, hash }).from(t.envItem).where(eq(envId, request.environment));
    for (const row of rows) present.set(idOf(row), row);
    return present;
  }
  const rows = await db
    .select({ kind, key, rev, hash })
    .from(t.envItem)
    .where(and(eq(envId, request.environment), inArray(key, keys)));
  for (const row of rows) present.set(idOf(row), row);
  return present;
}

function differenceOf(wanted: ItemWrite, before: PresentItem | undefined): Difference | null {
  const { kind, key } = wanted;
  const after = printOfWrite(wanted);
  if (after === null) return before ? { kind, key, before, after } : null;
  return before?.hash === after.hash ? null : { kind, key, before, after };
}

function printOfWrite(wanted: ItemWrite): ItemPrint | null {
  if ('print' in wanted) return wanted.print;
  return wanted.body === null ? null : printItem(wanted.body);
}

/** Changes of members per segment key: those that lead exactly to the new body, because the digest would not notice. */
async function exactMembers(
  db: Db,
  t: Tables,
  request: PublishRequest,
  differences: readonly Difference[],
): Promise<ReadonlyMap<string, readonly MembersOp[]>> {
  const exact = new Map<string, readonly MembersOp[]>();
  const { envId, kind, key } = t.envItem;
  const members = request.members ?? [];
  for (const segment of new Set(members.map((member) => member.key))) {
    const given = members.filter((member) => member.key === segment);
    const after = differences.find((difference) => difference.kind === 'segment' && difference.key === segment)?.after;
    if (!after) continue;
    const [row] = await db
      .select({ body: t.envItem.body })
      .from(t.envItem)
      .where(and(eq(envId, request.environment), eq(kind, 'segment'), eq(key, segment)));
    if (row && after.text === textAfter(segment, JSON.parse(row.body) as SegmentBody, given)) exact.set(segment, given);
  }
  return exact;
}

function textAfter(key: string, body: SegmentBody, given: readonly MembersOp[]): string {
  const before: SegmentItem = { kind: 'segment', key, rev: 0, body };
  const altered = given.reduce((segment, member) => withMembers(segment, { ...member, rev: 0 }), before);
  return canonicalText(altered.body);
}

/** The ops as JSON text, made of texts that are there already. */
function opsText(
  differences: readonly Difference[],
  members: ReadonlyMap<string, readonly MembersOp[]>,
  rev: number,
): string {
  const texts = differences.flatMap(({ kind, key, after }): string[] => {
    if (after === null) return [JSON.stringify({ op: 'del', kind, key, rev })];
    const altered = kind === 'segment' ? members.get(key) : undefined;
    if (altered) return altered.map((member) => JSON.stringify({ ...member, rev }));
    return [`{"op":"put","kind":"${kind}","key":${JSON.stringify(key)},"rev":${rev},"body":${after.text}}`];
  });
  return `[${texts.join(',')}]`;
}

/** What goes out of the digest and what comes in. */
function stampsOf({ kind, key, before, after }: Difference, version: number): readonly Stamp[] {
  const gone = before ? [{ kind, key, rev: before.rev }] : [];
  return after === null ? gone : [...gone, { kind, key, rev: version }];
}

function printOf(text: string): string {
  return sha256(text).slice(0, 32);
}

async function storeItems(
  db: Db,
  connection: Connection,
  change: EnvironmentChange,
  differences: readonly Difference[],
): Promise<void> {
  const { bulk, tables: t } = connection;
  const { envItem } = t;
  const known = differences.flatMap(({ kind, key, before, after }) =>
    kind === 'flag' && before !== undefined && after !== null ? [{ key, body: after.text }] : [],
  );
  const since = await servedSinceOf(db, t, change.environment, known);
  const rows = differences.flatMap(({ kind, key, after }) =>
    after === null ? [] : [[kind, key, after.text, after.hash, kind === 'flag' ? (since.get(key) ?? change.at) : 0]],
  );
  for (let from = 0; from < rows.length; from += CHUNK) {
    if (from > 0) await connection.rest();
    // `WHERE true`: without it SQLite takes ON CONFLICT for the condition of a join.
    await bulk.run(
      db,
      sql`INSERT INTO ${envItem} (env_id, kind, key, rev, schema, body, hash, served_since)
        SELECT ${change.environment}, e.value->>0, e.value->>1, CAST(${change.version} AS bigint), CAST(${SCHEMA} AS integer),
          e.value->>2, e.value->>3, CAST(e.value->>4 AS bigint)
        FROM ${bulk.elements(JSON.stringify(rows.slice(from, from + CHUNK)))} WHERE true
        ON CONFLICT (env_id, kind, key) DO UPDATE SET rev = excluded.rev, schema = excluded.schema,
          body = excluded.body, hash = excluded.hash, served_since = excluded.served_since`,
    );
  }
  for (const { kind, key, after } of differences) {
    if (after !== null) continue;
    await db
      .delete(envItem)
      .where(and(eq(envItem.envId, change.environment), eq(envItem.kind, kind), eq(envItem.key, key)));
  }
}

async function storeChange(
  db: Db,
  t: Tables,
  { environment, ...change }: Omit<EnvironmentChange, 'ops'> & { readonly ops: string },
): Promise<void> {
  const { version, digest, at, ops } = change;
  await db.insert(t.envChange).values({ envId: environment, ...change, bytes: Buffer.byteLength(ops) });
  await db.update(t.env).set({ version, digest, updatedAt: at }).where(eq(t.env.id, environment));
}
