import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';

export { deploy, hookMessage, liveVersion } from './schema-deploys.ts';
export { healthPart, healthSeries } from './schema-health.ts';
export { codeFlag, codeRepository, flagReminder, lifecycleDay, lifecycleState } from './schema-lifecycle.ts';
export { notice } from './schema-notices.ts';
export { gateCheck, rollout, rolloutRecord, verdict } from './schema-rollouts.ts';

// Twin of ../postgres/schema.ts: same tables, same columns; ../parity.ts refuses to compile where they differ.
// JSON is kept as text in both, because items and audit records must come back byte for byte.

export const document = sqliteTable(
  'document',
  {
    kind: text('kind').notNull(),
    id: text('id').notNull(),
    parent: text('parent').notNull(),
    key: text('key').notNull(),
    folded: text('folded').notNull(),
    revision: integer('revision').notNull(),
    body: text('body').notNull(),
    deleted: integer('deleted', { mode: 'boolean' }).notNull(),
    updatedAt: integer('updated_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.kind, table.id] }),
    uniqueIndex('document_key').on(table.kind, table.parent, table.folded),
  ],
);

export const env = sqliteTable('env', {
  id: text('id').primaryKey(),
  epoch: text('epoch').notNull(),
  version: integer('version').notNull(),
  digest: text('digest').notNull(),
  updatedAt: integer('updated_at').notNull(),
});

export const envItem = sqliteTable(
  'env_item',
  {
    envId: text('env_id')
      .notNull()
      .references(() => env.id),
    kind: text('kind').notNull(),
    key: text('key').notNull(),
    rev: integer('rev').notNull(),
    schema: integer('schema').notNull(),
    body: text('body').notNull(),
    hash: text('hash').notNull(),
    /** Of a flag: when it last began to give other values to somebody; 0 = before that was kept. */
    servedSince: integer('served_since').notNull().default(0),
  },
  (table) => [primaryKey({ columns: [table.envId, table.kind, table.key] })],
);

export const envChange = sqliteTable(
  'env_change',
  {
    envId: text('env_id')
      .notNull()
      .references(() => env.id),
    version: integer('version').notNull(),
    changeId: text('change_id').notNull(),
    ops: text('ops').notNull(),
    bytes: integer('bytes').notNull(),
    digest: text('digest').notNull(),
    urgent: integer('urgent', { mode: 'boolean' }).notNull(),
    at: integer('at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.envId, table.version] })],
);

export const audit = sqliteTable(
  'audit',
  {
    seq: integer('seq').notNull(),
    at: integer('at').notNull(),
    actor: text('actor').notNull(),
    origin: text('origin').notNull(),
    action: text('action').notNull(),
    project: text('project'),
    changeId: text('change_id').notNull(),
    environments: text('environments').notNull(),
    documents: text('documents').notNull(),
    content: text('content'),
    contentHash: text('content_hash').notNull(),
    prevHash: text('prev_hash').notNull(),
    hash: text('hash').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.seq] }),
    index('audit_change').on(table.changeId),
    index('audit_at').on(table.at),
  ],
);

export const auditDocument = sqliteTable(
  'audit_document',
  {
    seq: integer('seq').notNull(),
    kind: text('kind').notNull(),
    id: text('id').notNull(),
    key: text('key').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.kind, table.id, table.seq] }),
    index('audit_document_key').on(table.key, table.seq),
  ],
);

export const auditEnvironment = sqliteTable(
  'audit_environment',
  { seq: integer('seq').notNull(), key: text('key').notNull() },
  (table) => [primaryKey({ columns: [table.key, table.seq] })],
);

/** One row, id 1: the end of the chain, and the last lock of every transaction that appends. */
export const auditHead = sqliteTable(
  'audit_head',
  { id: integer('id').notNull(), seq: integer('seq').notNull(), hash: text('hash').notNull() },
  (table) => [primaryKey({ columns: [table.id] })],
);

