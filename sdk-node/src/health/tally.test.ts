import type { EvaluationDetail, ReadFlag, SdkReason, Seat } from '@glidepath/core/sdk';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createTally, type Tally } from './tally.ts';

const MIB = 1_048_576;
const SPLIT: SdkReason = {
  kind: 'RULE_MATCH',
  ruleId: 'r7',
  ruleIndex: 0,
  rollout: { bucket: 1, contextKind: 'user' },
};

function aRead(seat: Seat | null, more: Partial<EvaluationDetail<unknown>> = {}, flag = 'new-checkout'): ReadFlag {
  const detail = {
    value: true,
    variation: 'on',
    variationIndex: 0,
    flagVersion: 41,
    environmentVersion: 50,
    reason: SPLIT,
    source: 'stream',
    stale: false,
    ...more,
  } as const;
  return { flag, detail, seat };
}

const seat = (shard: number, arm: 't' | 'c' = 't'): Seat => ({ arm, stage: 2, shard });

function open(limits: { maxSeries?: number; maxBytes?: number } = {}): Tally & { readonly dropped: number } {
  const { maxSeries = 10_000, maxBytes = MIB } = limits;
  let dropped = 0;
  const tally: Tally = createTally({
    maxBytes,
    hasRoom: () => tally.series < maxSeries,
    onDropped: () => {
      dropped += 1;
    },
  });
  return Object.defineProperty(tally, 'dropped', { get: () => dropped }) as Tally & { readonly dropped: number };
}

const all = (tally: Tally) => tally.take({ bytes: MIB });

describe('operations', () => {
  test('in an arm are counted by shard, and their durations by group of four shards', () => {
    const tally = open();
    tally.ended(aRead(seat(5)), 'POST /pay', { error: null, durationMs: 11 });
    tally.ended(aRead(seat(5)), 'POST /pay', { error: 'TimeoutError', durationMs: 1_000 });
    tally.ended(aRead(seat(31)), 'POST /pay', { error: '500', durationMs: null });
    const [series, ...others] = all(tally).health;
    expect(others).toEqual([]);
    expect(series).toMatchObject({
      flag: 'new-checkout',
      fv: 41,
      rule: 'r7',
      var: 'on',
      arm: 't',
      stage: 2,
      op: 'POST /pay',
      n: 3,
      err: 2,
      kinds: { TimeoutError: 1, 500: 1 },
    });
    expect(series?.lat).toHaveLength(8);
    expect(series?.lat?.[1]).toMatchObject({ g: 1.0408, o: 60 });
    expect(series?.lat?.[1]?.c.filter(Boolean)).toEqual([1, 1]);
    expect(series?.shards?.n.map((n, i) => [i, n]).filter(([, n]) => n)).toEqual([
      [5, 2],
      [31, 1],
    ]);
    expect(series?.shards?.err.map((n, i) => [i, n]).filter(([, n]) => n)).toEqual([
      [5, 1],
      [31, 1],
    ]);
  });

  test('count everybody once in a stage, in whatever operation and report that was', () => {
    const tally = open();
    const visitor = (person: number, stage = 2) => ({ ...seat(5), stage, person });
    const ended = (person: number, op: string, stage?: number) =>
      tally.ended(aRead(visitor(person, stage)), op, { error: null, durationMs: 1 });
    for (const person of [1, 2, 2, 1]) ended(person, 'pay');
    for (const person of [2, 3]) ended(person, 'ship');
    const peopleIn = () => all(tally).health.map(({ op, shards }) => [op, shards?.people?.[5]]);
    expect(peopleIn()).toEqual([
      ['pay', 2],
      ['ship', 1],
    ]);
    ended(3, 'pay');
    expect(peopleIn()).toEqual([['pay', undefined]]);
    ended(3, 'pay', 3);
    expect(peopleIn()).toEqual([['pay', 1]]);
  });

  test('outside of an arm are counted and timed, of nobody in particular', () => {
    const tally = open();
    tally.ended(aRead(null, { reason: { kind: 'FALLTHROUGH' } }), 'pay', { error: 'Error', durationMs: 7 });
    expect(all(tally).health).toEqual([
      {
        flag: 'new-checkout',
        fv: 41,
        var: 'on',
        op: 'pay',
        n: 1,
        err: 1,
        kinds: { Error: 1 },
        lat: [{ g: 1.0408, o: 49, c: [1] }],
      },
    ]);
  });

  test.for<[string, Partial<EvaluationDetail<unknown>>]>([
    ['fallbacks', { variation: null, reason: { kind: 'ERROR', errorKind: 'FLAG_NOT_FOUND', message: '' } }],
    ['values that this process fixes', { reason: { kind: 'OVERRIDE', by: 'env' } }],
    ['what an open breaker serves', { reason: { kind: 'BREAKER_OPEN', until: 1 } }],
  ])('with %s say nothing of a variation', ([, detail]) => {
    const tally = open();
    tally.ended(aRead(null, detail), 'pay', { error: null, durationMs: 7 });
    tally.measured(aRead(null, detail), 'basket', 1);
    expect(tally.series).toBe(0);
  });

  test('are apart by flag, version, rule, variation, arm, stage and name', () => {
    const tally = open();
    const more = [
      aRead(seat(1)),
      aRead(seat(1), {}, 'other'),
      aRead(seat(1), { flagVersion: 42 }),
      aRead(seat(1), { reason: { kind: 'FALLTHROUGH' } }),
      aRead(seat(1), { variation: 'off' }),
      aRead(seat(1, 'c')),
      aRead({ ...seat(1), stage: 3 }),
      aRead(null),
    ];
    for (const read of more) tally.ended(read, 'pay', { error: null, durationMs: 1 });
    tally.ended(aRead(seat(1)), 'ship', { error: null, durationMs: 1 });
    expect(all(tally).health.map(({ n }) => n)).toEqual(Array.from({ length: 9 }, () => 1));
  });

  test('name eight kinds of errors and sum up the rest', () => {
    const tally = open();
    for (let i = 0; i < 20; i += 1) tally.ended(aRead(null), 'pay', { error: `Error${i}`, durationMs: 1 });
    const kinds = all(tally).health[0]?.kinds ?? {};
    expect(Object.keys(kinds)).toHaveLength(9);
    expect(kinds['other']).toBe(12);
  });
});

