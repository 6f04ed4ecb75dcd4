import { and, asc, count, desc, eq, gt, gte, inArray, lt, type SQL, sql } from 'drizzle-orm';
import { recordAfter } from './audit-chain.ts';
import type { Connection, Db, Tables } from './connection.ts';
import type { AuditEntry, AuditFilter, AuditHead, AuditRecord, Origin } from './store.ts';

type Row = Tables['audit']['$inferSelect'];

function recordOf(row: Row): AuditRecord {
  return {
    ...row,
    origin: row.origin as Origin,
    environments: JSON.parse(row.environments) as AuditRecord['environments'],
    documents: JSON.parse(row.documents) as AuditRecord['documents'],
  };
}

export async function appendAudit(db: Db, connection: Connection, entry: AuditEntry): Promise<AuditRecord> {
  const { locks, tables: t } = connection;
  const record = recordAfter(await locks.auditHead(db), entry);
  if (record.documents.length >= MANY) await connection.rest();
  await db.insert(t.audit).values({
    ...record,
    environments: JSON.stringify(record.environments),
    documents: JSON.stringify(record.documents),
  });
  await indexRecord(db, connection, record);
  await db.update(t.auditHead).set({ seq: record.seq, hash: record.hash }).where(eq(t.auditHead.id, 1));
  return record;
}

/** Documents of a record that takes a while to write: others are served before. */
const MANY = 100;

async function indexRecord(
  db: Db,
  { bulk, tables: t }: Connection,
  { seq, documents, environments }: AuditRecord,
): Promise<void> {
  const rows = documents.map(({ kind, id, key }) => [kind, id, key]);
  // `WHERE true`: without it SQLite takes ON CONFLICT for the condition of a join.
  await bulk.run(
    db,
    sql`INSERT INTO ${t.auditDocument} (seq, kind, id, key)
      SELECT CAST(${seq} AS bigint), e.value->>0, e.value->>1, e.value->>2
      FROM ${bulk.elements(JSON.stringify(rows))} WHERE true ON CONFLICT DO NOTHING`,
  );
  if (environments.length === 0) return;
  const touched = environments.map(({ key }) => ({ seq, key }));
  await db.insert(t.auditEnvironment).values(touched).onConflictDoNothing();
}

export async function readAudit(db: Db, t: Tables, filter: AuditFilter): Promise<readonly AuditRecord[]> {
  const rows = await db
    .select()
    .from(t.audit)
    .where(and(...columnConditions(t, filter), ...indexConditions(db, t, filter)))
    .orderBy(filter.ascending ? asc(t.audit.seq) : desc(t.audit.seq))
    .limit(filter.limit);
  return rows.map(recordOf);
}

export async function countAudit(db: Db, t: Tables, filter: Omit<AuditFilter, 'limit'>): Promise<number> {
  const conditions = [...columnConditions(t, filter), ...indexConditions(db, t, filter)];
  const [row] = await db
    .select({ records: count() })
    .from(t.audit)
    .where(and(...conditions));
  return row?.records ?? 0;
}

export async function readAuditHead(db: Db, t: Tables): Promise<AuditHead> {
  const [head] = await db.select({ seq: t.auditHead.seq, hash: t.auditHead.hash }).from(t.auditHead);
  if (!head) throw new Error('the head of the audit chain is missing: the database was altered by hand');
  return head;
}

function columnConditions({ audit }: Tables, filter: Omit<AuditFilter, 'limit'>): SQL[] {
  const conditions: SQL[] = [];
  if (filter.actor !== undefined) conditions.push(eq(audit.actor, filter.actor));
  if (filter.project !== undefined) conditions.push(eq(audit.project, filter.project));
  if (filter.origin !== undefined) conditions.push(eq(audit.origin, filter.origin));
  if (filter.changeId !== undefined) conditions.push(eq(audit.changeId, filter.changeId));
  if (filter.from !== undefined) conditions.push(gte(audit.at, filter.from));
  if (filter.to !== undefined) conditions.push(lt(audit.at, filter.to));
  if (filter.after !== undefined)
    conditions.push(filter.ascending ? gt(audit.seq, filter.after) : lt(audit.seq, filter.after));
  return conditions;
}

function indexConditions(db: Db, t: Tables, filter: Omit<AuditFilter, 'limit'>): SQL[] {
  const { audit, auditDocument: written, auditEnvironment: touched } = t;
  const among = (condition: SQL | undefined) =>
    inArray(audit.seq, db.select({ seq: written.seq }).from(written).where(condition));
  const conditions: SQL[] = [];
  if (filter.document !== undefined)
    conditions.push(among(and(eq(written.kind, filter.document.kind), eq(written.id, filter.document.id))));
  if (filter.flag !== undefined)
    conditions.push(
      among(and(eq(written.key, filter.flag), inArray(written.kind, ['flag', 'flag-config', 'flag-plan']))),
    );
  if (filter.environment !== undefined)
    conditions.push(
      inArray(audit.seq, db.select({ seq: touched.seq }).from(touched).where(eq(touched.key, filter.environment))),
    );
  return conditions;
}
