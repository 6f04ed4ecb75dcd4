import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bucketOf, seedOf } from '../evaluate/bucket.ts';
import type { FlagItem, Item, ItemId } from '../model/items.ts';
import type { Clause } from '../model/model.ts';
import { aContext, arbitraryContext, arbitraryItems, flagItem, segmentItem } from '../testing/index.ts';
import { dependantsOf, unsupportedIn } from './dependants.ts';
import { openEnvironment } from './environment.ts';

const engines = {};
const ON = { variation: 0 } as const;
const OFF = { variation: 1 } as const;

const open = (...items: Item[]) => openEnvironment(items, engines);
const idOf = (item: Item): ItemId => `${item.kind}\t${item.key}`;
const mapOf = (...items: Item[]): ReadonlyMap<ItemId, Item> => new Map(items.map((item) => [idOf(item), item]));

const GERMANS: Clause = { attribute: 'country', operator: 'in', values: ['DE'] };

describe('the order of evaluation', () => {
  const full = (overrides: Partial<FlagItem['body']> = {}) =>
    open(
      flagItem('needed', { fallthrough: ON }),
      flagItem('flag', {
        prerequisites: [{ flag: 'needed', variations: ['on'] }],
        targets: [{ variation: 0, contextKind: 'user', keys: ['named'] }],
        rules: [
          { id: 'first', clauses: [{ attribute: 'plan', operator: 'in', values: ['pro'] }], serve: OFF },
          { id: 'second', clauses: [GERMANS], serve: ON },
        ],
        fallthrough: OFF,
        ...overrides,
      }),
    );

  test('no such flag: the fallback', () => {
    expect(full().evaluate('nope', aContext(), 'fallback')).toEqual({
      value: 'fallback',
      variation: null,
      variationIndex: null,
      flagVersion: null,
      reason: { kind: 'ERROR', errorKind: 'FLAG_NOT_FOUND', message: "there is no flag 'nope'" },
    });
  });

  test('killed comes before off', () => {
    const resolution = full({ killed: true, on: false }).evaluate('flag', aContext({ key: 'named' }), true);
    expect(resolution).toMatchObject({ value: false, variation: 'off', reason: { kind: 'KILLED' } });
  });

  test('off comes before prerequisites', () => {
    const off = full({ on: false, prerequisites: [{ flag: 'nowhere', variations: ['on'] }] });
    expect(off.evaluate('flag', aContext(), true)).toMatchObject({ value: false, reason: { kind: 'OFF' } });
  });

  test('prerequisites come before targets', () => {
    const failing = full({ prerequisites: [{ flag: 'needed', variations: ['off'] }] });
    expect(failing.evaluate('flag', aContext({ key: 'named' }), true)).toMatchObject({
      value: false,
      reason: { kind: 'PREREQUISITE_FAILED', prerequisiteKey: 'needed' },
    });
  });

  test('targets come before rules', () => {
    const resolution = full().evaluate('flag', aContext({ key: 'named', plan: 'pro' }), false);
    expect(resolution).toEqual({
      value: true,
      variation: 'on',
      variationIndex: 0,
      flagVersion: 1,
      reason: { kind: 'TARGET_MATCH', contextKind: 'user' },
    });
  });

  test('the first rule that matches decides', () => {
    expect(full().evaluate('flag', aContext({ plan: 'pro' }), true).reason).toEqual({
      kind: 'RULE_MATCH',
      ruleId: 'first',
      ruleIndex: 0,
    });
    expect(full().evaluate('flag', aContext(), true).reason).toEqual({
      kind: 'RULE_MATCH',
      ruleId: 'second',
      ruleIndex: 1,
    });
  });

  test('the fallthrough is for everyone else', () => {
    expect(full().evaluate('flag', aContext({ country: 'FR' }), true)).toMatchObject({
      value: false,
      reason: { kind: 'FALLTHROUGH' },
    });
  });
});

