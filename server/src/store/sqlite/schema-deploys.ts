import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';

// Twin of ../postgres/schema-deploys.ts.

export const deploy = sqliteTable(
  'deploy',
  {
    id: text('id').primaryKey(),
    projectId: text('project_id').notNull(),
    envId: text('env_id').notNull(),
    service: text('service').notNull(),
    version: text('version').notNull(),
    attempt: integer('attempt').notNull(),
    status: text('status').notNull(),
    startedAt: integer('started_at').notNull(),
    finishedAt: integer('finished_at'),
    commit: text('commit_sha'),
    commits: text('commits').notNull(),
    url: text('url'),
    deployedBy: text('deployed_by'),
    reportedBy: text('reported_by').notNull(),
    reportedAt: integer('reported_at').notNull(),
    revision: integer('revision').notNull(),
    settledAt: integer('settled_at'),
  },
  (table) => [
    uniqueIndex('deploy_attempt').on(table.envId, table.service, table.version, table.attempt),
    index('deploy_started').on(table.projectId, table.startedAt),
    index('deploy_settled').on(table.settledAt),
  ],
);

/** How many SDKs of each application version one replica streams to. */
export const liveVersion = sqliteTable(
  'live_version',
  {
    replica: text('replica').notNull(),
    envId: text('env_id').notNull(),
    service: text('service').notNull(),
    version: text('version').notNull(),
    instances: integer('instances').notNull(),
    applied: text('applied').notNull(),
    updatedAt: integer('updated_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.envId, table.replica, table.service, table.version] })],
);

/** Messages of integrations that were taken: the same one again does nothing. */
export const hookMessage = sqliteTable(
  'hook_message',
  {
    integration: text('integration').notNull(),
    message: text('message').notNull(),
    at: integer('at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.integration, table.message] }), index('hook_message_at').on(table.at)],
);
