import { and, eq, inArray, type SQL, sql } from 'drizzle-orm';
import type { Connection, Db, Tables } from './connection.ts';
import { alreadyExists, idFor, revisionAfter, revisionConflict } from './document-rows.ts';
import type { DocumentPut, StoredDocument } from './store.ts';

/** Rows per statement: their text is a few megabytes at most, and between two statements others may be served. */
const CHUNK = 500;

export interface DocumentBatch {
  readonly puts: readonly DocumentPut[];
  readonly at: number;
  readonly newId: () => string;
}

/** Writes many documents: each statement takes its rows as one text. */
export async function putDocuments(
  db: Db,
  connection: Connection,
  { puts, at, newId }: DocumentBatch,
): Promise<readonly StoredDocument[]> {
  const ids = new Map<DocumentPut, string>();
  for (const isNew of [true, false]) {
    const some = puts.filter(({ expected }) => (expected === 0) === isNew);
    for (let from = 0; from < some.length; from += CHUNK) {
      if (from > 0) await connection.rest();
      const chunk = { puts: some.slice(from, from + CHUNK), at, newId };
      const written = await (isNew ? insertDocuments(db, connection, chunk) : updateDocuments(db, connection, chunk));
      for (const [index, put] of chunk.puts.entries()) ids.set(put, written[index] ?? '');
    }
  }
  return puts.map((put) => {
    const { kind, parent, key } = put.ref;
    return { kind, id: ids.get(put) ?? '', parent, key, revision: put.expected + 1, body: put.body, updatedAt: at };
  });
}

/** Answers their ids. */
async function insertDocuments(
  db: Db,
  { bulk, tables }: Connection,
  { puts, at, newId }: DocumentBatch,
): Promise<readonly string[]> {
  const ids = puts.map(({ ref }) => idFor(ref, newId));
  const rows = puts.map(({ ref, body }, index) => [
    ref.kind,
    ids[index],
    ref.parent,
    ref.key,
    ref.key.toLowerCase(),
    JSON.stringify(body),
  ]);
  // `WHERE true`: without it SQLite takes ON CONFLICT for the condition of a join.
  const written = await bulk.rows<{ readonly id: string }>(
    db,
    sql`INSERT INTO ${tables.document} (kind, id, parent, key, folded, revision, body, deleted, updated_at)
      SELECT e.value->>0, e.value->>1, e.value->>2, e.value->>3, e.value->>4, 1, e.value->>5, false, CAST(${at} AS bigint)
      FROM ${bulk.elements(JSON.stringify(rows))} WHERE true
      ON CONFLICT DO NOTHING RETURNING id`,
  );
  if (written.length < puts.length) throw alreadyExists((await firstTaken(db, tables, puts, ids)).ref);
  return ids;
}

/** The first whose key somebody else has, or had: removed documents keep their row. */
async function firstTaken(
  db: Db,
  { document }: Tables,
  puts: readonly DocumentPut[],
  ids: readonly (string | undefined)[],
): Promise<DocumentPut> {
  const { kind, parent, folded, id } = document;
  const holders = new Map<string, string>();
  for (const [name, keys] of keysByPlace(puts)) {
    const rows = await db
      .select({ kind, parent, folded, id })
      .from(document)
      .where(and(isAt(document, name), inArray(folded, keys)));
    for (const row of rows) holders.set(placeOf(row.kind, row.parent) + row.folded, row.id);
  }
  const taken = puts.find(
    ({ ref }, index) => holders.get(placeOf(ref.kind, ref.parent) + ref.key.toLowerCase()) !== ids[index],
  );
  if (taken === undefined) throw new Error('documents were not written, and nobody has their keys');
  return taken;
}

const placeOf = (kind: string, parent: string): string => `${kind}\t${parent}\t`;

function isAt({ kind, parent }: Tables['document'], place: string): SQL | undefined {
  const [ofKind = '', ofParent = ''] = place.split('\t');
  return and(eq(kind, ofKind), eq(parent, ofParent));
}

function keysByPlace(puts: readonly DocumentPut[]): ReadonlyMap<string, string[]> {
  const keys = new Map<string, string[]>();
  for (const { ref } of puts) {
    const place = placeOf(ref.kind, ref.parent);
    const known = keys.get(place) ?? [];
    keys.set(place, known);
    known.push(ref.key.toLowerCase());
  }
  return keys;
}

interface StoredName {
  readonly kind: string;
  readonly parent: string;
  readonly key: string;
  readonly id: string;
}

/** Answers their ids. */
async function updateDocuments(
  db: Db,
  { bulk, tables }: Connection,
  { puts, at }: DocumentBatch,
): Promise<readonly string[]> {
  const rows = puts.map(({ ref, body, expected }) => [
    ref.kind,
    ref.parent,
    ref.key.toLowerCase(),
    ref.key,
    expected,
    revisionAfter(ref, expected),
    JSON.stringify(body),
  ]);
  const { document } = tables;
  const written = await bulk.rows<StoredName>(
    db,
    sql`UPDATE ${document}
      SET body = e.value->>6, revision = CAST(e.value->>5 AS bigint), updated_at = CAST(${at} AS bigint)
      FROM ${bulk.elements(JSON.stringify(rows))}
      WHERE ${document.kind} = e.value->>0 AND ${document.parent} = e.value->>1 AND ${document.folded} = e.value->>2
        AND ${document.key} = e.value->>3 AND ${document.revision} = CAST(e.value->>4 AS bigint) AND NOT deleted
      RETURNING ${document.kind} AS kind, ${document.parent} AS parent, ${document.key} AS key, ${document.id} AS id`,
  );
  const ids = new Map(written.map((row) => [placeOf(row.kind, row.parent) + row.key, row.id]));
  const late = puts.find(({ ref }) => !ids.has(placeOf(ref.kind, ref.parent) + ref.key));
  if (late !== undefined) throw await revisionConflict(db, tables, late.ref, late.expected);
  return puts.flatMap(({ ref }) => ids.get(placeOf(ref.kind, ref.parent) + ref.key) ?? []);
}