describe('a prerequisite', () => {
  const needing = (needed: Partial<FlagItem['body']>, variations = ['on']) =>
    open(flagItem('needed', needed), flagItem('flag', { prerequisites: [{ flag: 'needed', variations }] })).evaluate(
      'flag',
      aContext(),
      false,
    ).reason;

  test.for<[string, Partial<FlagItem['body']>, string[], string]>([
    ['serving a wanted variation is met', { fallthrough: OFF }, ['on', 'off'], 'FALLTHROUGH'],
    ['serving another one is not', { fallthrough: OFF }, ['on'], 'PREREQUISITE_FAILED'],
    ['that is off is not, whatever it serves', { on: false }, ['off'], 'PREREQUISITE_FAILED'],
    ['that is killed is not, whatever it serves', { killed: true }, ['off'], 'PREREQUISITE_FAILED'],
  ])('%s', ([, needed, variations, kind]) => {
    expect(needing(needed, variations).kind).toBe(kind);
  });

  test('that is absent makes the flag malformed', () => {
    const reason = open(flagItem('flag', { prerequisites: [{ flag: 'gone', variations: ['on'] }] })).evaluate(
      'flag',
      aContext(),
      false,
    ).reason;
    expect(reason).toMatchObject({ errorKind: 'MALFORMED_FLAG', message: expect.stringContaining("'gone'") });
  });
});

describe('clauses', () => {
  const matches = (clause: Clause, context: unknown) =>
    open(flagItem('flag', { rules: [{ id: 'r', clauses: [clause], serve: ON }], fallthrough: OFF })).evaluate(
      'flag',
      context as never,
      false,
    ).value;
  const inverted = (clause: Clause): Clause => ({ ...clause, negate: true });
  const exists: Clause = { attribute: 'country', operator: 'exists', values: [] };

  test('all of a rule must hold', () => {
    const pros: Clause = { attribute: 'plan', operator: 'in', values: ['pro'] };
    const both = open(
      flagItem('flag', { rules: [{ id: 'r', clauses: [GERMANS, pros], serve: ON }], fallthrough: OFF }),
    );
    expect(both.evaluate('flag', { country: 'DE', plan: 'pro' }, false).value).toBe(true);
    expect(both.evaluate('flag', { country: 'DE', plan: 'free' }, false).value).toBe(false);
    expect(both.evaluate('flag', { country: 'FR', plan: 'pro' }, false).value).toBe(false);
  });

  test.for<[string, Clause, unknown, boolean]>([
    ['an attribute that satisfies matches', GERMANS, { country: 'DE' }, true],
    ['one that does not, does not', GERMANS, { country: 'FR' }, false],
    ['negated, it is the other way round', inverted(GERMANS), { country: 'FR' }, true],
    ['negated, it is the other way round too', inverted(GERMANS), { country: 'DE' }, false],
    ['a missing attribute never matches', GERMANS, { key: 'u' }, false],
    ['nor negated', inverted(GERMANS), { key: 'u' }, false],
    ['null counts as missing', inverted(GERMANS), { country: null }, false],
    ['what JSON cannot carry counts as missing', inverted(GERMANS), { country: Symbol('DE') }, false],
    ['not a number counts as missing', inverted(GERMANS), { country: Number.NaN }, false],
    ['a missing kind never matches', { ...GERMANS, kind: 'org' }, { country: 'DE' }, false],
    ['a missing kind does not match negated', inverted({ ...GERMANS, kind: 'org' }), { country: 'FR' }, false],
    [
      'another kind is found in a multi-context',
      { ...GERMANS, kind: 'org' },
      { user: {}, org: { country: 'DE' } },
      true,
    ],
    ['a wrong type does not satisfy', GERMANS, { country: 7 }, false],
    ['so it does negated', inverted(GERMANS), { country: 7 }, true],
    ['any element of an array may satisfy', GERMANS, { country: ['FR', 'DE'] }, true],
    ['no element, no match', GERMANS, { country: ['FR'] }, false],
    ['negated: no element satisfies', inverted(GERMANS), { country: ['FR', 'DE'] }, false],
    ['elements of an array inside count for nothing', GERMANS, { country: [['DE']] }, false],
    ['exists: present', exists, { country: '' }, true],
    ['exists: present and false', exists, { country: false }, true],
    ['exists: null is not there', exists, { country: null }, false],
    ['exists: missing', exists, {}, false],
    ['exists negated: missing', inverted(exists), { key: 'u' }, true],
    ['exists negated: missing kind', inverted({ ...exists, kind: 'org' }), { key: 'u' }, true],
    [
      'a path leads inside',
      { ...GERMANS, attribute: '/address/country' },
      { key: 'u', address: { country: 'DE' } },
      true,
    ],
    ['a path leads into an array', { ...GERMANS, attribute: '/countries/1' }, { countries: ['FR', 'DE'] }, true],
    ['an array has no other names', { ...exists, attribute: '/countries/length' }, { countries: ['FR'] }, false],
    [
      'a path may escape slash and tilde',
      { ...GERMANS, attribute: '/a~1b/~0c' },
      { key: 'u', 'a/b': { '~c': 'DE' } },
      true,
    ],
    ['a name may hold a slash', { ...GERMANS, attribute: 'a/b' }, { 'a/b': 'DE' }, true],
    ['a path that leads nowhere is missing', inverted({ ...GERMANS, attribute: '/a/b/c' }), { a: 'DE' }, false],
    ['inherited names are no attributes', { ...exists, attribute: 'constructor' }, { key: 'u' }, false],
    ['nor further down', { ...exists, attribute: '/address/__proto__' }, { key: 'u', address: {} }, false],
    ['the key is an attribute', { attribute: 'key', operator: 'in', values: ['42'] }, { key: 42 }, true],
    ['a keyless context has none', { ...exists, attribute: 'key' }, { country: 'DE' }, false],
    [
      'the kind is an attribute',
      { kind: 'org', attribute: 'kind', operator: 'in', values: ['org'] },
      { kind: 'org' },
      true,
    ],
    [
      'of each kind',
      { kind: 'org', attribute: 'kind', operator: 'in', values: ['org'] },
      { kind: 'multi', org: {} },
      true,
    ],
    [
      'anonymous is an attribute',
      { attribute: 'anonymous', operator: 'in', values: [true] },
      { anonymous: true },
      true,
    ],
    [
      'a Date is its milliseconds',
      { attribute: 'since', operator: 'at-least', values: [5] },
      { since: new Date(5) },
      true,
    ],
    ['an invalid Date is missing', { ...exists, attribute: 'since' }, { since: new Date('never') }, false],
  ])('%s', ([, clause, context, expected]) => {
    expect(matches(clause, context)).toBe(expected);
  });
});

