import { DESIGN_EFFECT } from './detection.ts';
import { meanOf } from './estimates.ts';
import type { Standing } from './harm.ts';
import { intervalOf } from './sequential.ts';
import type { Precision, ShardSums } from './statistics.ts';

/**
 * Errors in a stage without arms, by batches of time. Between those a busy person with errors does not differ as between
 * shards: the variance is at least what requests of the same people usually have.
 */
export function errorsWithoutArms(batches: ShardSums, ceiling: number, precision: Precision): Standing {
  const estimate = meanOf(batches);
  if (estimate === null) return { value: null, compared: null, isHarm: false };
  const { value: rate, n } = estimate;
  const least = (DESIGN_EFFECT * rate * (1 - rate)) / n;
  const value = intervalOf({ ...estimate, variance: Math.max(estimate.variance, least) }, precision);
  return { value, compared: null, isHarm: value.lower > ceiling };
}
