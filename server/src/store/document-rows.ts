import { and, eq, like, type SQL } from 'drizzle-orm';
import { RefusedError } from '../errors.ts';
import { compareText } from './canonical.ts';
import type { Db, Tables } from './connection.ts';
import type { DocumentKind, DocumentRef, StoredDocument } from './store.ts';
import { successorOf } from './successor.ts';

/** Kinds whose key is an id already: nothing needs two names. */
const KEYED_BY_ID: ReadonlySet<DocumentKind> = new Set([
  'member',
  'sdk-key',
  'api-token',
  'integration',
  'release-policy',
]);

type Row = Tables['document']['$inferSelect'];

function documentOf<B>(row: Row): StoredDocument<B> {
  return {
    kind: row.kind as DocumentKind,
    id: row.id,
    parent: row.parent,
    key: row.key,
    revision: row.revision,
    body: JSON.parse(row.body) as B,
    updatedAt: row.updatedAt,
  };
}

function isRef(t: Tables, ref: DocumentRef): SQL | undefined {
  const { document } = t;
  return and(eq(document.kind, ref.kind), eq(document.parent, ref.parent), eq(document.key, ref.key));
}

export async function readDocument<B>(db: Db, t: Tables, ref: DocumentRef): Promise<StoredDocument<B> | null> {
  const [row] = await db
    .select()
    .from(t.document)
    .where(and(isRef(t, ref), eq(t.document.deleted, false)));
  return row ? documentOf<B>(row) : null;
}

export async function readDocumentById<B>(
  db: Db,
  t: Tables,
  kind: DocumentKind,
  id: string,
): Promise<StoredDocument<B> | null> {
  const { document } = t;
  const [row] = await db
    .select()
    .from(document)
    .where(and(eq(document.kind, kind), eq(document.id, id), eq(document.deleted, false)));
  return row ? documentOf<B>(row) : null;
}

export async function readDocuments<B>(
  db: Db,
  { document }: Tables,
  kind: DocumentKind,
  { parent, holding }: { readonly parent?: string | undefined; readonly holding?: string | undefined },
): Promise<readonly StoredDocument<B>[]> {
  const inParent = parent === undefined ? undefined : eq(document.parent, parent);
  const isMeant = holding === undefined ? undefined : like(document.body, `%${holding}%`);
  const rows = await db
    .select()
    .from(document)
    .where(and(eq(document.kind, kind), inParent, eq(document.deleted, false), isMeant));
  // Sorted here, because each database has its own idea of the order of texts.
  return rows.map((row) => documentOf<B>(row)).sort((a, b) => compareText(a.key, b.key));
}

/** What is there at which revision, by key. */
export async function readRevisions(
  db: Db,
  { document }: Tables,
  kind: DocumentKind,
  parent: string,
): Promise<ReadonlyMap<string, number>> {
  const rows = await db
    .select({ key: document.key, revision: document.revision })
    .from(document)
    .where(and(eq(document.kind, kind), eq(document.parent, parent), eq(document.deleted, false)));
  return new Map(rows.map(({ key, revision }) => [key, revision]));
}

export async function readReservedKeys(
  db: Db,
  t: Tables,
  kind: DocumentKind,
  parent: string,
): Promise<ReadonlySet<string>> {
  const { document } = t;
  const rows = await db
    .select({ folded: document.folded })
    .from(document)
    .where(and(eq(document.kind, kind), eq(document.parent, parent), eq(document.deleted, true)));
  return new Set(rows.map(({ folded }) => folded));
}

export interface DocumentWrite {
  readonly ref: DocumentRef;
  readonly body: unknown;
  /** The revision that it must have; 0 = it must not exist. */
  readonly expected: number;
  readonly at: number;
  readonly newId: () => string;
}

export function putDocument<B>(db: Db, t: Tables, write: DocumentWrite): Promise<StoredDocument<B>> {
  return write.expected === 0 ? insertDocument(db, t, write) : updateDocument(db, t, write);
}

async function insertDocument<B>(db: Db, t: Tables, write: DocumentWrite): Promise<StoredDocument<B>> {
  const { ref, at } = write;
  const row: Row = {
    kind: ref.kind,
    id: idFor(ref, write.newId),
    parent: ref.parent,
    key: ref.key,
    folded: ref.key.toLowerCase(),
    revision: 1,
    body: JSON.stringify(write.body),
    deleted: false,
    updatedAt: at,
  };
  // Removed documents keep their row: the unique index over the folded key reserves it for ever.
  const [stored] = await db.insert(t.document).values(row).onConflictDoNothing().returning();
  if (stored) return documentOf<B>(stored);
  throw alreadyExists(ref);
}

export const idFor = ({ kind, key }: DocumentRef, newId: () => string): string =>
  KEYED_BY_ID.has(kind) ? key : newId();

export function alreadyExists({ kind, key }: DocumentRef): RefusedError {
  return new RefusedError({
    code: 'already-exists',
    detail: `The ${kind} key "${key}" is or was in use here (upper and lower case count as the same). Choose another key.`,
  });
}

async function updateDocument<B>(db: Db, t: Tables, write: DocumentWrite): Promise<StoredDocument<B>> {
  const [stored] = await db
    .update(t.document)
    .set({ body: JSON.stringify(write.body), revision: revisionAfter(write.ref, write.expected), updatedAt: write.at })
    .where(and(isRef(t, write.ref), eq(t.document.revision, write.expected), eq(t.document.deleted, false)))
    .returning();
  if (stored) return documentOf<B>(stored);
  throw await revisionConflict(db, t, write.ref, write.expected);
}

export function revisionAfter({ kind, key }: DocumentRef, expected: number): number {
  return successorOf(expected, `The revision of the ${kind} "${key}"`);
}

export async function removeDocument(
  db: Db,
  t: Tables,
  write: { readonly ref: DocumentRef; readonly expected: number; readonly at: number },
): Promise<void> {
  const [removed] = await db
    .update(t.document)
    .set({ deleted: true, body: 'null', revision: revisionAfter(write.ref, write.expected), updatedAt: write.at })
    .where(and(isRef(t, write.ref), eq(t.document.revision, write.expected), eq(t.document.deleted, false)))
    .returning({ id: t.document.id });
  if (!removed) throw await revisionConflict(db, t, write.ref, write.expected);
}

export async function revisionConflict(db: Db, t: Tables, ref: DocumentRef, expected: number): Promise<RefusedError> {
  const present = await readDocument(db, t, ref);
  return new RefusedError({
    code: 'revision-conflict',
    detail: present
      ? `The ${ref.kind} "${ref.key}" is at revision ${present.revision}, not ${expected}. Read it again and repeat the change on what is there now.`
      : `The ${ref.kind} "${ref.key}" does not exist any more. Read the list again.`,
    extra: { expected, actual: present?.revision ?? null },
  });
}