describe('a context', () => {
  const environment = open(
    flagItem('flag', {
      type: 'string',
      variations: ['user', 'org', 'none'].map((key) => ({ key, value: key })),
      off: 2,
      targets: [
        { variation: 0, contextKind: 'user', keys: ['k', '42', '-1.5'] },
        { variation: 1, contextKind: 'org', keys: ['k'] },
      ],
      fallthrough: { variation: 2 },
    }),
  );
  const found = (context: unknown) => {
    const { value, reason } = environment.evaluate('flag', context as never, 'fallback');
    return reason.kind === 'ERROR' ? reason.errorKind : value;
  };

  class Visitor {
    readonly key = 'k';
  }
  const throwing = (name: string, rest: object = {}) =>
    Object.defineProperty({ ...rest }, name, {
      enumerable: true,
      get: () => {
        throw new Error('no');
      },
    });

  test.for<[string, unknown, string]>([
    ['is of kind user unless it names another', { key: 'k' }, 'user'],
    ['may name its kind', { kind: 'org', key: 'k' }, 'org'],
    ['may be an instance of a class', new Visitor(), 'user'],
    ['may have a number as its key', { key: 42 }, 'user'],
    ['may have any finite number as its key', { key: -1.5 }, 'user'],
    ['may be keyless', { plan: 'pro' }, 'none'],
    ['may have null as its key', { key: null }, 'none'],
    ['may be null', null, 'none'],
    ['may be undefined', undefined, 'none'],
    ['may be empty', {}, 'none'],
    ['may say that it has many kinds', { kind: 'multi', org: { key: 'k' } }, 'org'],
    ['may have many kinds without saying so', { user: { key: 'x' }, org: { key: 'k' } }, 'org'],
    ['may have bodies without a prototype', { org: Object.assign(Object.create(null), { key: 'k' }) }, 'org'],
    ['is single when it has a key', { key: 'x', org: { key: 'k' } }, 'none'],
    ['is single when it has a kind', { kind: 'user', org: { key: 'k' } }, 'none'],
    ['is single when any property is no plain object', { org: { key: 'k' }, plan: 'pro' }, 'none'],
    ['drops kinds that are no objects', { kind: 'multi', user: 'k', org: { key: 'k' } }, 'org'],
    ['prefers the first target', { user: { key: 'k' }, org: { key: 'k' } }, 'user'],
    ['does not inherit a key', Object.create({ key: 'k' }), 'none'],
    ['may not be a string', 'k', 'INVALID_CONTEXT'],
    ['may not be an array', [], 'INVALID_CONTEXT'],
    ['may not be a function', () => 1, 'INVALID_CONTEXT'],
    ['may not have an empty key', { key: '' }, 'INVALID_CONTEXT'],
    ['may not have true as its key', { key: true }, 'INVALID_CONTEXT'],
    ['may not have infinity as its key', { key: Number.POSITIVE_INFINITY }, 'INVALID_CONTEXT'],
    ['may not have a bad key in any kind', { user: { key: 'k' }, org: { key: '' } }, 'INVALID_CONTEXT'],
    ['may not be of kind "kind"', { kind: 'kind', key: 'k' }, 'INVALID_CONTEXT'],
    ['may not have a kind with a space', { 'a b': { key: 'k' } }, 'INVALID_CONTEXT'],
    ['may not have a kind that is no string', { kind: 7, key: 'k' }, 'INVALID_CONTEXT'],
    ['may not throw when its key is read', throwing('key'), 'INVALID_CONTEXT'],
    ['may not throw when a kind is read', throwing('org', { kind: 'multi' }), 'INVALID_CONTEXT'],
    ['may throw where nobody reads', throwing('plan', { key: 'k' }), 'user'],
  ])('%s', ([, context, expected]) => {
    expect(found(context)).toBe(expected);
  });

  test('that throws when a clause reads it is invalid', () => {
    const ruled = open(flagItem('flag', { rules: [{ id: 'r', clauses: [GERMANS], serve: ON }] }));
    expect(ruled.evaluate('flag', throwing('country') as never, false).reason).toMatchObject({
      errorKind: 'INVALID_CONTEXT',
    });
  });

  test('that is invalid does not keep a kill from holding', () => {
    expect(open(flagItem('flag', { killed: true })).evaluate('flag', 7 as never, true)).toMatchObject({
      value: false,
      reason: { kind: 'KILLED' },
    });
  });
});

