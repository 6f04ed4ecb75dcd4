import { isDeepStrictEqual } from 'node:util';
import type { ContextInput, FlagBody, Item, ItemId, Json } from '@glidepath/core';
import { openEnvironment, re2Engine } from '@glidepath/core';
import { flagItem, type Spoiled, segmentItem, spoiledItems } from '@glidepath/core/testing';
import { RE2JS } from 're2js';
import { describe, expect, test } from 'vitest';

const engines = { matches: re2Engine(() => RE2JS) };

/** A value for every field that a flag may have. */
const FULL_FLAG = flagItem('bad', {
  archived: true,
  clientSide: true,
  metadata: { team: 'payments' },
  prerequisites: [{ flag: 'needed', variations: ['on'] }],
  targets: [{ variation: 1, contextKind: 'user', keys: ['named'] }],
  rules: [
    {
      id: 'r1',
      clauses: [{ kind: 'org', attribute: '/address/city', operator: 'in', values: ['Berlin', 7, true], negate: true }],
      serve: { variation: 0 },
    },
    {
      id: 'r2',
      clauses: [
        { attribute: 'version', operator: 'semver-at-least', values: ['1.0.0'] },
        { attribute: 'ip', operator: 'in-cidr', values: ['10.0.0.0/8'] },
        { attribute: 'since', operator: 'before', values: ['2026-01-01T00:00:00Z'] },
        { attribute: 'email', operator: 'matches', values: ['@example\\.com$'] },
        { attribute: 'age', operator: 'at-least', values: [18] },
        { attribute: '', operator: 'in-segment', values: ['bad'] },
      ],
      serve: {
        split: {
          ranges: [
            [50_000, 0],
            [100_000, 1],
          ],
          by: { contextKind: 'user', attribute: 'key' },
          salt: 'layer',
        },
      },
    },
    { id: 'r3', clauses: [{ attribute: 'plan', operator: 'exists', values: [] }], serve: { variation: 1 } },
  ],
  fallthrough: { split: { ranges: [[100_000, 0]] } },
});

const FULL_SEGMENT = segmentItem('bad', {
  included: [{ contextKind: 'user', keys: ['a', 'b'] }],
  excluded: [{ contextKind: 'org', keys: ['c'] }],
  rules: [
    {
      id: 'r1',
      clauses: [{ attribute: 'plan', operator: 'in', values: ['pro'], negate: false }],
      share: 50_000,
      by: { contextKind: 'user', attribute: 'key' },
      salt: 'layer',
    },
  ],
});

const OTHERS: readonly Item[] = [
  flagItem('needed'),
  flagItem('good', {
    fallthrough: {
      split: {
        ranges: [
          [50_000, 0],
          [100_000, 1],
        ],
      },
    },
  }),
  segmentItem('fine', { included: [{ contextKind: 'user', keys: ['u'] }] }),
  flagItem('member', {
    rules: [
      { id: 'r', clauses: [{ attribute: '', operator: 'in-segment', values: ['fine'] }], serve: { variation: 0 } },
    ],
    fallthrough: { variation: 1 },
  }),
];

const CONTEXTS: readonly unknown[] = [
  { key: 'u', plan: 'pro', version: '2.0.0', ip: '10.1.1.1', since: 0, email: 'a@example.com', age: 20 },
  { user: { key: 'named' }, org: { key: 'c', address: { city: 'Wien' } } },
  { plan: 'pro' },
  null,
  'no context',
];

const FLAG_PAYLOADS = spoiledItems(FULL_FLAG);
const SEGMENT_PAYLOADS = spoiledItems(FULL_SEGMENT);

/** What the flags answer that have nothing to do with the bad item. */
function answersOf(items: readonly Item[]): readonly unknown[] {
  const environment = openEnvironment(items, engines);
  return ['needed', 'good', 'member'].flatMap((key) =>
    CONTEXTS.map((context) => environment.evaluate(key, context as ContextInput, false)),
  );
}

/** The keys of the variations that an item has, however bad it is. */
function variationsOf({ body }: Item): readonly unknown[] {
  const variations: unknown = (body as Partial<FlagBody> | null)?.variations;
  return Array.isArray(variations) ? variations.map((variation: { key?: unknown } | null) => variation?.key) : [];
}

/** Evaluates the bad flag every way there is: a fallback with a reason, or one of its variations; else `wrong`. */
function ask(items: readonly Item[], item: Item): readonly string[] {
  const environment = openEnvironment(items, engines);
  return CONTEXTS.map((context) => {
    const fallback = { the: 'fallback' };
    const { value, variation, reason } = environment.evaluate<unknown>('bad', context as ContextInput, null);
    const typed = environment.evaluate<unknown>('bad', context as ContextInput, fallback);
    const isError = reason.kind === 'ERROR';
    const isRight = isError
      ? value === null && variation === null
      : typeof variation === 'string' && variationsOf(item).includes(variation);
    const isSame = environment.value<unknown>('bad', context as ContextInput, null) === value;
    const isFallback = typed.reason.kind !== 'ERROR' || typed.value === fallback;
    if (!(isRight && isSame && isFallback)) return 'wrong';
    return isError ? reason.errorKind : reason.kind;
  });
}

