import { bigint, index, integer, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';

// Twin of ../sqlite/schema-deploys.ts.

export const deploy = pgTable(
  'deploy',
  {
    id: text('id').primaryKey(),
    projectId: text('project_id').notNull(),
    envId: text('env_id').notNull(),
    service: text('service').notNull(),
    version: text('version').notNull(),
    attempt: bigint('attempt', { mode: 'number' }).notNull(),
    status: text('status').notNull(),
    startedAt: bigint('started_at', { mode: 'number' }).notNull(),
    finishedAt: bigint('finished_at', { mode: 'number' }),
    commit: text('commit_sha'),
    commits: text('commits').notNull(),
    url: text('url'),
    deployedBy: text('deployed_by'),
    reportedBy: text('reported_by').notNull(),
    reportedAt: bigint('reported_at', { mode: 'number' }).notNull(),
    revision: bigint('revision', { mode: 'number' }).notNull(),
    settledAt: bigint('settled_at', { mode: 'number' }),
  },
  (table) => [
    uniqueIndex('deploy_attempt').on(table.envId, table.service, table.version, table.attempt),
    index('deploy_started').on(table.projectId, table.startedAt),
    index('deploy_settled').on(table.settledAt),
  ],
);

/** How many SDKs of each application version one replica streams to. */
export const liveVersion = pgTable(
  'live_version',
  {
    replica: text('replica').notNull(),
    envId: text('env_id').notNull(),
    service: text('service').notNull(),
    version: text('version').notNull(),
    instances: integer('instances').notNull(),
    applied: text('applied').notNull(),
    updatedAt: bigint('updated_at', { mode: 'number' }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.envId, table.replica, table.service, table.version] })],
);

/** Messages of integrations that were taken: the same one again does nothing. */
export const hookMessage = pgTable(
  'hook_message',
  {
    integration: text('integration').notNull(),
    message: text('message').notNull(),
    at: bigint('at', { mode: 'number' }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.integration, table.message] }), index('hook_message_at').on(table.at)],
);
