import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BUCKETS } from '../model/keys.ts';
import type { Allocation, ArmRange, Weights } from '../model/model.ts';
import { canonicalAllocation, nextAllocation } from './allocate.ts';
import { armsOfStage, type Released } from './stage-arms.ts';

const HALF = BUCKETS / 2;

const onFirst: Released = { released: 'on', control: 'off', order: ['on', 'other', 'off'] };
const offFirst: Released = { released: 'on', control: 'off', order: ['off', 'other', 'on'] };

const weightsAt = (percent: number): Weights => ({ on: percent * 1_000, off: BUCKETS - percent * 1_000, other: 0 });
const at = (percent: number, release: Released) => canonicalAllocation(weightsAt(percent), release.order);

const sizeOf = (ranges: readonly ArmRange[]) => ranges.reduce((sum, [from, to]) => sum + to - from, 0);
const shared = (a: readonly ArmRange[], b: readonly ArmRange[]) =>
  a.reduce(
    (sum, [from, to]) =>
      sum + b.reduce((inner, other) => inner + Math.max(0, Math.min(to, other[1]) - Math.max(from, other[0])), 0),
    0,
  );
const owned = (allocation: Allocation, variation: string): readonly ArmRange[] =>
  allocation.filter((range) => range.variation === variation).map(({ from, to }) => [from, to]);

/** A split over two variations as a long life leaves it, and stages that follow. */
const arbitraryRelease = fc.record({
  release: fc.constantFrom(onFirst, offFirst),
  past: fc.array(
    fc
      .tuple(fc.integer({ min: 0, max: BUCKETS }), fc.integer({ min: 0, max: BUCKETS }))
      .map(([a, b]) => ({ on: Math.min(a, b), other: Math.abs(a - b), off: BUCKETS - Math.max(a, b) })),
    { maxLength: 4 },
  ),
  stages: fc.uniqueArray(fc.integer({ min: 0, max: BUCKETS }), { minLength: 1, maxLength: 8 }),
});

function allocationsOf({ release, past, stages }: { release: Released; past: Weights[]; stages: number[] }) {
  const { order } = release;
  let present: Allocation = canonicalAllocation({ off: BUCKETS }, order);
  for (const weights of past) present = nextAllocation(present, weights, order);
  return stages
    .toSorted((a, b) => a - b)
    .map((on) => {
      present = nextAllocation(present, { on, off: BUCKETS - on }, order);
      return present;
    });
}

describe('the arms of a stage', () => {
  test.for<[percent: number, release: Released, t: ArmRange[], c: ArmRange[]]>([
    [1, onFirst, [[0, 1_000]], [[99_000, BUCKETS]]],
    [25, onFirst, [[0, 25_000]], [[75_000, BUCKETS]]],
    [50, onFirst, [[0, HALF]], [[HALF, BUCKETS]]],
    [90, onFirst, [[0, 10_000]], [[90_000, BUCKETS]]],
    [1, offFirst, [[99_000, BUCKETS]], [[0, 1_000]]],
    [90, offFirst, [[90_000, BUCKETS]], [[0, 10_000]]],
  ])('at %s %% are the first that are released and the last', ([percent, release, t, c]) => {
    expect(armsOfStage(at(percent, release), release)).toEqual({ t, c });
  });

  test.for([onFirst, offFirst])('are none at 0 %%, and everybody without a control at 100 %%', (release) => {
    expect(armsOfStage(at(0, release), release)).toBeNull();
    expect(armsOfStage(at(100, release), release)).toEqual({ t: [[0, BUCKETS]], c: [] });
  });

  test('are of equal size, of the variation that they stand for, and hold all of the smaller one', () => {
    fc.assert(
      fc.property(arbitraryRelease, (history) => {
        for (const allocation of allocationsOf(history)) {
          const arms = armsOfStage(allocation, history.release);
          const [released, spared] = [sizeOf(owned(allocation, 'on')), sizeOf(owned(allocation, 'off'))];
          if (released === 0 || spared === 0) {
            expect(arms).toEqual(released === 0 ? null : { t: [[0, BUCKETS]], c: [] });
            continue;
          }
          const smaller = Math.min(released, spared);
          const { t, c } = arms ?? { t: [], c: [] };
          expect([sizeOf(t), sizeOf(c)]).toEqual([smaller, smaller]);
          expect(shared(t, owned(allocation, 'on'))).toBe(smaller);
          expect(shared(c, owned(allocation, 'off'))).toBe(smaller);
          expect(shared(t, c)).toBe(0);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test('let nobody change arm before 50 %, and nobody leave one', () => {
    fc.assert(
      fc.property(arbitraryRelease, (history) => {
        const stages = allocationsOf(history)
          .filter((allocation) => sizeOf(owned(allocation, 'on')) <= HALF)
          .flatMap((allocation) => armsOfStage(allocation, history.release) ?? []);
        for (const [i, early] of stages.entries())
          for (const late of stages.slice(i + 1)) {
            expect(shared(early.t, late.t)).toBe(sizeOf(early.t));
            expect(shared(early.c, late.c)).toBe(sizeOf(early.c));
          }
      }),
      { numRuns: 2_000 },
    );
  });
});