/** The titles of payloads with which the bad flag answers what it may not, or another flag answers otherwise. */
function wrongOnes(payloads: readonly Spoiled<Item>[], itemsWith: (item: Item) => readonly Item[], flag?: Item) {
  const kinds = new Map<string, number>();
  const wrong = payloads.filter(({ value: item }) => {
    const items = itemsWith(item);
    const answers = ask(items, flag ?? item);
    for (const kind of answers) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    return answers.includes('wrong') || !isDeepStrictEqual(answersOf(items), untouched);
  });
  return { wrong: wrong.map(({ title }) => title), kinds };
}

const untouched = answersOf(OTHERS);

describe('T47: payloads that are not what they should be', () => {
  test('are more than five hundred', () => {
    expect(FLAG_PAYLOADS.length).toBeGreaterThan(500);
    expect(FLAG_PAYLOADS.length + SEGMENT_PAYLOADS.length).toBeGreaterThan(1_500);
  });

  test('with a bad flag: it throws nothing, and no other flag answers otherwise', () => {
    const { wrong, kinds } = wrongOnes(FLAG_PAYLOADS, (item) => [FULL_SEGMENT, item, ...OTHERS]);
    expect(wrong).toEqual([]);
    for (const kind of ['UNSUPPORTED', 'MALFORMED_FLAG', 'INVALID_CONTEXT', 'FALLTHROUGH', 'RULE_MATCH'])
      expect([kind, (kinds.get(kind) ?? 0) > 0]).toEqual([kind, true]);
  });

  test('with a bad segment: flags that need it throw nothing, and no other flag answers otherwise', () => {
    const { wrong } = wrongOnes(SEGMENT_PAYLOADS, (item) => [item, FULL_FLAG, ...OTHERS], FULL_FLAG);
    expect(wrong).toEqual([]);
  });

  test('of a killed flag: its off variation, or an error, whatever its strategy has become', () => {
    const killed = spoiledItems({ ...FULL_FLAG, body: { ...FULL_FLAG.body, killed: true } });
    let held = 0;
    for (const payload of killed.filter(({ path: [first] }) => first !== 'killed')) {
      const environment = openEnvironment([payload.value, ...OTHERS], engines);
      for (const context of CONTEXTS) {
        const { variationIndex, reason } = environment.evaluate<Json>('bad', context as ContextInput, null);
        expect([payload.title, reason.kind]).toEqual([payload.title, expect.toBeOneOf(['KILLED', 'ERROR'])]);
        if (reason.kind !== 'KILLED') continue;
        held += 1;
        expect(variationIndex).toBe((payload.value.body as FlagBody).off);
      }
    }
    expect(held).toBeGreaterThan(1_000);
  });

  test('after a good definition: it is kept, or the new one is evaluated', () => {
    const good = flagItem('bad', { fallthrough: { variation: 1 } }, 3);
    const before = openEnvironment([good, FULL_SEGMENT, ...OTHERS], engines);
    for (const { title, value: item } of FLAG_PAYLOADS) {
      const after = before.with(new Map<ItemId, Item>([['flag\tbad', { ...item, rev: 4 } as Item]]), ['flag\tbad']);
      const { value, flagVersion, reason } = after.evaluate<unknown>('bad', { key: 'nobody' }, null);
      expect([title, [3, 4].includes(flagVersion ?? 0)]).toEqual([title, true]);
      if (flagVersion === 3) expect([title, value, reason.kind]).toEqual([title, false, 'FALLTHROUGH']);
      else expect([title, reason]).not.toMatchObject([title, { errorKind: 'UNSUPPORTED' }]);
    }
  });

  test('with an item that is none: the others answer as before', () => {
    const odd: readonly object[] = [
      { ...FULL_FLAG, body: null },
      { ...FULL_FLAG, body: 7 },
      { ...FULL_FLAG, body: [] },
      { ...FULL_FLAG, kind: 'experiment' },
      { ...FULL_FLAG, kind: null },
      { ...FULL_FLAG, key: null },
      { ...FULL_FLAG, key: 7 },
      { ...FULL_FLAG, key: '__proto__' },
      { ...FULL_FLAG, key: '' },
      { ...FULL_FLAG, rev: 'x' },
      { kind: 'flag', key: 'bad' },
      { kind: 'segment', key: 'bad' },
    ];
    for (const item of odd) expect(answersOf([item as Item, ...OTHERS])).toEqual(untouched);
  });

  test('without any item: every flag is unknown', () => {
    const environment = openEnvironment([], engines);
    expect(environment.evaluate('bad', { key: 'u' }, 'fallback')).toMatchObject({
      value: 'fallback',
      reason: { errorKind: 'FLAG_NOT_FOUND' },
    });
    expect(environment.value('bad', null, 'fallback')).toBe('fallback');
  });
});
