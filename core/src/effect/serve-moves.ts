import { BUCKETS } from '../model/keys.ts';
import type { Allocation, FlagConfig, Serve } from '../model/model.ts';
import type { ServeMove } from './effect.ts';

/** What everybody who reaches a place gets, bucket by bucket. */
interface Served {
  readonly ranges: Allocation;
  /** What deals people into buckets; null where it makes no difference. */
  readonly dealtBy: string | null;
}

/**
 * What share of those who reach a rule or the fallthrough goes from one variation to another, for the places that both
 * configurations have. Where a flag is off or killed, everybody gets the off variation wherever they would have got to.
 */
export function serveMoves(before: FlagConfig, after: FlagConfig): readonly ServeMove[] {
  const known = new Map(before.rules.map((rule) => [rule.id, rule.serve]));
  return [
    ...after.rules.flatMap(({ id, serve }) => {
      const was = known.get(id);
      return was === undefined ? [] : movesAt({ ruleId: id }, served(before, was), served(after, serve));
    }),
    ...movesAt('fallthrough', served(before, before.fallthrough), served(after, after.fallthrough)),
  ];
}

function served({ on, killed, offVariation }: FlagConfig, serve: Serve): Served {
  if (!on || killed !== null) return toEverybody(offVariation);
  if ('variation' in serve) return toEverybody(serve.variation);
  const { allocation, by, salt } = serve.split;
  const isWhole = new Set(allocation.map(({ variation }) => variation)).size === 1;
  return {
    ranges: allocation,
    dealtBy: isWhole ? null : JSON.stringify([by?.contextKind ?? 'user', by?.attribute ?? 'key', salt]),
  };
}

function toEverybody(variation: string): Served {
  return { ranges: [{ from: 0, to: BUCKETS, variation }], dealtBy: null };
}

function movesAt(at: ServeMove['at'], before: Served, after: Served): readonly ServeMove[] {
  const exact = before.dealtBy === null || after.dealtBy === null || before.dealtBy === after.dealtBy;
  const moved = new Map<string, ServeMove>();
  for (const was of before.ranges)
    for (const is of after.ranges) {
      const shared = exact ? Math.min(was.to, is.to) - Math.max(was.from, is.from) : expected(was, is);
      if (was.variation === is.variation || shared <= 0) continue;
      const name = JSON.stringify([was.variation, is.variation]);
      const buckets = (moved.get(name)?.buckets ?? 0) + shared;
      moved.set(name, { at, from: was.variation, to: is.variation, buckets, exact });
    }
  return [...moved.values()]
    .map((move) => ({ ...move, buckets: Math.round(move.buckets) }))
    .sort((a, b) => b.buckets - a.buckets);
}

/** Of those in one range, as many are in the other as chance has it. */
function expected(was: Allocation[number], is: Allocation[number]): number {
  return ((was.to - was.from) * (is.to - is.from)) / BUCKETS;
}
