import { merged, quantileOf, type SketchBody } from '@glidepath/core/sdk';
import { type Estimate, roundingOf } from './sequential.ts';

/** What was counted in each anonymous shard of those who are measured: executions, and the sum of something over them. */
export interface ShardSums {
  readonly n: readonly number[];
  readonly sum: readonly number[];
}

/** Quantiles of few groups have no variance worth the name: so many must have seen something. */
const LEAST_GROUPS = 4;

/**
 * The mean per execution; null before two shards have seen something. Its variance is a delete-one-shard jackknife, which
 * counts people where one over executions would count their requests.
 */
export function meanOf({ n, sum }: ShardSums): Estimate | null {
  const shards = n.map((count, i) => ({ count, sum: sum[i] ?? 0 })).filter(({ count }) => count > 0);
  const size = shards.length;
  if (size < 2) return null;
  const all = total(shards.map(({ count }) => count));
  const whole = total(shards.map((shard) => shard.sum));
  const value = whole / all;
  const without = shards.map((shard) => (whole - shard.sum) / (all - shard.count));
  const centre = total(without) / size;
  const scatter = total(without.map((mean) => (mean - centre) ** 2));
  const variance = ((size - 1) / size) * scatter + roundingOf(value);
  return { value, variance, freedom: size - 1, n: all };
}

/**
 * The logarithm of a quantile of all groups together. Its variance is had by sectioning: from how far the groups' own
 * quantiles lie from it, each with the weight of its executions, since one busy person may be most of a group.
 */
export function logQuantileOf(sketches: readonly SketchBody[], q: number): Estimate | null {
  const groups = sketches.flatMap((sketch) => {
    const quantile = quantileOf(sketch, q);
    return quantile === null ? [] : [{ sketch, log: Math.log(quantile), n: total(sketch.c) }];
  });
  const size = groups.length;
  if (size < LEAST_GROUPS) return null;
  const whole = groups.map(({ sketch }) => sketch).reduce(merged);
  const value = Math.log(quantileOf(whole, q) ?? Number.NaN);
  const n = total(whole.c);
  const scatter = total(groups.map((group) => ((group.n / n) * (group.log - value)) ** 2));
  // A quantile is only known to be somewhere in its bucket.
  const variance = (size / (size - 1)) * scatter + Math.log(whole.g) ** 2 / 12;
  return { value, variance, freedom: size - 1, n };
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
