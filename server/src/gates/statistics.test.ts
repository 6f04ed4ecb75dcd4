import { Sketch } from '@glidepath/core/sdk';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { differenceOf } from './sequential.ts';
import {
  differenceWithin,
  type Interval,
  meanWithin,
  type Precision,
  quantileWithin,
  ratioWithin,
  type ShardSums,
  sampleRatioOf,
} from './statistics.ts';

const PRECISION: Precision = { alpha: 0.05, smallSample: 500 };

/** Every shard with as many executions, and this mean. */
function shardsOf(means: readonly number[], n = 500): ShardSums {
  return { n: means.map(() => n), sum: means.map((mean) => mean * n) };
}

function sketchesOf(medians: readonly number[], n = 200) {
  return medians.map((median) => {
    const sketch = new Sketch();
    for (let i = 0; i < n; i += 1) sketch.add(median * (0.5 + i / n));
    return sketch.body();
  });
}

/** Around a base, as far as `spread` to either side, never the same one. */
function around(base: number, spread: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => base * (1 + spread * ((2 * i) / (count - 1) - 1)));
}

function near(interval: Interval | null, expected: Interval): void {
  for (const key of ['value', 'lower', 'upper'] as const) {
    const actual = interval?.[key] ?? Number.NaN;
    expect(Math.abs(actual - expected[key])).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(expected[key])));
  }
}

const arbitraryShards = fc
  .array(fc.record({ n: fc.integer({ min: 0, max: 5_000 }), share: fc.double({ min: 0, max: 1, noNaN: true }) }), {
    minLength: 32,
    maxLength: 32,
  })
  .filter((shards) => shards.filter(({ n }) => n > 0).length > 5)
  .map(
    (shards): ShardSums => ({ n: shards.map(({ n }) => n), sum: shards.map(({ n, share }) => Math.round(n * share)) }),
  );