export const outbox = sqliteTable(
  'outbox',
  {
    id: text('id').primaryKey(),
    topic: text('topic').notNull(),
    at: integer('at').notNull(),
    body: text('body').notNull(),
    dueAt: integer('due_at').notNull(),
    position: integer('position').notNull().default(0),
  },
  (table) => [index('outbox_due').on(table.dueAt)],
);

export const answer = sqliteTable(
  'answer',
  {
    principal: text('principal').notNull(),
    key: text('key').notNull(),
    request: text('request').notNull(),
    status: integer('status').notNull(),
    body: text('body').notNull(),
    at: integer('at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.principal, table.key] })],
);

export const session = sqliteTable(
  'session',
  {
    hash: text('hash').primaryKey(),
    member: text('member').notNull(),
    csrf: text('csrf').notNull(),
    createdAt: integer('created_at').notNull(),
    seenAt: integer('seen_at').notNull(),
  },
  (table) => [index('session_member').on(table.member)],
);

/** A device that waits for somebody to let it in; gone once it was answered, or after a few minutes. */
export const deviceLogin = sqliteTable('device_login', {
  device: text('device').primaryKey(),
  code: text('code').notNull().unique(),
  name: text('name').notNull(),
  address: text('address').notNull(),
  answer: text('answer'),
  createdAt: integer('created_at').notNull(),
  askedAt: integer('asked_at').notNull(),
  intervalMs: integer('interval_ms').notNull(),
});

export const delivery = sqliteTable(
  'delivery',
  {
    envId: text('env_id').notNull(),
    version: integer('version').notNull(),
    replica: text('replica').notNull(),
    connected: integer('connected').notNull(),
    applied: integer('applied').notNull(),
    gone: integer('gone').notNull(),
    browsersSent: integer('browsers_sent').notNull().default(0),
    browsersApplied: integer('browsers_applied').notNull().default(0),
    sketch: text('sketch').notNull(),
    slowestMs: integer('slowest_ms').notNull(),
    updatedAt: integer('updated_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.envId, table.version, table.replica] })],
);

export const counter = sqliteTable('counter', {
  name: text('name').primaryKey(),
  value: integer('value').notNull(),
});

/** One row per flag, variation and kind of reason that was ever counted: gives its counts a short name. */
export const usageSeries = sqliteTable(
  'usage_series',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    envId: text('env_id').notNull(),
    flag: text('flag').notNull(),
    variation: text('variation').notNull(),
    reason: text('reason').notNull(),
    lastAt: integer('last_at').notNull(),
  },
  (table) => [uniqueIndex('usage_series_key').on(table.envId, table.flag, table.variation, table.reason)],
);

/** Evaluations of a series in the interval of `span` milliseconds that begins at `at`. */
export const usageCount = sqliteTable(
  'usage_count',
  {
    series: integer('series').notNull(),
    span: integer('span').notNull(),
    at: integer('at').notNull(),
    n: integer('n').notNull(),
  },
  (table) => [primaryKey({ columns: [table.series, table.span, table.at] })],
);

export const usageMissing = sqliteTable(
  'usage_missing',
  {
    envId: text('env_id').notNull(),
    key: text('key').notNull(),
    error: text('error').notNull(),
    n: integer('n').notNull(),
    firstAt: integer('first_at').notNull(),
    lastAt: integer('last_at').notNull(),
    sdk: text('sdk').notNull(),
    app: text('app').notNull(),
  },
  (table) => [primaryKey({ columns: [table.envId, table.key, table.error] })],
);

/** Kinds of contexts and names of their attributes that clients have told. */
export const usageSeen = sqliteTable(
  'usage_seen',
  {
    envId: text('env_id').notNull(),
    kind: text('kind').notNull(),
    attribute: text('attribute').notNull(),
    lastAt: integer('last_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.envId, table.kind, table.attribute] })],
);

/** Which reports of a client were added already: the newest, and a bit for each of those before it. */
export const usageReporter = sqliteTable(
  'usage_reporter',
  {
    envId: text('env_id').notNull(),
    instance: text('instance').notNull(),
    newest: integer('newest').notNull(),
    before: integer('before').notNull(),
    at: integer('at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.envId, table.instance] })],
);
