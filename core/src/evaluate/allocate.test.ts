import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BUCKETS } from '../model/keys.ts';
import type { Allocation, Weights } from '../model/model.ts';
import { canonicalAllocation, nextAllocation, problemsOfAllocation } from './allocate.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'];

const arbitraryWeights = (order: readonly string[]): fc.Arbitrary<Weights> =>
  fc
    .oneof(
      fc.array(fc.integer({ min: 0, max: BUCKETS }), { minLength: order.length - 1, maxLength: order.length - 1 }),
      // The percentages that people type, with many zeros and repetitions among them.
      fc.array(fc.constantFrom(0, 1, 1_000, 5_000, 10_000, 50_000, BUCKETS), {
        minLength: order.length - 1,
        maxLength: order.length - 1,
      }),
    )
    .map((cuts) => {
      const borders = [0, ...cuts.sort((x, y) => x - y), BUCKETS];
      return Object.fromEntries(order.map((key, i) => [key, (borders[i + 1] ?? 0) - (borders[i] ?? 0)]));
    });

const arbitrarySequence = (variations: fc.Arbitrary<number>, maxLength = 12) =>
  variations.chain((n) => {
    const order = NAMES.slice(0, n);
    return fc.record({
      order: fc.constant(order),
      steps: fc.array(arbitraryWeights(order), { minLength: 2, maxLength, size: 'max' }),
    });
  });

/** Buckets that `before` gives to one variation and `after` to another, by [old owner, new owner]. */
function moves(before: Allocation, after: Allocation): Map<string, number> {
  const moved = new Map<string, number>();
  for (const old of before) {
    for (const now of after) {
      const overlap = Math.min(old.to, now.to) - Math.max(old.from, now.from);
      if (overlap <= 0 || old.variation === now.variation) continue;
      const way = `${old.variation}>${now.variation}`;
      moved.set(way, (moved.get(way) ?? 0) + overlap);
    }
  }
  return moved;
}

function walk(order: readonly string[], steps: readonly Weights[]): Allocation[] {
  const allocations: Allocation[] = [];
  for (const weights of steps) {
    const present = allocations.at(-1);
    allocations.push(
      present === undefined ? canonicalAllocation(weights, order) : nextAllocation(present, weights, order),
    );
  }
  return allocations;
}

