import { bigint, index, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';

// Twin of ../sqlite/schema-lifecycle.ts.

export const codeRepository = pgTable(
  'code_repository',
  {
    projectId: text('project_id').notNull(),
    repository: text('repository').notNull(),
    branch: text('branch').notNull(),
    commit: text('commit_sha').notNull(),
    scannedAt: bigint('scanned_at', { mode: 'number' }).notNull(),
    urlTemplate: text('url_template'),
    uploadedBy: text('uploaded_by').notNull(),
    count: bigint('count', { mode: 'number' }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.repository] })],
);

/** All places of one key in one repository; what is gone stays for a while, without places. */
export const codeFlag = pgTable(
  'code_flag',
  {
    projectId: text('project_id').notNull(),
    repository: text('repository').notNull(),
    flag: text('flag').notNull(),
    places: text('places').notNull(),
    count: bigint('count', { mode: 'number' }).notNull(),
    byHand: bigint('by_hand', { mode: 'number' }).notNull(),
    firstSeenAt: bigint('first_seen_at', { mode: 'number' }).notNull(),
    lastSeenAt: bigint('last_seen_at', { mode: 'number' }).notNull(),
    goneAt: bigint('gone_at', { mode: 'number' }),
    goneCommit: text('gone_commit'),
  },
  (table) => [
    primaryKey({ columns: [table.projectId, table.repository, table.flag] }),
    index('code_flag_flag').on(table.projectId, table.flag),
    index('code_flag_gone').on(table.goneAt),
  ],
);

export const flagReminder = pgTable(
  'flag_reminder',
  {
    projectId: text('project_id').notNull(),
    flag: text('flag').notNull(),
    keepUntil: bigint('keep_until', { mode: 'number' }),
    keepBy: text('keep_by'),
    keepReason: text('keep_reason'),
    nudgedAt: bigint('nudged_at', { mode: 'number' }),
    nudges: bigint('nudges', { mode: 'number' }).notNull(),
    escalatedAt: bigint('escalated_at', { mode: 'number' }),
    askedAt: bigint('asked_at', { mode: 'number' }),
    revision: bigint('revision', { mode: 'number' }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.flag] })],
);

export const lifecycleDay = pgTable(
  'lifecycle_day',
  {
    projectId: text('project_id').notNull(),
    day: bigint('day', { mode: 'number' }).notNull(),
    live: bigint('live', { mode: 'number' }).notNull(),
    stale: bigint('stale', { mode: 'number' }).notNull(),
    ready: bigint('ready', { mode: 'number' }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.day] }), index('lifecycle_day_day').on(table.day)],
);

/** One row per project: the lock of its scans, and which digest was sent last. */
export const lifecycleState = pgTable('lifecycle_state', {
  projectId: text('project_id').primaryKey(),
  digestSlot: bigint('digest_slot', { mode: 'number' }),
});
