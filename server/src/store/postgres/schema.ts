import {
  bigint,
  bigserial,
  boolean,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core';

export { deploy, hookMessage, liveVersion } from './schema-deploys.ts';
export { healthPart, healthSeries } from './schema-health.ts';
export { codeFlag, codeRepository, flagReminder, lifecycleDay, lifecycleState } from './schema-lifecycle.ts';
export { notice } from './schema-notices.ts';
export { gateCheck, rollout, rolloutRecord, verdict } from './schema-rollouts.ts';

// Twin of ../sqlite/schema.ts: same tables, same columns; ../parity.ts refuses to compile where they differ.
// JSON is kept as text in both, because items and audit records must come back byte for byte.

export const document = pgTable(
  'document',
  {
    kind: text('kind').notNull(),
    id: text('id').notNull(),
    parent: text('parent').notNull(),
    key: text('key').notNull(),
    folded: text('folded').notNull(),
    revision: bigint('revision', { mode: 'number' }).notNull(),
    body: text('body').notNull(),
    deleted: boolean('deleted').notNull(),
    updatedAt: bigint('updated_at', { mode: 'number' }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.kind, table.id] }),
    uniqueIndex('document_key').on(table.kind, table.parent, table.folded),
  ],
);

export const env = pgTable('env', {
  id: text('id').primaryKey(),
  epoch: text('epoch').notNull(),
  version: bigint('version', { mode: 'number' }).notNull(),
  digest: text('digest').notNull(),
  updatedAt: bigint('updated_at', { mode: 'number' }).notNull(),
});

export const envItem = pgTable(
  'env_item',
  {
    envId: text('env_id')
      .notNull()
      .references(() => env.id),
    kind: text('kind').notNull(),
    key: text('key').notNull(),
    rev: bigint('rev', { mode: 'number' }).notNull(),
    schema: integer('schema').notNull(),
    body: text('body').notNull(),
    hash: text('hash').notNull(),
    /** Of a flag: when it last began to give other values to somebody; 0 = before that was kept. */
    servedSince: bigint('served_since', { mode: 'number' }).notNull().default(0),
  },
  (table) => [primaryKey({ columns: [table.envId, table.kind, table.key] })],
);

export const envChange = pgTable(
  'env_change',
  {
    envId: text('env_id')
      .notNull()
      .references(() => env.id),
    version: bigint('version', { mode: 'number' }).notNull(),
    changeId: text('change_id').notNull(),
    ops: text('ops').notNull(),
    bytes: integer('bytes').notNull(),
    digest: text('digest').notNull(),
    urgent: boolean('urgent').notNull(),
    at: bigint('at', { mode: 'number' }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.envId, table.version] })],
);

export const audit = pgTable(
  'audit',
  {
    seq: bigint('seq', { mode: 'number' }).notNull(),
    at: bigint('at', { mode: 'number' }).notNull(),
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

export const auditDocument = pgTable(
  'audit_document',
  {
    seq: bigint('seq', { mode: 'number' }).notNull(),
    kind: text('kind').notNull(),
    id: text('id').notNull(),
    key: text('key').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.kind, table.id, table.seq] }),
    index('audit_document_key').on(table.key, table.seq),
  ],
);

export const auditEnvironment = pgTable(
  'audit_environment',
  { seq: bigint('seq', { mode: 'number' }).notNull(), key: text('key').notNull() },
  (table) => [primaryKey({ columns: [table.key, table.seq] })],
);

/** One row, id 1: the end of the chain, and the last lock of every transaction that appends. */
export const auditHead = pgTable(
  'audit_head',
  { id: integer('id').notNull(), seq: bigint('seq', { mode: 'number' }).notNull(), hash: text('hash').notNull() },
  (table) => [primaryKey({ columns: [table.id] })],
);

export const outbox = pgTable(
  'outbox',
  {
    id: text('id').primaryKey(),
    topic: text('topic').notNull(),
    at: bigint('at', { mode: 'number' }).notNull(),
    body: text('body').notNull(),
    dueAt: bigint('due_at', { mode: 'number' }).notNull(),
    position: integer('position').notNull().default(0),
  },
  (table) => [index('outbox_due').on(table.dueAt)],
);

