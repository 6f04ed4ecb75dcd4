import { BUCKETS } from '../model/keys.ts';
import { hash32, murmur3 } from './murmur3.ts';

const HASHES = 2 ** 32;

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
  return bucketAt(positionOf(seed, value));
}

/** Where a value stands among all hashes, in `[-2^31, 2^31)`: an integer that orders values as their buckets do. */
export function positionOf(seed: number, value: string): number {
  return hash32(value, seed) ^ 0x80000000;
}

export function bucketAt(position: number): number {
  return Math.floor(((position + HASHES / 2) * BUCKETS) / HASHES);
}

/** The first position that belongs to this bucket; one beyond all positions for `BUCKETS`. */
export function startOf(bucket: number): number {
  return Math.ceil((bucket * HASHES) / BUCKETS) - HASHES / 2;
}
