import { bigint, bigserial, boolean, index, integer, pgTable, text } from 'drizzle-orm/pg-core';

// Twin of ../sqlite/schema-notices.ts.

/** One event for one channel, until it was delivered and for a while after. */
export const notice = pgTable(
  'notice',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    channelId: text('channel_id').notNull(),
    event: text('event').notNull(),
    title: text('title').notNull(),
    body: text('body').notNull(),
    at: bigint('at', { mode: 'number' }).notNull(),
    isAlone: boolean('is_alone').notNull(),
    state: text('state').notNull(),
    attempts: integer('attempts').notNull().default(0),
    doubts: integer('doubts').notNull().default(0),
    isInFlight: boolean('is_in_flight').notNull().default(false),
    batch: bigint('batch', { mode: 'number' }),
    dueAt: bigint('due_at', { mode: 'number' }).notNull(),
    settledAt: bigint('settled_at', { mode: 'number' }),
    lastError: text('last_error'),
  },
  (table) => [
    index('notice_channel').on(table.channelId, table.state, table.id),
    index('notice_state').on(table.state, table.channelId, table.id),
    index('notice_settled').on(table.settledAt),
  ],
);
