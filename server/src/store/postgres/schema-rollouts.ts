import { bigint, doublePrecision, index, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';

// Twin of ../sqlite/schema-rollouts.ts.

export const rollout = pgTable(
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
    createdAt: bigint('created_at', { mode: 'number' }).notNull(),
    nextAt: bigint('next_at', { mode: 'number' }),
    sinceVersion: bigint('since_version', { mode: 'number' }),
    coveredSince: bigint('covered_since', { mode: 'number' }),
    configRevision: bigint('config_revision', { mode: 'number' }),
    incident: text('incident'),
    evidence: text('evidence'),
    endedAt: bigint('ended_at', { mode: 'number' }),
    revision: bigint('revision', { mode: 'number' }).notNull(),
    updatedAt: bigint('updated_at', { mode: 'number' }).notNull(),
  },
  (table) => [
    index('rollout_next').on(table.nextAt),
    index('rollout_flag').on(table.envId, table.flag, table.updatedAt),
    index('rollout_project').on(table.projectId, table.updatedAt),
  ],
);

export const rolloutRecord = pgTable(
  'rollout_record',
  {
    rollout: text('rollout').notNull(),
    seq: bigint('seq', { mode: 'number' }).notNull(),
    at: bigint('at', { mode: 'number' }).notNull(),
    from: text('from_state').notNull(),
    to: text('to_state').notNull(),
    stage: bigint('stage', { mode: 'number' }),
    percent: doublePrecision('percent').notNull(),
    cause: text('cause'),
    actor: text('actor').notNull(),
    changeId: text('change_id'),
    version: bigint('version', { mode: 'number' }),
  },
  (table) => [primaryKey({ columns: [table.rollout, table.seq] })],
);

/** The gates that are to be asked, and what each said last. */
export const gateCheck = pgTable(
  'gate_check',
  {
    rollout: text('rollout').notNull(),
    gate: text('gate').notNull(),
    checkAt: bigint('check_at', { mode: 'number' }).notNull(),
    verdict: text('verdict'),
  },
  (table) => [primaryKey({ columns: [table.rollout, table.gate] }), index('gate_check_at').on(table.checkAt)],
);

/** All that gates have said. */
export const verdict = pgTable(
  'verdict',
  {
    rollout: text('rollout').notNull(),
    gate: text('gate').notNull(),
    at: bigint('at', { mode: 'number' }).notNull(),
    body: text('body').notNull(),
  },
  (table) => [primaryKey({ columns: [table.rollout, table.gate, table.at] }), index('verdict_at').on(table.at)],
);
