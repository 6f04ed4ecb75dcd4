import { describe, expect, test } from 'vitest';
import type { FlagConfig } from '../model/model.ts';
import { aConfig, aRule } from '../testing/builders.ts';
import { evaluationsMoved } from './evaluations-moved.ts';

const split = (on: number) => ({
  split: {
    weights: { on, off: 100_000 - on },
    allocation: [
      { from: 0, to: on, variation: 'on' },
      { from: on, to: 100_000, variation: 'off' },
    ],
  },
});
const count = (reason: string, variation: string, n: number) => ({ reason, variation, n });
const DAY = [count('FALLTHROUGH', 'on', 500), count('FALLTHROUGH', 'off', 9_500), count('RULE_MATCH', 'on', 40)];
const one = [aRule({ id: 'a', serve: { variation: 'on' } })];
const base = aConfig({ on: true, offVariation: 'off', fallthrough: split(5_000), rules: one });

describe('evaluations that would have given something else', () => {
  test.for<readonly [what: string, before: FlagConfig, after: FlagConfig, counts: typeof DAY, moved: number | null]>([
    ['are a share of those that got there', base, { ...base, fallthrough: split(10_000) }, DAY, 500],
    [
      'are all of them where one variation takes their place',
      base,
      { ...base, fallthrough: { variation: 'on' } },
      DAY,
      9_500,
    ],
    ['are those of the one rule', base, { ...base, rules: [aRule({ id: 'a', serve: split(25_000) })] }, DAY, 30],
    ['are those that did not get the off variation yet, once it is off', base, { ...base, on: false }, DAY, 540],
    [
      'are known where everybody gets to the same place',
      { ...base, rules: [], on: false },
      { ...base, rules: [] },
      [count('OFF', 'off', 1_000)],
      50,
    ],
    ['are unknown where it was off and rules decide', { ...base, on: false }, base, [count('OFF', 'off', 9)], null],
    ['are unknown where rules differ in whom they mean', base, { ...base, rules: [] }, DAY, null],
    [
      'are unknown where several rules might have decided',
      { ...base, rules: [...one, aRule({ id: 'b', serve: split(1_000) })] },
      { ...base, rules: [...one, aRule({ id: 'b', serve: split(2_000) })] },
      DAY,
      null,
    ],
    ['are none where nobody asked', base, { ...base, fallthrough: split(10_000) }, [], 0],
  ])('%s', ([, before, after, counts, moved]) => {
    expect(evaluationsMoved(before, after, counts)).toBe(moved);
  });
});