describe('a split', () => {
  const ranges = [
    [30_000, 0],
    [100_000, 1],
  ] as const;
  const split = (parts: object = {}) => open(flagItem('flag', { fallthrough: { split: { ranges, ...parts } } }));

  test('serves the owner of the bucket and says so', () => {
    for (const key of ['user-1', 'user-2', 'user-3', 'user-4', 'user-5']) {
      const bucket = bucketOf(seedOf('flag'), key);
      const { variationIndex, reason } = split().evaluate('flag', { key }, false);
      expect(variationIndex).toBe(bucket < 30_000 ? 0 : 1);
      expect(reason).toEqual({ kind: 'FALLTHROUGH', rollout: { bucket, contextKind: 'user' } });
    }
  });

  test('finds every border', () => {
    const many = Array.from({ length: 7 }, (_, i) => [i === 6 ? 100_000 : (i + 1) * 10_000, i % 2] as const);
    const environment = open(flagItem('flag', { fallthrough: { split: { ranges: many } } }));
    for (let i = 0; i < 300; i += 1) {
      const bucket = bucketOf(seedOf('flag'), `u${i}`);
      const owner = many.find(([to]) => bucket < to)?.[1];
      expect(environment.evaluate('flag', { key: `u${i}` }, false).variationIndex).toBe(owner);
    }
  });

  test('may hash another attribute, of another kind, with another salt', () => {
    const by = { contextKind: 'org', attribute: '/seat/number' };
    const context = { user: { key: 'u' }, org: { key: 'o', seat: { number: 42 } } };
    expect(split({ by, salt: 'layer' }).evaluate('flag', context, false).reason).toEqual({
      kind: 'FALLTHROUGH',
      rollout: { bucket: bucketOf(seedOf('layer'), '42'), contextKind: 'org' },
    });
  });

  test.for<[string, unknown]>([
    ['no key', { country: 'DE' }],
    ['no such kind', { kind: 'org', key: 'o' }],
  ])('serves the off variation to who has %s', ([, context]) => {
    expect(split().evaluate('flag', context as never, true)).toMatchObject({
      variation: 'off',
      reason: { kind: 'FALLTHROUGH', rollout: null },
    });
  });

  test.for([1.5, true, null, ['a'], { a: 1 }])('cannot bucket by the value %j', (seat) => {
    const by = { contextKind: 'user', attribute: 'seat' };
    expect(split({ by }).evaluate('flag', { key: 'u', seat }, true).reason).toEqual({
      kind: 'FALLTHROUGH',
      rollout: null,
    });
  });

  test('serves its only owner to who cannot be bucketed', () => {
    const whole = {
      ranges: [
        [50_000, 0],
        [100_000, 0],
      ] as const,
    };
    const rules = [{ id: 'r', clauses: [], serve: { split: whole } }];
    expect(open(flagItem('flag', { rules })).evaluate('flag', {}, false)).toMatchObject({
      variation: 'on',
      reason: { kind: 'RULE_MATCH', ruleId: 'r', rollout: null },
    });
  });
});

