import { BUCKETS } from '../model/keys.ts';
import { murmur3 } from './murmur3.ts';

/** What a salt contributes to every hash; computed once per salt. */
export function seedOf(salt: string): number {
  return murmur3(salt, 0);
}

/**
 * The bucket in `[0, BUCKETS)` of one value under one seed.
 *
 * Multiplies and divides rather than taking the remainder: all buckets are equally likely.
 * Never change this mapping: it would move everybody in every split (golden vectors in `testdata`).
 */
export function bucketOf(seed: number, value: string): number {
  return Math.floor((murmur3(value, seed) * BUCKETS) / 2 ** 32);
}
