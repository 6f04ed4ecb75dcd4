import type { SketchBody } from '@glidepath/core/sdk';
import { logQuantileOf, meanOf, type ShardSums } from './estimates.ts';
import { differenceOf, type Interval, intervalOf, type Precision } from './sequential.ts';

export type { ShardSums } from './estimates.ts';
export { sampleRatioOf } from './sample-ratio.ts';
export type { Interval, Precision } from './sequential.ts';

/** The same thing of both arms of a rollout, at the same time. */
interface Both<T> {
  readonly treatment: T;
  readonly control: T;
}

/** The mean per execution: an error rate where sums are errors. Null before two shards have seen something. */
export function meanWithin(shards: ShardSums, precision: Precision): Interval | null {
  const estimate = meanOf(shards);
  return estimate && intervalOf(estimate, precision);
}

/** Mean of the treatment less that of the control, in the unit of the sums. Null before both have a variance. */
export function differenceWithin({ treatment, control }: Both<ShardSums>, precision: Precision): Interval | null {
  const [a, b] = [meanOf(treatment), meanOf(control)];
  return a && b && intervalOf(differenceOf(a, b), precision);
}

/** The duration in milliseconds that the share `q` of executions did not exceed, from sketches of groups of shards. */
export function quantileWithin(groups: readonly SketchBody[], q: number, precision: Precision): Interval | null {
  const estimate = logQuantileOf(groups, q);
  return estimate && exponentOf(intervalOf(estimate, precision));
}

/** Quantile of the treatment divided by that of the control. Null before both have a variance. */
export function ratioWithin(
  { treatment, control }: Both<readonly SketchBody[]>,
  q: number,
  precision: Precision,
): Interval | null {
  const [a, b] = [logQuantileOf(treatment, q), logQuantileOf(control, q)];
  return a && b && exponentOf(intervalOf(differenceOf(a, b), precision));
}

function exponentOf({ value, lower, upper }: Interval): Interval {
  return { value: Math.exp(value), lower: Math.exp(lower), upper: Math.exp(upper) };
}