describe('a segment', () => {
  const flag = flagItem('flag', {
    rules: [{ id: 'r', clauses: [{ attribute: '', operator: 'in-segment', values: ['s', 't'] }], serve: ON }],
    fallthrough: OFF,
  });
  const outsiders = flagItem('flag', {
    rules: [{ id: 'r', clauses: [{ attribute: '', operator: 'in-segment', values: ['s'], negate: true }], serve: ON }],
    fallthrough: OFF,
  });
  const other = segmentItem('t');
  const users = (...keys: string[]) => [{ contextKind: 'user', keys }];
  const isIn = (environment: ReturnType<typeof open>, context: object) =>
    environment.evaluate('flag', context as never, false).value;

  test('excluded wins over included, included over rules', () => {
    const body = { included: users('a', 'b'), excluded: users('b', 'c'), rules: [{ id: 'r', clauses: [GERMANS] }] };
    const environment = open(flag, other, segmentItem('s', body));
    expect(isIn(environment, { key: 'a', country: 'FR' })).toBe(true);
    expect(isIn(environment, { key: 'b', country: 'DE' })).toBe(false);
    expect(isIn(environment, { key: 'c', country: 'DE' })).toBe(false);
    expect(isIn(environment, { key: 'd', country: 'DE' })).toBe(true);
    expect(isIn(environment, { key: 'd', country: 'FR' })).toBe(false);
    expect(isIn(environment, { country: 'DE' })).toBe(true);
  });

  test('any of several will do, and a negated clause wants none', () => {
    const members = segmentItem('s', { included: users('a') });
    expect(isIn(open(flag, segmentItem('s'), segmentItem('t', { included: users('a') })), { key: 'a' })).toBe(true);
    expect(isIn(open(outsiders, members), { key: 'a' })).toBe(false);
    expect(isIn(open(outsiders, members), { key: 'b' })).toBe(true);
  });

  test('knows the keys of other kinds', () => {
    const environment = open(flag, other, segmentItem('s', { included: [{ contextKind: 'org', keys: ['acme'] }] }));
    expect(isIn(environment, { user: { key: 'a' }, org: { key: 'acme' } })).toBe(true);
    expect(isIn(environment, { key: 'acme' })).toBe(false);
  });

  test('takes its share of those who match a rule', () => {
    const share = (rule: object) => open(flag, other, segmentItem('s', { rules: [{ id: 'r', clauses: [], ...rule }] }));
    for (let i = 0; i < 50; i += 1) {
      const key = `u${i}`;
      expect(isIn(share({ share: 40_000 }), { key })).toBe(bucketOf(seedOf('s'), key) < 40_000);
      expect(isIn(share({ share: 40_000, salt: 'x' }), { key })).toBe(bucketOf(seedOf('x'), key) < 40_000);
    }
    expect(isIn(share({ share: 100_000 }), {})).toBe(false);
    expect(isIn(share({}), {})).toBe(true);
    expect(isIn(share({ share: 0 }), { key: 'u' })).toBe(false);
  });

  test('that is absent makes the flag malformed', () => {
    expect(open(outsiders).evaluate('flag', {}, false).reason).toMatchObject({ errorKind: 'MALFORMED_FLAG' });
  });

  test('may refer to another', () => {
    const inT: Clause = { attribute: '', operator: 'in-segment', values: ['t'] };
    const nested = open(
      flag,
      segmentItem('s', { rules: [{ id: 'r', clauses: [inT] }] }),
      segmentItem('t', { included: users('a') }),
    );
    expect(isIn(nested, { key: 'a' })).toBe(true);
    expect(isIn(nested, { key: 'b' })).toBe(false);
  });
});