describe('numbers of the application', () => {
  test('in an arm are summed up by shard, so that a mean has a variance', () => {
    const tally = open();
    for (const [shard, value] of [
      [0, 2],
      [0, 3],
      [31, 0.1],
      [31, 0.2],
    ] as const)
      tally.measured(aRead(seat(shard)), 'basket.value', value);
    const [metric] = all(tally).metrics;
    expect(metric).toMatchObject({ name: 'basket.value', flag: 'new-checkout', var: 'on', arm: 't', stage: 2 });
    const { n, sum, sumsq } = metric as unknown as Record<'n' | 'sum' | 'sumsq', number[]>;
    expect([n.length, sum.length, sumsq.length]).toEqual([32, 32, 32]);
    expect([n[0], sum[0], sumsq[0], n[31], sum[31], sumsq[31]]).toEqual([2, 5, 13, 2, 0.3, 0.05]);
  });

  test('that are none are left aside', () => {
    const tally = open();
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, 'a' as never]) tally.measured(aRead(null), 'm', value);
    expect(tally.series).toBe(0);
  });

  test('stay what JSON can carry, however large', () => {
    const tally = open();
    tally.measured(aRead(seat(0)), 'm', -1e300);
    const { sum, sumsq } = all(tally).metrics[0] as unknown as Record<'sum' | 'sumsq', number[]>;
    expect([sum[0], sumsq[0]]).toEqual([-1e300, Number.MAX_VALUE]);
  });
});

describe('events of the application', () => {
  test('are summed up by variation, and without a flag by themselves', () => {
    const tally = open();
    tally.tracked('order.placed', aRead(seat(1)), 40);
    tally.tracked('order.placed', aRead(seat(2)), 80.5);
    tally.tracked('order.placed', null, Number.NaN);
    expect(all(tally).track).toEqual([
      ['order.placed', { 'new-checkout': 'on' }, 2, 120.5],
      ['order.placed', {}, 1, 0],
    ]);
  });
});

describe('the memory that all of it takes', () => {
  test('stays below its limit, whatever comes; what does not fit is dropped and counted', () => {
    const tally = open({ maxBytes: 100_000 });
    const duration = fc.integer({ min: -3, max: 6 }).map((exponent) => 10 ** exponent);
    const arbitraryCalls = fc.array(fc.record({ op: fc.nat(500), shard: fc.nat(31), duration }), { minLength: 500 });
    fc.assert(
      fc.property(arbitraryCalls, (calls) => {
        for (const { op, shard, duration: durationMs } of calls)
          tally.ended(aRead(seat(shard)), `op-${op}`, { error: null, durationMs });
        expect(tally.bytes).toBeLessThanOrEqual(100_000);
      }),
      { numRuns: 20 },
    );
    expect(tally.dropped).toBeGreaterThan(0);
    all(tally);
    expect([tally.bytes, tally.series]).toEqual([0, 0]);
  });

  test('holds no more series than are allowed', () => {
    const tally = open({ maxSeries: 3 });
    for (let i = 0; i < 10; i += 1) {
      tally.ended(aRead(null), `op-${i}`, { error: null, durationMs: 1 });
      tally.measured(aRead(null), `m-${i}`, 1);
      tally.tracked(`e-${i}`, null, 1);
    }
    expect([tally.series, tally.dropped]).toEqual([3, 27]);
  });

  test('is what it says, within a factor of two', () => {
    // All of them are kept, so that nothing is collected meanwhile.
    const tallies = Array.from({ length: 5 }, () => open());
    const ratios = tallies.map((tally) => {
      const before = process.memoryUsage().arrayBuffers;
      for (let i = 0; i < 100; i += 1)
        for (let shard = 0; shard < 32; shard += 1)
          tally.ended(aRead(seat(shard)), `op-${i}`, { error: null, durationMs: 10 + shard });
      return (process.memoryUsage().arrayBuffers - before) / tally.bytes;
    });
    // What the runner allocates meanwhile is not its own.
    expect(Math.min(...ratios)).toBeLessThan(2);
  });
});

test('names are cut, and stripped of what a server would refuse', () => {
  const tally = open();
  tally.ended(aRead(null), `${'x'.repeat(127)}\u{1f600}`, { error: null, durationMs: 1 });
  tally.ended(aRead(null), 7 as never, { error: null, durationMs: 1 });
  tally.tracked('a\u0000b', null, 1);
  const { health, track } = all(tally);
  expect(health.map(({ op }) => op)).toEqual([`${'x'.repeat(127)}\ufffd`, 'unnamed']);
  expect(track[0]?.[0]).toBe('a\ufffdb');
});
