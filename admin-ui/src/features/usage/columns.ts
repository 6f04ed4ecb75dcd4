import type { UsageView } from '@glidepath/server/api-types';
import { dayWords, shortMoment } from '../../lib/time.ts';

const INTERVAL_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

/** One interval of the period, also where nothing was evaluated in it. */
export interface Column {
  /** Milliseconds since epoch. */
  readonly at: number;
  readonly total: number;
  /** From the bottom to the top, in the order of the variations. */
  readonly parts: readonly Part[];
}

export interface Part {
  readonly variation: string;
  /** Position among the variations, which gives it its colour. */
  readonly index: number;
  readonly count: number;
  /** Evaluations below it in the column. */
  readonly below: number;
}

/** All intervals of the period in order, each stacked from the variations that were served. */
export function columnsOf({ interval, from, to, variations, items }: UsageView): readonly Column[] {
  const ms = INTERVAL_MS[interval];
  const start = Date.parse(from);
  const found = new Map(items.map(({ at, counts }) => [Date.parse(at), counts]));
  return Array.from({ length: Math.round((Date.parse(to) - start) / ms) }, (_, i) => {
    const at = start + i * ms;
    let total = 0;
    const parts: Part[] = [];
    for (const [index, { variation }] of variations.entries()) {
      const count = found.get(at)?.[variation] ?? 0;
      if (count > 0) parts.push({ variation, index, count, below: total });
      total += count;
    }
    return { at, total, parts };
  });
}

/** When a column begins, as short as its interval allows; UTC. */
export function columnTime(at: number, interval: UsageView['interval']): string {
  return interval === 'day' ? dayWords(at) : shortMoment(at).slice(0, -':00'.length);
}
