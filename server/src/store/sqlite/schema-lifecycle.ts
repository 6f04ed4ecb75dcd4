import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';

// Twin of ../postgres/schema-lifecycle.ts.

export const codeRepository = sqliteTable(
  'code_repository',
  {
    projectId: text('project_id').notNull(),
    repository: text('repository').notNull(),
    branch: text('branch').notNull(),
    commit: text('commit_sha').notNull(),
    scannedAt: integer('scanned_at').notNull(),
    urlTemplate: text('url_template'),
    uploadedBy: text('uploaded_by').notNull(),
    count: integer('count').notNull(),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.repository] })],
);

/** All places of one key in one repository; what is gone stays for a while, without places. */
export const codeFlag = sqliteTable(
  'code_flag',
  {
    projectId: text('project_id').notNull(),
    repository: text('repository').notNull(),
    flag: text('flag').notNull(),
    places: text('places').notNull(),
    count: integer('count').notNull(),
    byHand: integer('by_hand').notNull(),
    firstSeenAt: integer('first_seen_at').notNull(),
    lastSeenAt: integer('last_seen_at').notNull(),
    goneAt: integer('gone_at'),
    goneCommit: text('gone_commit'),
  },
  (table) => [
    primaryKey({ columns: [table.projectId, table.repository, table.flag] }),
    index('code_flag_flag').on(table.projectId, table.flag),
    index('code_flag_gone').on(table.goneAt),
  ],
);

export const flagReminder = sqliteTable(
  'flag_reminder',
  {
    projectId: text('project_id').notNull(),
    flag: text('flag').notNull(),
    keepUntil: integer('keep_until'),
    keepBy: text('keep_by'),
    keepReason: text('keep_reason'),
    nudgedAt: integer('nudged_at'),
    nudges: integer('nudges').notNull(),
    escalatedAt: integer('escalated_at'),
    askedAt: integer('asked_at'),
    revision: integer('revision').notNull(),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.flag] })],
);

export const lifecycleDay = sqliteTable(
  'lifecycle_day',
  {
    projectId: text('project_id').notNull(),
    day: integer('day').notNull(),
    live: integer('live').notNull(),
    stale: integer('stale').notNull(),
    ready: integer('ready').notNull(),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.day] }), index('lifecycle_day_day').on(table.day)],
);

/** One row per project: the lock of its scans, and which digest was sent last. */
export const lifecycleState = sqliteTable('lifecycle_state', {
  projectId: text('project_id').primaryKey(),
  digestSlot: integer('digest_slot'),
});
