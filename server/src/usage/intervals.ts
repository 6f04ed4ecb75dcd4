import { RETENTION } from '../store/retention.ts';
import { USAGE_SPANS, type UsageRow, type UsageSpan } from '../store/usage.ts';

export const INTERVALS = {
  minute: { ms: 60_000, span: 'minute', keptMs: RETENTION.usageMinuteMs, shownMs: 3_600_000 },
  hour: { ms: 3_600_000, span: 'minute', keptMs: RETENTION.usageMinuteMs, shownMs: 24 * 3_600_000 },
  day: { ms: USAGE_SPANS.day, span: 'day', keptMs: RETENTION.usageDayMs, shownMs: 30 * USAGE_SPANS.day },
} as const satisfies Record<
  string,
  {
    readonly ms: number;
    /** Of the counts that it is made of. */
    readonly span: UsageSpan;
    readonly keptMs: number;
    /** What is shown where nobody says how much. */
    readonly shownMs: number;
  }
>;

export type Interval = keyof typeof INTERVALS;

/** Whole intervals: the first begins at `from`, the last ends at `to`. */
export interface Period {
  readonly interval: Interval;
  readonly from: number;
  readonly to: number;
}

/** The intervals that touch what was asked for; the newest ones where nothing was said. */
export function periodOf(
  interval: Interval,
  asked: { readonly from?: number; readonly to?: number },
  now: number,
): Period {
  const { ms, shownMs } = INTERVALS[interval];
  const to = Math.ceil(((asked.to ?? now) + (asked.to === undefined ? 1 : 0)) / ms) * ms;
  const from = asked.from === undefined ? to - shownMs : Math.floor(asked.from / ms) * ms;
  return { interval, from, to };
}

/** Evaluations of each variation in one interval. */
export interface IntervalCounts {
  readonly at: number;
  readonly counts: ReadonlyMap<string, number>;
}

/** The intervals in which there was any evaluation, in order. */
export function countsByInterval(rows: readonly UsageRow[], interval: Interval): readonly IntervalCounts[] {
  const { ms } = INTERVALS[interval];
  const intervals = new Map<number, Map<string, number>>();
  for (const { at, variation, n } of rows) {
    const start = at - (at % ms);
    const counts = intervals.get(start) ?? new Map<string, number>();
    intervals.set(start, counts);
    counts.set(variation, (counts.get(variation) ?? 0) + n);
  }
  return [...intervals].sort(([a], [b]) => a - b).map(([at, counts]) => ({ at, counts }));
}

export interface VariationCounts {
  readonly variation: string;
  readonly n: number;
  readonly reasons: ReadonlyMap<string, number>;
}

/** The sums of every variation, also of those that nobody got; those that the flag has not any more come last. */
export function countsByVariation(
  rows: readonly UsageRow[],
  variations: readonly string[],
): readonly VariationCounts[] {
  const found = new Map<string, Map<string, number>>(variations.map((variation) => [variation, new Map()]));
  for (const { variation, reason, n } of rows) {
    const reasons = found.get(variation) ?? new Map<string, number>();
    found.set(variation, reasons);
    reasons.set(reason, (reasons.get(reason) ?? 0) + n);
  }
  return [...found].map(([variation, reasons]) => ({ variation, reasons, n: sumOf(reasons.values()) }));
}

function sumOf(numbers: Iterable<number>): number {
  let sum = 0;
  for (const n of numbers) sum += n;
  return sum;
}
