import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

// Twin of ../postgres/schema-notices.ts.

/** One event for one channel, until it was delivered and for a while after. */
export const notice = sqliteTable(
  'notice',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    channelId: text('channel_id').notNull(),
    event: text('event').notNull(),
    title: text('title').notNull(),
    body: text('body').notNull(),
    at: integer('at').notNull(),
    isAlone: integer('is_alone', { mode: 'boolean' }).notNull(),
    state: text('state').notNull(),
    attempts: integer('attempts').notNull().default(0),
    doubts: integer('doubts').notNull().default(0),
    isInFlight: integer('is_in_flight', { mode: 'boolean' }).notNull().default(false),
    batch: integer('batch'),
    dueAt: integer('due_at').notNull(),
    settledAt: integer('settled_at'),
    lastError: text('last_error'),
  },
  (table) => [
    index('notice_channel').on(table.channelId, table.state, table.id),
    index('notice_state').on(table.state, table.channelId, table.id),
    index('notice_settled').on(table.settledAt),
  ],
);