describe("the type of the caller's fallback", () => {
  const json = flagItem('json', {
    type: 'json',
    variations: [
      { key: 'a', value: { deep: [1] } },
      { key: 'b', value: [] },
    ],
  });
  const environment = open(flagItem('boolean'), json, flagItem('killed', { killed: true }));

  test.for<[string, unknown, boolean]>([
    ['boolean', true, true],
    ['boolean', 'true', false],
    ['boolean', null, true],
    ['boolean', undefined, true],
    ['boolean', {}, false],
    ['boolean', 1n, false],
    ['killed', 'off', false],
    ['json', {}, true],
    ['json', [], true],
    ['json', null, true],
    ['json', 'x', false],
  ])('%s and %s: %s', ([key, fallback, fits]) => {
    const { value, reason } = environment.evaluate(key, aContext(), fallback);
    if (fits) expect(reason.kind).not.toBe('ERROR');
    else {
      expect(reason).toMatchObject({ errorKind: 'TYPE_MISMATCH' });
      expect(value).toBe(fallback);
    }
  });

  test('JSON values are frozen, and the same on every call', () => {
    const first = environment.evaluate('json', {}, {} as { deep?: number[] }).value;
    expect(environment.evaluate('json', { key: 'x' }, {}).value).toBe(first);
    expect(() => first.deep?.push(2)).toThrow(TypeError);
  });
});

describe('a definition that cannot be read', () => {
  const future = { operator: 'sounds-like', attribute: 'name', values: ['x'] };
  const readable = flagItem('flag', { fallthrough: ON }, 3);
  const unreadable: readonly FlagItem[] = [
    flagItem('flag', { schema: 2 }, 4),
    flagItem('flag', { rules: [{ id: 'r', clauses: [future], serve: ON }] }, 4),
    flagItem('flag', { type: 'color' as never }, 4),
    flagItem('flag', { fallthrough: { lottery: 1 } as never }, 4),
    flagItem('flag', { rules: undefined as never }, 4),
    { ...readable, body: null as never },
    flagItem('flag', {
      rules: [{ id: 'r', clauses: [{ operator: 'matches', attribute: 'a', values: ['a'] }], serve: ON }],
    }),
  ];

  test.for(unreadable)('answers UNSUPPORTED: %j', (item) => {
    const environment = open(item);
    expect(unsupportedIn(environment)).toEqual(['flag']);
    expect(environment.evaluate('flag', aContext(), false)).toMatchObject({
      value: false,
      reason: { kind: 'ERROR', errorKind: 'UNSUPPORTED' },
    });
  });

  test.for(unreadable)('leaves the one before in place: %j', (item) => {
    const environment = open(readable).with(mapOf(item), ['flag\tflag']);
    expect(unsupportedIn(environment)).toEqual(['flag']);
    expect(environment.flags.get('flag')?.item).toBe(readable);
    expect(environment.evaluate('flag', aContext(), false)).toMatchObject({ value: true, flagVersion: 3 });
    const mended = environment.with(mapOf(flagItem('flag', { fallthrough: OFF }, 5)), ['flag\tflag']);
    expect(unsupportedIn(mended)).toEqual([]);
    expect(mended.evaluate('flag', aContext(), true)).toMatchObject({ value: false, flagVersion: 5 });
  });

  test('that keep arriving leave the last readable one as it was', () => {
    let environment = open(flagItem('flag', { fallthrough: OFF }, 1));
    for (let rev = 2; rev < 20_000; rev += 1)
      environment = environment.with(mapOf(flagItem('flag', { schema: 9 }, rev)), ['flag\tflag']);
    expect(environment.evaluate('flag', aContext(), true)).toMatchObject({ value: false, flagVersion: 1 });
  });

  test('of a segment or a prerequisite is told by the flags that need it', () => {
    const segment = segmentItem('s', { rules: [{ id: 'r', clauses: [future] }] });
    const inS: Clause = { attribute: '', operator: 'in-segment', values: ['s'], negate: true };
    const environment = open(
      segment,
      flagItem('needs-segment', { rules: [{ id: 'r', clauses: [inS], serve: ON }] }),
      flagItem('future', { schema: 9 }),
      flagItem('needs-flag', { prerequisites: [{ flag: 'future', variations: ['on'] }] }),
    );
    expect(unsupportedIn(environment)).toEqual(['future', 's']);
    for (const key of ['needs-segment', 'needs-flag'])
      expect(environment.evaluate(key, aContext(), false).reason).toMatchObject({ errorKind: 'UNSUPPORTED' });
  });

  test.for<[string, Partial<FlagItem['body']>]>([
    ['an index that no variation has', { fallthrough: { variation: 2 } }],
    ['an off variation that is none', { off: -1, on: false }],
    [
      'ranges that do not ascend',
      {
        fallthrough: {
          split: {
            ranges: [
              [50, 0],
              [50, 1],
            ],
          },
        },
      },
    ],
    ['ranges that end too early', { fallthrough: { split: { ranges: [[50, 0]] } } }],
    ['no ranges', { fallthrough: { split: { ranges: [] } } }],
  ])('malformed: %s', ([, body]) => {
    const { value, reason } = open(flagItem('flag', body)).evaluate('flag', aContext(), true);
    expect([value, reason]).toMatchObject([true, { errorKind: 'MALFORMED_FLAG' }]);
  });
});

