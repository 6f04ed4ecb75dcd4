import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sampleRatioOf } from './statistics.ts';

const NONE: readonly number[] = Array(32).fill(0);

/** So many people, as evenly over the shards as they go. */
const spread = (people: number): number[] =>
  Array.from({ length: 32 }, (_, i) => Math.floor((people + i * 7) / 32) - Math.floor((i * 7) / 32));

const lump = (people: number, more: number): number[] => spread(people).map((n, i) => (i === 5 ? n + more : n));

function seen(treatment: readonly number[], control: readonly number[]) {
  return sampleRatioOf({ treatment: NONE, control: NONE, people: { treatment, control } });
}

describe('people who are counted once', () => {
  test.for<[string, readonly number[], readonly number[], boolean]>([
    ['as many in both arms', spread(5_000), spread(5_000), false],
    ['three in a hundred missing', spread(4_850), spread(5_000), false],
    ['a tenth of a large arm missing', spread(4_500), spread(5_000), true],
    ['a tenth of the other one missing', spread(5_000), spread(4_500), true],
    ['a tenth of a small arm missing', spread(450), spread(500), false],
    ['six tenths of a small arm missing', spread(200), spread(500), true],
    ['an arm of which nobody is heard', spread(0), spread(60), true],
    ['ten against nobody', spread(10), spread(0), false],
  ])('are %s', ([, treatment, control, isMismatch]) => {
    expect(seen(treatment, control)).toMatchObject({ isMismatch });
  });

  test('count for less where shards differ more than by chance, since each process counts them', () => {
    expect(seen(lump(4_700, 800), spread(5_000))).toMatchObject({ isMismatch: false });
    expect(seen(spread(5_500), spread(5_000))).toMatchObject({ isMismatch: true });
  });

  test('stand between bounds, which the arms swapped turn upside down', () => {
    const arm = fc.integer({ min: 0, max: 20_000 }).map(spread);
    fc.assert(
      fc.property(arm, arm, (a, b) => {
        const [there, back] = [seen(a, b), seen(b, a)];
        fc.pre(there !== null && back !== null);
        const { value, lower, upper } = there.ratio;
        expect([lower <= value, value <= upper, there.isMismatch]).toEqual([true, true, back.isMismatch]);
        if (back.ratio.upper < Number.POSITIVE_INFINITY) expect(lower * back.ratio.upper).toBeCloseTo(1, 3);
        else expect(lower).toBe(0);
      }),
    );
  });

  test('narrow the bounds the more they are', () => {
    const widths = [100, 1_000, 10_000].map((people) => {
      const { lower, upper } = seen(spread(people), spread(people))?.ratio ?? { lower: 0, upper: Number.NaN };
      return upper / lower;
    });
    expect(widths[0]).toBeGreaterThan(widths[1] ?? Number.NaN);
    expect(widths[1]).toBeGreaterThan(widths[2] ?? Number.NaN);
    expect(widths[2]).toBeLessThan(1.15);
  });
});

describe('executions', () => {
  const busy = { treatment: spread(9_000), control: spread(20_000) };

  test('decide where nobody counts people', () => {
    expect(sampleRatioOf(busy)).toMatchObject({ isMismatch: true });
    expect(sampleRatioOf({ ...busy, people: { treatment: NONE, control: NONE } })).toMatchObject({ isMismatch: true });
  });

  test('say nothing where people are counted: a few of them make the most', () => {
    const people = { treatment: spread(5_000), control: spread(5_000) };
    expect(sampleRatioOf({ ...busy, people })).toMatchObject({ isMismatch: false });
  });
});
