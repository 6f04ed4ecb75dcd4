import { quantileOf, type SketchBody } from '@glidepath/core/sdk';
import { type Estimate, roundingOf } from './sequential.ts';

/** What was counted in each anonymous shard of those who are measured: executions, and the sum of something over them. */
export interface ShardSums {
  readonly n: readonly number[];
  readonly sum: readonly number[];
}

/** Quantiles of few groups have no variance worth the name: so many must have seen something. */
const LEAST_GROUPS = 4;

/** Executions that one shard counts for at most: a busy person is then one of many, neither the harm nor a cover for it. */
const MOST_PER_SHARD = 100;

/**
 * The mean per execution; null before two shards have seen something. Its variance is a delete-one-shard jackknife, which
 * counts people where one over executions would count their requests.
 */
export function meanOf({ n, sum }: ShardSums): Estimate | null {
  const shards = n.flatMap((count, i) => {
    if (count <= 0) return [];
    const weight = Math.min(count, MOST_PER_SHARD);
    return { weight, sum: ((sum[i] ?? 0) * weight) / count };
  });
  const size = shards.length;
  if (size < 2) return null;
  const all = total(shards.map(({ weight }) => weight));
  const whole = total(shards.map((shard) => shard.sum));
  const value = whole / all;
  const without = shards.map((shard) => (whole - shard.sum) / (all - shard.weight));
  const centre = total(without) / size;
  const scatter = total(without.map((mean) => (mean - centre) ** 2));
  const variance = ((size - 1) / size) * scatter + roundingOf(value);
  return { value, variance, freedom: size - 1, n: total(n) };
}

/**
 * The mean of the logarithms of the groups' quantiles, and its variance by sectioning: from how far those lie from it.
 * Each group counts the same, since one busy person may be most of one of them.
 */
export function logQuantileOf(sketches: readonly SketchBody[], q: number): Estimate | null {
  const groups = sketches.flatMap((sketch) => {
    const quantile = quantileOf(sketch, q);
    return quantile === null ? [] : [{ log: Math.log(quantile), n: total(sketch.c), width: Math.log(sketch.g) }];
  });
  const size = groups.length;
  if (size < LEAST_GROUPS) return null;
  const value = total(groups.map(({ log }) => log)) / size;
  const scatter = total(groups.map(({ log }) => (log - value) ** 2));
  // A quantile is only known to be somewhere in its bucket.
  const width = Math.max(...groups.map((group) => group.width));
  const variance = scatter / (size * (size - 1)) + width ** 2 / 12;
  return { value, variance, freedom: size - 1, n: total(groups.map(({ n }) => n)) };
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
