import murmurhash from 'murmurhash';

const BUCKETS = 100_000;

/** The package is right for bytes; a text is hashed as its UTF-8 bytes, a lone surrogate as U+FFFD. */
export function hashOf(text: string, seed: number): number {
  return murmurhash.v3(new TextEncoder().encode(text), seed);
}

/** 0 to 99,999. */
export function bucketOf(salt: string, value: string): number {
  const seed = hashOf(salt, 0);
  return Math.floor((hashOf(value, seed) * BUCKETS) / 2 ** 32);
}

/** What is hashed of an attribute; undefined where nobody can be bucketed by it. */
export function bucketText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' && Number.isInteger(value) ? String(value) : undefined;
}