describe('after a change', () => {
  const inS: Clause = { attribute: '', operator: 'in-segment', values: ['s'] };
  const inT: Clause = { attribute: '', operator: 'in-segment', values: ['t'] };
  const items = [
    segmentItem('t', { included: [{ contextKind: 'user', keys: ['u'] }] }),
    segmentItem('s', { rules: [{ id: 'r', clauses: [inT] }] }),
    flagItem('base', { rules: [{ id: 'r', clauses: [inS], serve: ON }], fallthrough: OFF }),
    flagItem('top', { prerequisites: [{ flag: 'base', variations: ['on'] }] }),
    flagItem('alone'),
  ];
  const before = open(...items);

  test('the snapshot before still answers as before, the new one sees it through every reference', () => {
    const left = segmentItem('t', {}, 2);
    const after = before.with(mapOf(...items.slice(1), left), ['segment\tt']);
    expect(before.evaluate('top', { key: 'u' }, false).value).toBe(true);
    expect(after.evaluate('top', { key: 'u' }, false).value).toBe(false);
    expect(after.evaluate('base', { key: 'u' }, true).value).toBe(false);
  });

  test('what did not change is not compiled again, and what nobody asks for not at all', () => {
    const compiled: string[] = [];
    const counting = {
      matches(pattern: string) {
        compiled.push(pattern);
        return (input: string) => input.startsWith(pattern);
      },
    };
    const withPattern = (key: string, pattern: string) =>
      flagItem(key, {
        rules: [{ id: 'r', clauses: [{ attribute: 'plan', operator: 'matches', values: [pattern] }], serve: ON }],
        fallthrough: OFF,
      });
    const [a, b, c] = [withPattern('a', 'pro'), withPattern('b', 'free'), withPattern('c', 'team')];
    const first = openEnvironment([a, b], counting);
    const second = first.with(mapOf(a, b, c), ['flag\ta', 'flag\tc']).with(mapOf(a, c), ['flag\tb']);
    expect(second.evaluate('a', { plan: 'pro' }, false).value).toBe(true);
    expect(second.evaluate('c', { plan: 'pro' }, true).value).toBe(false);
    expect(compiled).toEqual(['pro', 'team']);
  });

  test('what was deleted is not found', () => {
    const after = before.with(mapOf(...items.slice(0, 4)), ['flag\talone']);
    expect(after.evaluate('alone', {}, true).reason).toMatchObject({ errorKind: 'FLAG_NOT_FOUND' });
    expect([...after.flags.keys()]).toEqual(['base', 'top']);
    expect(before.evaluate('alone', {}, false).value).toBe(true);
  });

  test.for<[ItemId, string[]]>([
    ['segment\tt', ['base', 'top']],
    ['segment\ts', ['base', 'top']],
    ['flag\tbase', ['base', 'top']],
    ['flag\ttop', ['top']],
    ['flag\talone', ['alone']],
    ['flag\tgone', ['gone']],
    ['segment\tgone', []],
  ])('of %j the answers of %j may differ', ([id, keys]) => {
    expect([...dependantsOf(before, [id])].sort()).toEqual(keys);
  });

  test('only dependants answer otherwise, and a snapshot reached by changes answers like one opened anew', () => {
    fc.assert(
      fc.property(
        arbitraryItems,
        arbitraryItems,
        fc.array(arbitraryContext, { minLength: 1, maxLength: 8 }),
        (old, now, contexts) => {
          const start = open(...old);
          const changed = [...new Set([...old, ...now].map(idOf))];
          const next = start.with(mapOf(...now), changed);
          const anew = open(...now);
          const one = now[0];
          const partly = one === undefined ? start : start.with(mapOf(...old, one), [idOf(one)]);
          const reached = new Set(one === undefined ? [] : dependantsOf(partly, [idOf(one)]));
          for (const context of contexts)
            for (const key of new Set([...start.flags.keys(), ...anew.flags.keys()])) {
              expect(next.evaluate(key, context, null)).toEqual(anew.evaluate(key, context, null));
              if (!reached.has(key))
                expect(partly.evaluate(key, context, null)).toEqual(start.evaluate(key, context, null));
            }
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('whatever is passed', () => {
  const anything = fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withSparseArray: true,
    withObjectString: true,
  });

  test('evaluation never throws, and answers with the fallback or a variation', () => {
    fc.assert(
      fc.property(
        arbitraryItems,
        anything,
        anything,
        fc.oneof(anything, fc.constant('flag-0')),
        (items, context, fallback, key) => {
          const environment = open(...items);
          const { value, variation, reason } = environment.evaluate(key as never, context as never, fallback);
          expect(environment.value(key as never, context as never, fallback)).toBe(value);
          if (reason.kind === 'ERROR') expect(value).toBe(fallback);
          else expect(variation).toMatch(/^v\d$/);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test('a getter of the context may evaluate too', () => {
    const environment = open(
      flagItem('flag', {
        rules: [{ id: 'r', clauses: [GERMANS, { attribute: 'key', operator: 'in', values: ['outer'] }], serve: ON }],
        fallthrough: OFF,
      }),
    );
    const inner: unknown[] = [];
    const context = {
      key: 'outer',
      get country() {
        inner.push(environment.value('flag', { key: 'inner', country: 'DE' }, true));
        inner.push(environment.evaluate('flag', { key: 'outer', country: 'DE' }, false).value);
        return 'DE';
      },
    };
    expect(environment.value('flag', context, false)).toBe(true);
    expect(inner).toEqual([false, true]);
  });

  test('no context outlives its evaluation', () => {
    const environment = open(
      flagItem('flag', { rules: [{ id: 'r', clauses: [GERMANS], serve: ON }], fallthrough: OFF }),
    );
    environment.value('flag', { key: 'x', country: 'DE' }, false);
    expect(environment.value('flag', null, true)).toBe(false);
    expect(environment.evaluate('flag', 7 as never, true).reason).toMatchObject({ errorKind: 'INVALID_CONTEXT' });
    expect(environment.value('flag', {}, true)).toBe(false);
    environment.value('flag', { kind: 'org', key: 'x', country: 'DE' }, false);
    expect(environment.value('flag', { key: 'x', country: 'DE' }, false)).toBe(true);
    environment.value('flag', { user: { country: 'FR' }, org: { key: 'x' } }, false);
    expect(environment.value('flag', { key: 'x', country: 'DE' }, false)).toBe(true);
  });

  test('items that are not what they should be throw nothing', () => {
    fc.assert(
      fc.property(
        fc.object({ maxDepth: 3 }),
        fc.constantFrom('rules', 'targets', 'variations', 'fallthrough', 'salt', 'off', 'prerequisites'),
        (junk, part) => {
          const environment = open(flagItem('flag', { [part]: junk }), flagItem('other', { [part]: [junk] }));
          for (const key of ['flag', 'other']) expect(environment.evaluate(key, aContext(), false)).toBeDefined();
        },
      ),
    );
  });

  test.for<[string, unknown]>([
    ['a revoked proxy', revoked()],
    [
      'a proxy that throws',
      new Proxy(
        {},
        {
          get: () => {
            throw new Error('no');
          },
        },
      ),
    ],
    ['a symbol', Symbol('x')],
  ])('%s is an invalid context', ([, context]) => {
    const environment = open(flagItem('flag', { rules: [{ id: 'r', clauses: [GERMANS], serve: ON }] }));
    expect(environment.evaluate('flag', context as never, false).reason).toMatchObject({
      errorKind: 'INVALID_CONTEXT',
    });
  });

  function revoked(): object {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  }
});
