import { z } from 'zod';
import { timeOf } from '../http/api.ts';
import type { MissingRow, SeenRow } from '../store/usage.ts';
import type { Interval, IntervalCounts, Period, VariationCounts } from './intervals.ts';

/** How often a flag was evaluated in one environment. */
export interface UsageView {
  readonly flag: string;
  readonly environment: string;
  readonly interval: Interval;
  /** Whole intervals: the first begins here. */
  readonly from: string;
  /** Exclusive. */
  readonly to: string;
  /** When an SDK last reported an evaluation, whenever that was; null = never, as far as is known. */
  readonly lastSeenAt: string | null;
  readonly total: number;
  /** In the order of the flag; '' stands for variations that it has not any more. */
  readonly variations: readonly {
    readonly variation: string;
    readonly count: number;
    /** Per kind of reason. */
    readonly reasons: Readonly<Record<string, number>>;
  }[];
  /** The intervals with any evaluation, in order. */
  readonly items: readonly { readonly at: string; readonly counts: Readonly<Record<string, number>> }[];
}

/** A key that code asks for without getting a value. */
export interface UnknownKeyView {
  readonly key: string;
  readonly error: string;
  readonly count: number;
  readonly firstSeenAt: string;
  readonly lastSeenAt: string;
  /** Who asked last. */
  readonly sdk: string;
  readonly app: string;
}

/** A kind of context that SDKs have told of. */
export interface SeenKindView {
  readonly kind: string;
  /** Names, in order; none where only kinds are told. */
  readonly attributes: readonly string[];
  /** To about a day: a client tells it once a day. */
  readonly lastSeenAt: string;
}

const countsSchema = z.record(z.string(), z.number());

export const usageViewSchema: z.ZodType<UsageView> = z
  .object({
    flag: z.string(),
    environment: z.string(),
    interval: z.enum(['minute', 'hour', 'day']),
    from: z.string(),
    to: z.string(),
    lastSeenAt: z.string().nullable(),
    total: z.number(),
    variations: z.array(z.object({ variation: z.string(), count: z.number(), reasons: countsSchema })),
    items: z.array(z.object({ at: z.string(), counts: countsSchema })),
  })
  .meta({ id: 'Usage' });

export const unknownKeySchema: z.ZodType<UnknownKeyView> = z
  .object({
    key: z.string(),
    error: z.string(),
    count: z.number(),
    firstSeenAt: z.string(),
    lastSeenAt: z.string(),
    sdk: z.string(),
    app: z.string(),
  })
  .meta({ id: 'UnknownKey' });

export const seenKindSchema: z.ZodType<SeenKindView> = z
  .object({ kind: z.string(), attributes: z.array(z.string()), lastSeenAt: z.string() })
  .meta({ id: 'SeenKind' });

export interface UsageFacts {
  readonly flag: string;
  readonly environment: string;
  readonly period: Period;
  readonly lastUsedAt: number | null;
  readonly variations: readonly VariationCounts[];
  readonly intervals: readonly IntervalCounts[];
}

export function usageViewOf(facts: UsageFacts): UsageView {
  const { flag, environment, period, lastUsedAt, variations, intervals } = facts;
  return {
    flag,
    environment,
    interval: period.interval,
    from: timeOf(period.from),
    to: timeOf(period.to),
    lastSeenAt: lastUsedAt === null ? null : timeOf(lastUsedAt),
    total: variations.reduce((sum, { n }) => sum + n, 0),
    variations: variations.map(({ variation, n, reasons }) => ({
      variation,
      count: n,
      reasons: Object.fromEntries(reasons),
    })),
    items: intervals.map(({ at, counts }) => ({ at: timeOf(at), counts: Object.fromEntries(counts) })),
  };
}

export function unknownKeyOf({ key, error, n, firstAt, lastAt, sdk, app }: MissingRow): UnknownKeyView {
  return { key, error, count: n, firstSeenAt: timeOf(firstAt), lastSeenAt: timeOf(lastAt), sdk, app };
}

/** In the order of the rows. */
export function seenKindsOf(rows: readonly SeenRow[]): readonly SeenKindView[] {
  return [...new Set(rows.map(({ kind }) => kind))].map((kind) => {
    const own = rows.filter((row) => row.kind === kind);
    const attributes = own.map(({ attribute }) => attribute).filter((name) => name !== '');
    return { kind, attributes, lastSeenAt: timeOf(Math.max(...own.map(({ lastAt }) => lastAt))) };
  });
}