export const answer = pgTable(
  'answer',
  {
    principal: text('principal').notNull(),
    key: text('key').notNull(),
    request: text('request').notNull(),
    status: integer('status').notNull(),
    body: text('body').notNull(),
    at: bigint('at', { mode: 'number' }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.principal, table.key] })],
);

export const session = pgTable(
  'session',
  {
    hash: text('hash').primaryKey(),
    member: text('member').notNull(),
    csrf: text('csrf').notNull(),
    createdAt: bigint('created_at', { mode: 'number' }).notNull(),
    seenAt: bigint('seen_at', { mode: 'number' }).notNull(),
  },
  (table) => [index('session_member').on(table.member)],
);

/** A device that waits for somebody to let it in; gone once it was answered, or after a few minutes. */
export const deviceLogin = pgTable('device_login', {
  device: text('device').primaryKey(),
  code: text('code').notNull().unique(),
  name: text('name').notNull(),
  address: text('address').notNull(),
  answer: text('answer'),
  createdAt: bigint('created_at', { mode: 'number' }).notNull(),
  askedAt: bigint('asked_at', { mode: 'number' }).notNull(),
  intervalMs: integer('interval_ms').notNull(),
});

export const delivery = pgTable(
  'delivery',
  {
    envId: text('env_id').notNull(),
    version: bigint('version', { mode: 'number' }).notNull(),
    replica: text('replica').notNull(),
    connected: integer('connected').notNull(),
    applied: integer('applied').notNull(),
    gone: integer('gone').notNull(),
    browsersSent: integer('browsers_sent').notNull().default(0),
    browsersApplied: integer('browsers_applied').notNull().default(0),
    sketch: text('sketch').notNull(),
    slowestMs: bigint('slowest_ms', { mode: 'number' }).notNull(),
    updatedAt: bigint('updated_at', { mode: 'number' }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.envId, table.version, table.replica] })],
);

export const counter = pgTable('counter', {
  name: text('name').primaryKey(),
  value: bigint('value', { mode: 'number' }).notNull(),
});

/** One row per flag, variation and kind of reason that was ever counted: gives its counts a short name. */
export const usageSeries = pgTable(
  'usage_series',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    envId: text('env_id').notNull(),
    flag: text('flag').notNull(),
    variation: text('variation').notNull(),
    reason: text('reason').notNull(),
    lastAt: bigint('last_at', { mode: 'number' }).notNull(),
  },
  (table) => [uniqueIndex('usage_series_key').on(table.envId, table.flag, table.variation, table.reason)],
);

/** Evaluations of a series in the interval of `span` milliseconds that begins at `at`. */
export const usageCount = pgTable(
  'usage_count',
  {
    series: bigint('series', { mode: 'number' }).notNull(),
    span: bigint('span', { mode: 'number' }).notNull(),
    at: bigint('at', { mode: 'number' }).notNull(),
    n: bigint('n', { mode: 'number' }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.series, table.span, table.at] })],
);

export const usageMissing = pgTable(
  'usage_missing',
  {
    envId: text('env_id').notNull(),
    key: text('key').notNull(),
    error: text('error').notNull(),
    n: bigint('n', { mode: 'number' }).notNull(),
    firstAt: bigint('first_at', { mode: 'number' }).notNull(),
    lastAt: bigint('last_at', { mode: 'number' }).notNull(),
    sdk: text('sdk').notNull(),
    app: text('app').notNull(),
  },
  (table) => [primaryKey({ columns: [table.envId, table.key, table.error] })],
);

/** Kinds of contexts and names of their attributes that clients have told. */
export const usageSeen = pgTable(
  'usage_seen',
  {
    envId: text('env_id').notNull(),
    kind: text('kind').notNull(),
    attribute: text('attribute').notNull(),
    lastAt: bigint('last_at', { mode: 'number' }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.envId, table.kind, table.attribute] })],
);

/** Which reports of a client were added already: the newest, and a bit for each of those before it. */
export const usageReporter = pgTable(
  'usage_reporter',
  {
    envId: text('env_id').notNull(),
    instance: text('instance').notNull(),
    newest: bigint('newest', { mode: 'number' }).notNull(),
    before: bigint('before', { mode: 'number' }).notNull(),
    at: bigint('at', { mode: 'number' }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.envId, table.instance] })],
);