describe('an allocation after any sequence of weights', () => {
  test('holds the weights, moves the fewest buckets, and takes none from who grows or stays', () => {
    fc.assert(
      fc.property(arbitrarySequence(fc.integer({ min: 2, max: 6 })), ({ order, steps }) => {
        const allocations = walk(order, steps);
        for (const [i, after] of allocations.entries()) {
          const weights = steps[i] ?? {};
          expect(problemsOfAllocation(after, weights)).toEqual([]);
          for (const [k, range] of after.entries()) expect(range.variation).not.toBe(after[k + 1]?.variation);
          const before = allocations[i - 1];
          const old = steps[i - 1];
          if (before === undefined || old === undefined) continue;
          const moved = moves(before, after);
          const least = order.reduce((sum, key) => sum + Math.max(0, (weights[key] ?? 0) - (old[key] ?? 0)), 0);
          expect([...moved.values()].reduce((sum, n) => sum + n, 0)).toBe(least);
          for (const way of moved.keys()) {
            const [giver = '', taker = ''] = way.split('>');
            expect(weights[giver]).toBeLessThan(old[giver] ?? 0);
            expect(weights[taker]).toBeGreaterThan(old[taker] ?? 0);
          }
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test('first gives up the buckets that the canonical layout has for a growing variation', () => {
    fc.assert(
      fc.property(arbitrarySequence(fc.integer({ min: 3, max: 6 })), ({ order, steps }) => {
        const allocations = walk(order, steps);
        const before = allocations.at(-2) ?? [];
        const after = allocations.at(-1) ?? [];
        const weights = steps.at(-1) ?? {};
        const old = steps.at(-2) ?? {};
        const growing = (key: string) => (weights[key] ?? 0) > (old[key] ?? 0);
        const canonical = canonicalAllocation(weights, order);
        for (const shrinking of order.filter((key) => (weights[key] ?? 0) < (old[key] ?? 0))) {
          let preferredAndKept = 0;
          let otherAndGiven = 0;
          for (const was of before.filter((range) => range.variation === shrinking))
            for (const wanted of canonical)
              for (const is of after) {
                const overlap = Math.min(was.to, wanted.to, is.to) - Math.max(was.from, wanted.from, is.from);
                if (overlap <= 0) continue;
                if (growing(wanted.variation) && is.variation === shrinking) preferredAndKept += overlap;
                if (!growing(wanted.variation) && is.variation !== shrinking) otherAndGiven += overlap;
              }
          expect(Math.min(preferredAndKept, otherAndGiven)).toBe(0);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test('keeps two variations side by side, whatever the path', () => {
    fc.assert(
      fc.property(arbitrarySequence(fc.constant(2)), ({ order, steps }) => {
        const last = steps.at(-1) ?? {};
        expect(walk(order, steps).at(-1)).toEqual(canonicalAllocation(last, order));
      }),
      { numRuns: 2_000 },
    );
  });

  test('stays small however often the weights change', () => {
    fc.assert(
      fc.property(arbitrarySequence(fc.integer({ min: 3, max: 6 }), 200), ({ order, steps }) => {
        expect(walk(order, steps).at(-1)?.length).toBeLessThan(100);
      }),
      { numRuns: 50 },
    );
  });
});

describe('a ramp', () => {
  test('down and up again brings back the same people', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: BUCKETS }), fc.integer({ min: 0, max: BUCKETS }), (high, low) => {
        const order = ['on', 'off'];
        const at = (on: number): Weights => ({ on, off: BUCKETS - on });
        const before = canonicalAllocation(at(high), order);
        const between = nextAllocation(before, at(low), order);
        expect(nextAllocation(between, at(high), order)).toEqual(before);
      }),
    );
  });

  test('serves `on` to [0, x) and `off` to the rest', () => {
    const half = canonicalAllocation({ on: 50_000, off: 50_000 }, ['on', 'off']);
    expect(nextAllocation(half, { on: 60_000, off: 40_000 }, ['on', 'off'])).toEqual([
      { from: 0, to: 60_000, variation: 'on' },
      { from: 60_000, to: BUCKETS, variation: 'off' },
    ]);
  });
});

test('a variation that is no longer in the order gives up everything', () => {
  const present = canonicalAllocation({ a: 20_000, b: 30_000, c: 50_000 }, ['a', 'b', 'c']);
  expect(nextAllocation(present, { a: 20_000, c: 80_000 }, ['a', 'c'])).toEqual([
    { from: 0, to: 20_000, variation: 'a' },
    { from: 20_000, to: BUCKETS, variation: 'c' },
  ]);
});

test.for<[name: string, Allocation, Weights, RegExp]>([
  [
    'a gap',
    [
      { from: 0, to: 10, variation: 'a' },
      { from: 20, to: BUCKETS, variation: 'b' },
    ],
    { a: 10, b: 99_980 },
    /from 10 to 20/,
  ],
  [
    'an overlap',
    [
      { from: 0, to: 10, variation: 'a' },
      { from: 5, to: BUCKETS, variation: 'b' },
    ],
    { a: 10, b: 99_990 },
    /begins at 5/,
  ],
  ['an end too early', [{ from: 0, to: 10, variation: 'a' }], { a: BUCKETS }, /end at 10/],
  ['an end too late', [{ from: 0, to: BUCKETS + 1, variation: 'a' }], { a: BUCKETS }, /end at 100001/],
  ['nothing', [], {}, /end at 0/],
  [
    'half a bucket',
    [
      { from: 0, to: 0.5, variation: 'a' },
      { from: 0.5, to: BUCKETS, variation: 'b' },
    ],
    { a: 1, b: 1 },
    /no whole bucket/,
  ],
  [
    'an empty range',
    [
      { from: 0, to: 0, variation: 'a' },
      { from: 0, to: BUCKETS, variation: 'b' },
    ],
    { b: BUCKETS },
    /no whole bucket/,
  ],
  ['another weight', [{ from: 0, to: BUCKETS, variation: 'a' }], { a: 50_000, b: 50_000 }, /weight is 50000/],
  ['an owner without weight', [{ from: 0, to: BUCKETS, variation: 'toString' }], {}, /weight is 0/],
])('an allocation with %s is refused', ([, allocation, weights, problem]) => {
  expect(problemsOfAllocation(allocation, weights).join('\n')).toMatch(problem);
});
