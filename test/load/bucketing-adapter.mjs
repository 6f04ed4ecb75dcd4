// Bucketing as the built core does it, for statistical batteries of anybody: plain functions of plain values.
// `npm run build` first; then: import { bucket, inRollout, assign } from './test/load/bucketing-adapter.mjs'.
import { BUCKETS, bucketOf, seedOf } from '@glidepath/core';

/** Where somebody stands in `[0, 1)`. Without a salt the flag's key is the salt. */
export function bucket(flagKey, salt, targetingKey) {
  return numberOf(flagKey, salt, targetingKey) / BUCKETS;
}

/** Whether somebody belongs to a rollout of so many percent, of which a thousandth is the finest step. */
export function inRollout(flagKey, salt, targetingKey, percent) {
  return numberOf(flagKey, salt, targetingKey) < Math.round((percent * BUCKETS) / 100);
}

/** The index of somebody's variation in a split; the weights sum to 1 and lie side by side, in their order. */
export function assign(flagKey, salt, targetingKey, weights) {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (!(Math.abs(total - 1) < 1e-9)) throw new RangeError(`the weights sum to ${total}, not to 1`);
  const number = numberOf(flagKey, salt, targetingKey);
  let end = 0;
  return weights.findIndex((weight) => {
    end += weight;
    return number < Math.round(end * BUCKETS);
  });
}

function numberOf(flagKey, salt, targetingKey) {
  return bucketOf(seedOf(salt || flagKey), String(targetingKey));
}
