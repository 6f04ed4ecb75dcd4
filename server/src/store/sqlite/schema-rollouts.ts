import { index, integer, primaryKey, real, sqliteTable, text } from 'drizzle-orm/sqlite-core';

// Twin of ../postgres/schema-rollouts.ts.

export const rollout = sqliteTable(
  'rollout',
  {
    id: text('id').primaryKey(),
    projectId: text('project_id').notNull(),
    envId: text('env_id').notNull(),
    flag: text('flag').notNull(),
    /** Names the flag and environment while it is live: two cannot drive one. */
    drives: text('drives').unique(),
    state: text('state').notNull(),
    body: text('body').notNull(),
    startedBy: text('started_by').notNull(),
    origin: text('origin').notNull(),
    comment: text('comment'),
    createdAt: integer('created_at').notNull(),
    nextAt: integer('next_at'),
    sinceVersion: integer('since_version'),
    coveredSince: integer('covered_since'),
    configRevision: integer('config_revision'),
    incident: text('incident'),
    evidence: text('evidence'),
    endedAt: integer('ended_at'),
    revision: integer('revision').notNull(),
    updatedAt: integer('updated_at').notNull(),
  },
  (table) => [
    index('rollout_next').on(table.nextAt),
    index('rollout_flag').on(table.envId, table.flag, table.updatedAt),
    index('rollout_project').on(table.projectId, table.updatedAt),
  ],
);

export const rolloutRecord = sqliteTable(
  'rollout_record',
  {
    rollout: text('rollout').notNull(),
    seq: integer('seq').notNull(),
    at: integer('at').notNull(),
    from: text('from_state').notNull(),
    to: text('to_state').notNull(),
    stage: integer('stage'),
    percent: real('percent').notNull(),
    cause: text('cause'),
    actor: text('actor').notNull(),
    changeId: text('change_id'),
    version: integer('version'),
  },
  (table) => [primaryKey({ columns: [table.rollout, table.seq] })],
);

/** The gates that are to be asked, and what each said last. */
export const gateCheck = sqliteTable(
  'gate_check',
  {
    rollout: text('rollout').notNull(),
    gate: text('gate').notNull(),
    checkAt: integer('check_at').notNull(),
    verdict: text('verdict'),
  },
  (table) => [primaryKey({ columns: [table.rollout, table.gate] }), index('gate_check_at').on(table.checkAt)],
);

/** All that gates have said. */
export const verdict = sqliteTable(
  'verdict',
  {
    rollout: text('rollout').notNull(),
    gate: text('gate').notNull(),
    at: integer('at').notNull(),
    body: text('body').notNull(),
  },
  (table) => [primaryKey({ columns: [table.rollout, table.gate, table.at] }), index('verdict_at').on(table.at)],
);
