import { index, integer, real, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';

/** One row per series of numbers that SDKs have reported: gives its parts a short name. */
export const healthSeries = sqliteTable(
  'health_series',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    envId: text('env_id').notNull(),
    flag: text('flag').notNull(),
    flagVersion: integer('flag_version').notNull(),
    variation: text('variation').notNull(),
    arm: text('arm').notNull(),
    stage: integer('stage').notNull(),
    kind: text('kind').notNull(),
    name: text('name').notNull(),
    source: text('source').notNull(),
    total: text('total'),
    lastAt: integer('last_at').notNull(),
  },
  (table) => [
    uniqueIndex('health_series_key').on(
      table.envId,
      table.flag,
      table.kind,
      table.name,
      table.stage,
      table.arm,
      table.variation,
      table.flagVersion,
      table.source,
    ),
  ],
);

/** What was added to a series in the interval that begins at `at`; span 0 = as it came, not merged with others yet. */
export const healthPart = sqliteTable(
  'health_part',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    series: integer('series').notNull(),
    span: integer('span').notNull(),
    at: integer('at').notNull(),
    n: integer('n').notNull(),
    sum: real('sum').notNull(),
    body: text('body').notNull(),
  },
  (table) => [
    index('health_part_series').on(table.series, table.span, table.at),
    index('health_part_span').on(table.span, table.at),
  ],
);