describe('a difference of means', () => {
  test('is what it is, within bounds that narrow as shards agree', () => {
    const [calm, wild] = [0.1, 0.9].map((spread) =>
      differenceWithin(
        { treatment: shardsOf(around(0.03, spread, 32)), control: shardsOf(around(0.01, spread, 32)) },
        PRECISION,
      ),
    );
    expect(calm?.value).toBeCloseTo(0.02, 12);
    expect(calm?.lower).toBeGreaterThan(0.018);
    expect(calm?.upper).toBeLessThan(0.022);
    expect(wild?.lower).toBeLessThan(0.015);
  });

  test('has the variance that a jackknife gives by hand', () => {
    // Leaving out one of 0, 0, 3 errors in 10 executions each: 3/20, 3/20, 0/20 around 3/30, so 2/3 × 0.015.
    const interval = meanWithin({ n: [10, 10, 10, 0], sum: [0, 0, 3, 0] }, { alpha: 0.05, smallSample: 0.001 });
    const growth = 1 + 30 / 0.001;
    const evidence = (Math.sqrt(growth) / 0.1) ** (2 / 3);
    const reach = Math.sqrt((2 * (evidence - 1)) / (1 - evidence / growth));
    expect((interval?.upper ?? 0) - 0.1).toBeCloseTo(reach * Math.sqrt((2 / 3) * 0.015), 9);
  });

  test('lets no shard count for more than a hundred executions: one busy person is neither the harm nor a cover', () => {
    const calm = shardsOf(around(0.01, 0.5, 32));
    const withBusy = (errors: number) => ({ n: [...calm.n, 1_000_000], sum: [...calm.sum, errors] });
    const [harmed, covered] = [withBusy(1_000_000), withBusy(0)].map((shards) => meanWithin(shards, PRECISION));
    expect(harmed?.value).toBeCloseTo((32 * 0.01 + 1) / 33, 6);
    expect(harmed?.lower).toBeLessThan(0.01);
    expect(covered?.value).toBeCloseTo((32 * 0.01) / 33, 6);
  });

  test('is mirrored when the arms are swapped', () => {
    fc.assert(
      fc.property(arbitraryShards, arbitraryShards, (treatment, control) => {
        const there = differenceWithin({ treatment, control }, PRECISION) as Interval;
        const back = differenceWithin({ treatment: control, control: treatment }, PRECISION);
        near(back, { value: -there.value, lower: -there.upper, upper: -there.lower });
      }),
    );
  });

  test('changes its unit with the metric, and nothing else', () => {
    fc.assert(
      fc.property(arbitraryShards, arbitraryShards, fc.constantFrom(0.001, 60, 1_000), (treatment, control, unit) => {
        const inUnit = ({ n, sum }: ShardSums) => ({ n, sum: sum.map((value) => value * unit) });
        const plain = differenceWithin({ treatment, control }, PRECISION) as Interval;
        const other = differenceWithin({ treatment: inUnit(treatment), control: inUnit(control) }, PRECISION);
        near(other && { value: other.value / unit, lower: other.lower / unit, upper: other.upper / unit }, plain);
      }),
    );
  });

  test.for([0, 0.1, 1, 1 / 3])('says nothing of arms that are both constantly %d, however they add it up', (mean) => {
    const treatment = { n: Array(32).fill(700), sum: Array(32).fill(700 * mean) };
    const control = {
      n: Array(32).fill(30),
      sum: Array.from({ length: 32 }, () => [...Array(30)].reduce((a) => a + mean, 0)),
    };
    const { lower, upper } = differenceWithin({ treatment, control }, PRECISION) as Interval;
    expect(lower).toBeLessThanOrEqual(0);
    expect(upper).toBeGreaterThanOrEqual(0);
  });

  test('is certain where all of one arm fail, and none of the other', () => {
    const interval = differenceWithin(
      { treatment: shardsOf(Array(32).fill(1)), control: shardsOf(Array(32).fill(0)) },
      PRECISION,
    );
    expect(interval?.lower).toBeCloseTo(1, 6);
  });

  test('has no bounds while the sample is too small to prove anything, and is null without a variance', () => {
    const few = { treatment: { n: [3, 3], sum: [3, 2] }, control: { n: [3, 3], sum: [0, 1] } };
    expect(differenceWithin(few, PRECISION)).toMatchObject({
      lower: Number.NEGATIVE_INFINITY,
      upper: Number.POSITIVE_INFINITY,
    });
    const one = { n: [900, 0], sum: [3, 0] };
    expect(differenceWithin({ ...few, treatment: one }, PRECISION)).toBeNull();
    expect(meanWithin({ n: [], sum: [] }, PRECISION)).toBeNull();
  });

  test('is held wider the less it may be wrong', () => {
    const arms = { treatment: shardsOf(around(0.03, 0.5, 32)), control: shardsOf(around(0.01, 0.5, 32)) };
    const lower = [0.05, 0.01, 0.001].map((alpha) => differenceWithin(arms, { ...PRECISION, alpha })?.lower ?? 0);
    expect(lower).toEqual([...lower].sort((a, b) => b - a));
    expect(new Set(lower).size).toBe(3);
  });
});

test('the difference of two estimates has the sum of their variances, and the sample of the smaller one nearly', () => {
  const difference = differenceOf(
    { value: 3, variance: 4, freedom: 31, n: 100 },
    { value: 1, variance: 5, freedom: 31, n: 300 },
  );
  expect(difference).toMatchObject({ value: 2, variance: 9 });
  expect(difference.n).toBeCloseTo(150, 9);
  expect(difference.freedom).toBeCloseTo((81 * 31) / 41, 9);
});

test('rates that differ only by the rounding of their sums do not differ', () => {
  const few = { n: Array<number>(8).fill(4), sum: Array<number>(8).fill(0.3) };
  const many = { n: Array<number>(8).fill(12), sum: Array<number>(8).fill(0.9) };
  const precision = { alpha: 0.05, smallSample: 1 };
  expect(differenceWithin({ treatment: few, control: many }, precision)?.value).not.toBe(0);
  for (const [treatment, control] of [
    [few, many],
    [many, few],
  ] as const) {
    const { lower, upper } = differenceWithin({ treatment, control }, precision) as Interval;
    expect([lower < 0, upper > 0]).toEqual([true, true]);
  }
});

