import { BUCKETS } from '../model/keys.ts';
import type { Allocation, ArmRange, ArmsBody, BucketRange } from '../model/model.ts';
import { nextAllocation } from './allocate.ts';

/** What a stage releases, against what; `order` is that of the flag's variations, by which allocations are computed. */
export interface Released {
  readonly released: string;
  readonly control: string;
  readonly order: readonly string[];
}

type Arms = Pick<ArmsBody, 't' | 'c'>;

/**
 * Which buckets of a split over two variations are compared: two arms of equal size, disjoint. Where everybody has the
 * released variation all are measured, and compared with nobody. Null where nobody has it.
 *
 * Up to 50 % the treatment is everybody who got the released variation, above it those who got it first; the control is
 * chosen from those who still have theirs at 50 %, so nobody changes arm before.
 */
export function armsOfStage(allocation: Allocation, { released, control, order }: Released): Arms | null {
  const treatedCount = countOf(allocation, released);
  const sparedCount = countOf(allocation, control);
  if (treatedCount === 0) return null;
  if (sparedCount === 0) return { t: lowest(rangesOf(allocation, released), treatedCount), c: [] };
  const size = Math.min(treatedCount, sparedCount);
  const half = nextAllocation(allocation, { [released]: BUCKETS / 2, [control]: BUCKETS / 2 }, order);
  // Allocations grow from the side on which their variation comes in the flag.
  const isFirst = order.indexOf(released) < order.indexOf(control);
  const treated = rangesOf(treatedCount === size ? allocation : half, released);
  const spared = rangesOf(sparedCount === size ? allocation : half, control);
  return isFirst
    ? { t: lowest(treated, size), c: highest(spared, size) }
    : { t: highest(treated, size), c: lowest(spared, size) };
}

function countOf(allocation: Allocation, variation: string): number {
  return rangesOf(allocation, variation).reduce((sum, { from, to }) => sum + to - from, 0);
}

function rangesOf(allocation: Allocation, variation: string): readonly BucketRange[] {
  return allocation.filter((range) => range.variation === variation);
}

function lowest(ranges: readonly BucketRange[], size: number): readonly ArmRange[] {
  let open = size;
  return ranges.flatMap(({ from, to }) => {
    const end = Math.min(to, from + open);
    open -= end - from;
    return end > from ? [[from, end] as const] : [];
  });
}

function highest(ranges: readonly BucketRange[], size: number): readonly ArmRange[] {
  let open = size;
  return ranges
    .toReversed()
    .flatMap(({ from, to }) => {
      const start = Math.max(from, to - open);
      open -= to - start;
      return start < to ? [[start, to] as const] : [];
    })
    .toReversed();
}
