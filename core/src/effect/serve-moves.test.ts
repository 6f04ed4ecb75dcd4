import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalAllocation, nextAllocation } from '../evaluate/allocate.ts';
import { BUCKETS } from '../model/keys.ts';
import type { Allocation, FlagConfig, Serve } from '../model/model.ts';
import { aConfig, aRule } from '../testing/builders.ts';
import { serveMoves } from './serve-moves.ts';

const ranges = (...ends: readonly (readonly [to: number, variation: string])[]): Allocation =>
  ends.map(([to, variation], index) => ({ from: ends[index - 1]?.[0] ?? 0, to, variation }));
const split = (
  allocation: Allocation,
  how: { by?: { contextKind: string; attribute: string }; salt?: string } = {},
): Serve => ({
  split: { weights: {}, allocation, ...how },
});
const on10 = ranges([10_000, 'on'], [BUCKETS, 'off']);
const on25 = ranges([25_000, 'on'], [BUCKETS, 'off']);
const serving = (fallthrough: Serve, rest: Partial<FlagConfig> = {}): FlagConfig => aConfig({ fallthrough, ...rest });

describe('the buckets that move at a place', () => {
  test('are those whose owner changes', () => {
    expect(serveMoves(serving(split(on10)), serving(split(on25)))).toEqual([
      { at: 'fallthrough', from: 'off', to: 'on', buckets: 15_000, exact: true },
    ]);
    expect(serveMoves(serving(split(on25)), serving(split(on10)))).toEqual([
      { at: 'fallthrough', from: 'on', to: 'off', buckets: 15_000, exact: true },
    ]);
    expect(serveMoves(serving(split(on25)), serving(split(on25)))).toEqual([]);
  });

  test('are counted against one variation for everybody too, however they are dealt', () => {
    expect(serveMoves(serving({ variation: 'off' }), serving(split(on25, { salt: 'another' })))).toEqual([
      { at: 'fallthrough', from: 'off', to: 'on', buckets: 25_000, exact: true },
    ]);
  });

  test('are told for each rule that both have, by its id', () => {
    const before = serving(
      { variation: 'off' },
      { rules: [aRule({ id: 'a', serve: split(on10) }), aRule({ id: 'gone' })] },
    );
    const after = serving(
      { variation: 'off' },
      { rules: [aRule({ id: 'new' }), aRule({ id: 'a', serve: split(on25) })] },
    );
    expect(serveMoves(before, after)).toEqual([
      { at: { ruleId: 'a' }, from: 'off', to: 'on', buckets: 15_000, exact: true },
    ]);
  });

  test.for<[string, Partial<FlagConfig>]>([
    ['off', { on: false }],
    ['killed', { killed: { at: 0, by: 'm', reason: 'r' } }],
  ])('all go to the off variation where the flag is %s', ([, state]) => {
    expect(serveMoves(serving(split(on25)), serving(split(on25), state))).toEqual([
      { at: 'fallthrough', from: 'on', to: 'off', buckets: 25_000, exact: true },
    ]);
  });

  test('are what chance leads one to expect where people are dealt anew', () => {
    const dealt = { at: 'fallthrough', buckets: 18_750, exact: false };
    const other = { by: { contextKind: 'org', attribute: 'key' } };
    expect(serveMoves(serving(split(on25)), serving(split(on25, other)))).toEqual([
      { ...dealt, from: 'on', to: 'off' },
      { ...dealt, from: 'off', to: 'on' },
    ]);
    const said = { by: { contextKind: 'user', attribute: 'key' } };
    expect(serveMoves(serving(split(on25)), serving(split(on25, said)))).toEqual([]);
  });

  test('are no more than the weights ask for', () => {
    const weights = fc
      .tuple(fc.integer({ min: 0, max: BUCKETS }), fc.integer({ min: 0, max: BUCKETS }))
      .map(([a, b]) => ({ x: Math.min(a, b), y: Math.abs(a - b), z: BUCKETS - Math.max(a, b) }));
    const order = ['x', 'y', 'z'];
    fc.assert(
      fc.property(weights, weights, (was, is) => {
        const old = canonicalAllocation(was, order);
        const moves = serveMoves(serving(split(old)), serving(split(nextAllocation(old, is, order))));
        const moved = moves.reduce((sum, { buckets }) => sum + buckets, 0);
        expect(moved).toBe(
          order.reduce((sum, key) => sum + Math.max(0, (was[key as 'x'] ?? 0) - (is[key as 'x'] ?? 0)), 0),
        );
      }),
    );
  });
});
