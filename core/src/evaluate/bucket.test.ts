import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import murmurhash from 'murmurhash';
import { describe, expect, test } from 'vitest';
import { BUCKETS } from '../model/keys.ts';
import { bucketOf, seedOf } from './bucket.ts';
import { murmur3 } from './murmur3.ts';

interface HashVector {
  /** Absent where the bytes are no text: only text is ever hashed. */
  readonly text?: string;
  readonly bytesHex: string;
  readonly seed: number;
  readonly hash: number;
}

interface BucketVector {
  readonly salt: string;
  readonly value: string;
  readonly seed: number;
  readonly bucket: number;
}

const read = <T>(name: string): readonly T[] =>
  JSON.parse(readFileSync(new URL(`./testdata/${name}.json`, import.meta.url), 'utf8')).vectors;

describe('murmur3', () => {
  test('has the golden hash of every text', () => {
    const vectors = read<HashVector>('murmur3-vectors').filter(({ text }) => text !== undefined);
    expect(vectors.length).toBeGreaterThan(120);
    for (const { text = '', seed, hash } of vectors)
      expect([text, seed, murmur3(text, seed)]).toEqual([text, seed, hash]);
  });

  test('equals the murmurhash package for any text and seed', () => {
    const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme', maxLength: 40 }));
    fc.assert(
      fc.property(text, fc.nat(0xffffffff), (value, seed) => {
        expect(murmur3(value, seed)).toBe(murmurhash.v3(value, seed));
      }),
      { numRuns: 5_000 },
    );
  });

  test('counts lone surrogates as U+FFFD, as encoders do', () => {
    for (const text of ['\ud800', 'a\udc00b', '\udc00\ud800', 'abc\ud83d'])
      expect(murmur3(text, 7)).toBe(murmur3(new TextDecoder().decode(new TextEncoder().encode(text)), 7));
  });
});

describe('a bucket', () => {
  test('is the golden one for every salt and value', () => {
    for (const { salt, value, seed, bucket } of read<BucketVector>('bucketing-vectors')) {
      expect(seedOf(salt)).toBe(seed);
      expect([salt, value, bucketOf(seed, value)]).toEqual([salt, value, bucket]);
    }
  });

  test('is as likely as any other', () => {
    const tenths = new Array<number>(10).fill(0);
    const seed = seedOf('even');
    for (let i = 0; i < 100_000; i += 1) {
      const tenth = Math.floor((bucketOf(seed, `user-${i}`) / BUCKETS) * 10);
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }
    // Chi-squared with nine degrees of freedom exceeds 27.9 once in a thousand; the input is fixed.
    expect(tenths.reduce((sum, n) => sum + (n - 10_000) ** 2 / 10_000, 0)).toBeLessThan(27.9);
  });
});
