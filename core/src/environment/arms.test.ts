import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FlagItem, Item, ServeBody } from '../model/items.ts';
import { BUCKETS } from '../model/keys.ts';
import type { ArmsBody } from '../model/model.ts';
import { arbitraryContext, arbitraryItems, flagItem } from '../testing/index.ts';
import { type ArmPlace, armPlaceIn, splitBehind } from './arms.ts';
import { drainCounts } from './counts.ts';
import { type Environment, openEnvironment } from './environment.ts';

const ARMS: ArmsBody = { rollout: 'r1', stage: 2, t: [[0, 20_000]], c: [[80_000, BUCKETS]] };

/** A fifth of everybody gets `on`; as many of the others are the control. */
const RANGES = [
  [20_000, 0],
  [BUCKETS, 1],
] as const;

function open(items: readonly Item[]): Environment {
  return openEnvironment(items, { matches: () => () => false });
}

interface Count {
  readonly variation: string | null;
  readonly place: ArmPlace | null;
  readonly n: number;
}

function drained(environment: Environment): readonly Count[] {
  const counts: Count[] = [];
  drainCounts(environment, (_flag, { variation, n }, place) => counts.push({ variation, place, n }));
  return counts;
}

const arbitraryArms: fc.Arbitrary<ArmsBody> = fc
  .record({
    bounds: fc.uniqueArray(fc.integer({ min: 0, max: BUCKETS }), { minLength: 4, maxLength: 4 }),
    stage: fc.nat(5),
  })
  .map(({ bounds, stage }) => {
    const [a = 0, b = 0, c = 0, d = 0] = bounds.sort((x, y) => x - y);
    return { rollout: 'r1', stage, t: [[a, b]], c: [[c, d]] };
  });

/** The same items with these arms in all splits. */
function withArms(items: readonly Item[], arms: unknown): readonly Item[] {
  const armed = (serve: ServeBody): ServeBody =>
    'split' in serve ? { split: { ...serve.split, arms: arms as ArmsBody } } : serve;
  return items.map((item) => {
    if (item.kind !== 'flag') return item;
    const { rules, fallthrough } = item.body;
    const body = { ...item.body, rules: rules.map((rule) => ({ ...rule, serve: armed(rule.serve) })) };
    return { ...item, body: { ...body, fallthrough: armed(fallthrough) } };
  });
}

function answers(items: readonly Item[], context: unknown): readonly unknown[] {
  const environment = open(items);
  return items
    .filter((item): item is FlagItem => item.kind === 'flag')
    .map(({ key }) => environment.evaluate(key, context as never, null));
}

describe('the arms of a split', () => {
  test('never alter what anybody gets', () => {
    fc.assert(
      fc.property(arbitraryItems, arbitraryArms, arbitraryContext, (items, arms, context) => {
        expect(answers(withArms(items, arms), context)).toEqual(answers(items, context));
      }),
      { numRuns: 300 },
    );
  });

  test.for<[string, unknown]>([
    ['nothing', null],
    ['no object', 'arms'],
    ['no ranges', { rollout: 'r1', stage: 0 }],
    ['ranges of text', { rollout: 'r1', stage: 0, t: ['a'], c: [['0', '9']] }],
    ['bounds beyond all buckets', { rollout: 'r1', stage: 0, t: [[0, 1e9]], c: [] }],
    ['no stage', { rollout: 'r1', t: [[0, 1]], c: [] }],
  ])('that hold %s are as good as absent', ([, arms]) => {
    const items = [flagItem('f', { fallthrough: { split: { ranges: RANGES } } })];
    const environment = open(withArms(items, arms));
    expect(environment.value('f', { key: 'u-1' }, null)).toBe(open(items).value('f', { key: 'u-1' }, null));
    expect(drained(environment).map(({ place }) => place)).toEqual([null]);
  });

  test('of a killed flag count nobody', () => {
    const fallthrough = { split: { ranges: RANGES, arms: ARMS } };
    const environment = open([flagItem('f', { killed: true, prerequisites: [], fallthrough })]);
    expect(environment.value('f', { key: 'u-1' }, true)).toBe(false);
    expect(drained(environment)).toEqual([{ variation: 'off', place: null, n: 1 }]);
  });

  test('are counted apart, each evaluation in the arm that holds its bucket', () => {
    const item = flagItem('f', {
      rules: [{ id: 'r7', clauses: [], serve: { split: { ranges: RANGES, arms: ARMS } } }],
    });
    const environment = open([item]);
    const expected = new Map<string, number>();
    for (let i = 0; i < 2_000; i += 1) {
      const { variation, reason } = environment.evaluate('f', { key: `u-${i}` }, false);
      const split = splitBehind(item.body, reason);
      const bucket = 'rollout' in reason ? (reason.rollout?.bucket ?? -1) : -1;
      const name = JSON.stringify([variation, split && armPlaceIn(split, bucket)]);
      expected.set(name, (expected.get(name) ?? 0) + 1);
    }
    const counted = drained(environment).map(({ variation, place, n }) => [JSON.stringify([variation, place]), n]);
    expect(new Map(counted as [string, number][])).toEqual(expected);
    expect([...expected.keys()].sort()).toEqual([
      '["off",null]',
      '["off",{"arm":"c","stage":2}]',
      '["on",{"arm":"t","stage":2}]',
    ]);
  });

  test('do not hold those who cannot be bucketed', () => {
    const environment = open([flagItem('f', { fallthrough: { split: { ranges: RANGES, arms: ARMS } } })]);
    environment.value('f', null, false);
    expect(drained(environment)).toEqual([{ variation: 'off', place: null, n: 1 }]);
  });
});
