import { aConfig, aFlag, aRule } from '@glidepath/core/testing';
import type { PreviewView } from '@glidepath/server/api-types';
import { describe, expect, test } from 'vitest';
import { type ReviewFacts, reviewSections } from './review-details.ts';

const flag = aFlag();
const split = (on: number) => ({ split: { weights: { on, off: 100_000 - on }, allocation: [] } });

const aPreview = (parts: Partial<PreviewView> = {}): PreviewView => ({
  summary: [],
  before: [],
  after: [],
  towardSafe: false,
  contexts: [],
  revision: 1,
  unreachable: [],
  effect: { sampled: 0, unchanged: 0, moves: [] },
  serveMoves: [],
  dependants: [],
  ...parts,
});

function sectionsOf(facts: Partial<ReviewFacts>): Record<string, readonly string[]> {
  const before = aConfig();
  const sections = reviewSections({
    flag,
    before,
    after: before,
    preview: aPreview(),
    pinned: [],
    takesDown: [],
    ...facts,
  });
  return Object.fromEntries(
    sections.map(({ title, lines }) => [title, lines.map(({ kind, text }) => `${kind}: ${text}`)]),
  );
}

test('nothing is said where nothing is known', () => {
  expect(sectionsOf({})).toEqual({});
});

describe('exposure', () => {
  test('is told per place, for every variation whose share changes', () => {
    const rules = (on: number) => [aRule({ id: 'r1', name: 'Staff', serve: split(on) })];
    const { Exposure } = sectionsOf({
      before: aConfig({ rules: rules(10_000), fallthrough: split(0) }),
      after: aConfig({ rules: rules(25_000), fallthrough: split(1) }),
      preview: aPreview({
        serveMoves: [
          { at: { ruleId: 'r1' }, from: 'off', to: 'on', buckets: 15_000, exact: true },
          { at: 'fallthrough', from: 'off', to: 'on', buckets: 1, exact: true },
        ],
      }),
    });
    expect(Exposure).toEqual([
      'fact: Of those who reach rule 1 (Staff): `on` 10 % → 25 %, `off` 90 % → 75 %.',
      'fact: Of those who reach no rule: `on` 0 % → 0.001 %, `off` 100 % → 99.999 %.',
    ]);
  });

  test('that stays the same for other people says so', () => {
    const { Exposure } = sectionsOf({
      before: aConfig({ fallthrough: split(50_000) }),
      after: aConfig({ fallthrough: split(50_000) }),
      preview: aPreview({
        serveMoves: [
          { at: 'fallthrough', from: 'off', to: 'on', buckets: 25_000, exact: false },
          { at: 'fallthrough', from: 'on', to: 'off', buckets: 25_000, exact: false },
        ],
      }),
    });
    expect(Exposure).toEqual([
      'advice: Of those who reach no rule: everybody is dealt anew, also those whose share stays the same.',
    ]);
  });
});

describe('users who change', () => {
  test('are counted with gains and losses apart, and one of them is named', () => {
    const { 'Users who change': users } = sectionsOf({
      preview: aPreview({
        effect: {
          sampled: 4_096,
          unchanged: 3_476,
          moves: [
            { from: 'off', to: 'on', count: 614, examples: [{ key: 'u7', country: 'RO' }] },
            { from: 'on', to: 'off', count: 6, examples: [] },
          ],
        },
      }),
    });
    expect(users).toEqual([
      'fact: Of 4,096 made-up users, 620 get something else and 3,476 keep what they have.',
      'gain: 614 `off` → `on`, such as `u7` (country RO)',
      'loss: 6 `on` → `off`',
    ]);
  });

  test('are told that nobody loses what others gain', () => {
    const { 'Users who change': users } = sectionsOf({
      preview: aPreview({
        effect: { sampled: 10, unchanged: 4, moves: [{ from: 'off', to: 'on', count: 6, examples: [] }] },
      }),
    });
    expect(users?.at(-1)).toBe('fact: 0 `on` → `off`: nobody loses it.');
  });

  test('are nobody when the change moves nobody', () => {
    const { 'Users who change': users } = sectionsOf({
      preview: aPreview({ effect: { sampled: 10, unchanged: 10, moves: [] } }),
    });
    expect(users).toEqual(['fact: Of 10 made-up users, nobody gets anything else.']);
  });
});

test('pinned users who change are named, the others counted', () => {
  const got = (variation: string) => ({
    flag: 'f',
    value: null,
    variation,
    reason: { kind: 'FALLTHROUGH' },
    trace: [],
  });
  const context = { key: 'x' };
  const { 'Your pinned users': pinned } = sectionsOf({
    pinned: ['Ana', 'Radu', 'Lea'].map((name) => ({ name, context })),
    preview: aPreview({
      contexts: [
        { context, before: got('off'), after: got('off') },
        { context, before: got('off'), after: got('on') },
        { context, before: got('on'), after: got('on') },
      ],
    }),
  });
  expect(pinned).toEqual(['fact: `Radu`: `off` → `on`', 'fact: 2 unchanged']);
});

test('flags that go down with it are told apart from those that change otherwise', () => {
  const effect = { sampled: 1, unchanged: 0, moves: [] };
  const { 'Other flags': others } = sectionsOf({
    takesDown: ['one-click-pay', 'pay-later'],
    preview: aPreview({ dependants: ['pay-later', 'cart'].map((key) => ({ flag: key, effect })) }),
  });
  expect(others).toEqual([
    'loss: Also turns off `one-click-pay` and `pay-later` (2).',
    'fact: Also changes who gets what in `cart` (1).',
  ]);
});

test('a rule that nobody reaches is advice', () => {
  const { Advice } = sectionsOf({
    after: aConfig({ rules: [aRule({ id: 'a' }), aRule({ id: 'b', name: 'Romania' })] }),
    preview: aPreview({
      unreachable: [
        {
          ruleId: 'b',
          ruleIndex: 1,
          because: [{ ruleId: 'a', ruleIndex: 0 }],
          why: 'rule 1 already serves all of it.',
        },
      ],
    }),
  });
  expect(Advice).toEqual(['advice: Rule 2 (Romania) is never reached: rule 1 already serves all of it.']);
});
