import { bigint, bigserial, doublePrecision, index, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';

/** One row per series of numbers that SDKs have reported: gives its parts a short name. */
export const healthSeries = pgTable(
  'health_series',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    envId: text('env_id').notNull(),
    flag: text('flag').notNull(),
    flagVersion: bigint('flag_version', { mode: 'number' }).notNull(),
    variation: text('variation').notNull(),
    arm: text('arm').notNull(),
    stage: bigint('stage', { mode: 'number' }).notNull(),
    kind: text('kind').notNull(),
    name: text('name').notNull(),
    source: text('source').notNull(),
    total: text('total'),
    lastAt: bigint('last_at', { mode: 'number' }).notNull(),
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
export const healthPart = pgTable(
  'health_part',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    series: bigint('series', { mode: 'number' }).notNull(),
    span: bigint('span', { mode: 'number' }).notNull(),
    at: bigint('at', { mode: 'number' }).notNull(),
    n: bigint('n', { mode: 'number' }).notNull(),
    sum: doublePrecision('sum').notNull(),
    body: text('body').notNull(),
  },
  (table) => [
    index('health_part_series').on(table.series, table.span, table.at),
    index('health_part_span').on(table.span, table.at),
  ],
);