describe('a quantile of durations', () => {
  test('stands between bounds from its groups', () => {
    const { value, lower, upper } = quantileWithin(sketchesOf(around(100, 0.05, 8)), 0.95, PRECISION) as Interval;
    expect(value).toBeGreaterThan(140);
    expect(value).toBeLessThan(152);
    expect(lower).toBeLessThan(value);
    expect(lower).toBeGreaterThan(110);
    expect(upper).toBeGreaterThan(value);
  });

  test('of a treatment is compared as a ratio, whose inverse is that of the arms swapped', () => {
    const [treatment, control] = [sketchesOf(around(200, 0.05, 8)), sketchesOf(around(100, 0.05, 8))];
    const there = ratioWithin({ treatment, control }, 0.95, PRECISION) as Interval;
    expect(there.value).toBeCloseTo(2, 0);
    expect(there.lower).toBeGreaterThan(1.5);
    near(ratioWithin({ treatment: control, control: treatment }, 0.95, PRECISION), {
      value: 1 / there.value,
      lower: 1 / there.upper,
      upper: 1 / there.lower,
    });
  });

  test('that is the same everywhere passes, though no group differs from another', () => {
    const same = sketchesOf(Array(8).fill(100));
    const { value, lower, upper } = ratioWithin({ treatment: same, control: same }, 0.95, PRECISION) as Interval;
    // As far apart as two values in one bucket may be.
    expect([value, lower < 0.99, upper > 1.01]).toEqual([1, true, true]);
    expect(upper - lower).toBeLessThan(0.25);
  });

  test('is that of the groups together: one that is mostly one busy person counts as one', () => {
    const even = sketchesOf(Array(8).fill(100));
    const busy = [...even.slice(1), ...sketchesOf([400], 20_000)];
    const { value, lower } = quantileWithin(busy, 0.95, PRECISION) as Interval;
    const plain = quantileWithin(even, 0.95, PRECISION)?.value ?? Number.NaN;
    expect(value / plain).toBeCloseTo(4 ** (1 / 8), 1);
    expect(lower).toBeLessThan(plain);
  });

  test('needs half of its groups', () => {
    const three = [...sketchesOf([90, 100, 110]), ...Array(5).fill(new Sketch().body())];
    expect(quantileWithin(three, 0.95, PRECISION)).toBeNull();
    expect(quantileWithin([...three.slice(0, 3), ...sketchesOf([105])], 0.95, PRECISION)).not.toBeNull();
    expect(ratioWithin({ treatment: three, control: sketchesOf(Array(8).fill(100)) }, 0.95, PRECISION)).toBeNull();
  });
});

describe('arms of equal size', () => {
  const even = Array.from({ length: 32 }, (_, i) => 480 + ((i * 37) % 41));
  const counts = (factor: number) => even.toReversed().map((n) => Math.round(n * factor));

  test.for<[string, readonly number[], readonly number[], boolean]>([
    ['as many executions in both', counts(1), even, false],
    ['a tenth of one missing', counts(0.9), even, true],
    ['a tenth of the other missing', even, counts(0.9), true],
    ['one arm silent', counts(0), even, true],
    ['one busy person', [...counts(1).slice(1), 9_000], even, false],
  ])('with %s', ([, treatment, control, isMismatch]) => {
    expect(sampleRatioOf({ treatment, control })).toMatchObject({ isMismatch });
  });

  test('stand in the ratio in which they were seen', () => {
    expect(sampleRatioOf({ treatment: counts(0.9), control: even })?.ratio.value).toBeCloseTo(0.9, 1);
    expect(sampleRatioOf({ treatment: even, control: counts(0.5) })?.ratio.value).toBeCloseTo(2, 1);
  });

  test('are not judged while nothing was seen', () => {
    expect(sampleRatioOf({ treatment: Array(32).fill(0), control: Array(32).fill(0) })).toBeNull();
  });
});
