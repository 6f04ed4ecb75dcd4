import { describe, expect, test } from 'vitest';
import { openEnvironment } from '../environment/environment.ts';
import { bucketOf, seedOf } from '../evaluate/bucket.ts';
import { murmur3 } from '../evaluate/murmur3.ts';
import type { ContextInput } from '../model/context.ts';
import type { SplitBody } from '../model/items.ts';
import { BUCKETS } from '../model/keys.ts';
import { flagItem } from '../testing/index.ts';
import { type Seat, SHARDS, seatOf, visitorOf } from './seat.ts';

const SPLIT: SplitBody = {
  ranges: [
    [50_000, 0],
    [BUCKETS, 1],
  ],
  arms: { rollout: 'r1', stage: 1, t: [[0, 40_000]], c: [[60_000, BUCKETS]] },
};

function askFor(context: ContextInput, split: SplitBody = SPLIT) {
  const environment = openEnvironment([flagItem('f', { fallthrough: { split } })], { matches: () => () => false });
  return [environment, 'f', environment.evaluate('f', context, false).reason, context] as const;
}

function seatFor(context: ContextInput, split?: SplitBody): Seat | null {
  return seatOf(...askFor(context, split));
}

describe('somebody whom a split has bucketed', () => {
  test('sits in the arm of the bucket, in a shard of the bucketing value', () => {
    const seats = new Set<string>();
    for (let i = 0; i < 500; i += 1) {
      const key = `u-${i}`;
      const bucket = bucketOf(seedOf('f'), key);
      const arm = bucket < 40_000 ? 't' : bucket >= 60_000 ? 'c' : null;
      const shard = murmur3(key, murmur3('glidepath/shard', 0)) & 31;
      const seat = seatFor({ key });
      expect(seat).toEqual(arm && { arm, stage: 1, shard });
      if (seat) seats.add(`${seat.arm}${seat.shard}`);
    }
    expect(seats.size).toBe(2 * SHARDS);
  });

  test('keeps the shard of the value that the split goes by', () => {
    const by = { contextKind: 'org', attribute: 'plan' };
    const shards = ['a', 'b'].map((key) => {
      const context = { kind: 'multi', user: { key }, org: { key, plan: 42 } } as const;
      return seatFor(context, { ...SPLIT, by, arms: { rollout: 'r1', stage: 0, t: [[0, BUCKETS]], c: [] } })?.shard;
    });
    const expected = murmur3('42', murmur3('glidepath/shard', 0)) & 31;
    expect(shards).toEqual([expected, expected]);
  });

  test('is one person wherever the split is asked, told from others beside whom they sit', () => {
    const everybody: SplitBody = { ...SPLIT, arms: { rollout: 'r1', stage: 0, t: [[0, BUCKETS]], c: [] } };
    const people = new Set<number | undefined>();
    for (let i = 0; i < 200; i += 1) {
      const visitor = visitorOf(...askFor({ key: `u-${i}` }, everybody));
      expect(visitorOf(...askFor({ key: `u-${i}` }, everybody))).toEqual(visitor);
      expect(visitor).toMatchObject({ ...seatFor({ key: `u-${i}` }, everybody) });
      people.add(visitor?.person);
    }
    expect(people.size).toBe(200);
  });

  test('has no seat where nothing is measured, or without a bucketing value', () => {
    expect(seatFor({ key: 'u-1' }, { ranges: SPLIT.ranges })).toBeNull();
    expect(seatFor(null)).toBeNull();
  });
});
