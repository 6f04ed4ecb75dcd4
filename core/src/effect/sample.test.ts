import { describe, expect, test } from 'vitest';
import { openEnvironment } from '../environment/environment.ts';
import type { Item, ServeBody } from '../model/items.ts';
import type { Clause, Scalar } from '../model/model.ts';
import { flagItem, segmentItem } from '../testing/builders.ts';
import type { Effect } from './effect.ts';
import { effectOf } from './effect-of.ts';
import { sampleContexts } from './sample.ts';

const is = (attribute: string, ...values: Scalar[]): Clause => ({ attribute, operator: 'in', values });
const clause = (attribute: string, operator: string, ...values: Scalar[]): Clause => ({ attribute, operator, values });
const inSegment = (...values: string[]): Clause => ({ attribute: '', operator: 'in-segment', values });
const ON: ServeBody = { variation: 0 };
const OFF: ServeBody = { variation: 1 };
const percent = (on: number, by?: { contextKind: string; attribute: string }): ServeBody => ({
  split: {
    ranges: [
      [on * 1_000, 0],
      [100_000, 1],
    ],
    ...(by === undefined ? {} : { by }),
  },
});
const rule = (id: string, serve: ServeBody, ...clauses: Clause[]) => ({ id, clauses, serve });

/** What the sample says of a change of flag `f`. */
function effect(before: readonly Item[], after: readonly Item[], size?: number): Effect {
  const contexts = sampleContexts({ before, after }, size === undefined ? {} : { size });
  return effectOf(openEnvironment(before, {}), openEnvironment(after, {}), 'f', contexts);
}

const moved = ({ moves }: Effect) => moves.map(({ from, to }) => `${from} → ${to}`).sort();

describe('people made up for a change', () => {
  test('are always the same', () => {
    const items = { before: [flagItem('f', { rules: [rule('a', ON, is('country', 'RO'))] })], after: [flagItem('f')] };
    expect(sampleContexts(items)).toEqual(sampleContexts(items));
  });

  test('see nothing where nothing changes', () => {
    const items = [flagItem('f', { rules: [rule('a', percent(50), is('country', 'RO'))], fallthrough: percent(10) })];
    const { sampled, unchanged, moves } = effect(items, items);
    expect(sampled).toBeGreaterThan(4_000);
    expect({ unchanged, moves }).toEqual({ unchanged: sampled, moves: [] });
  });

  test('move in the proportion in which buckets do', () => {
    const { sampled, moves } = effect(
      [flagItem('f', { fallthrough: percent(10) })],
      [flagItem('f', { fallthrough: percent(25) })],
    );
    expect(moves).toMatchObject([{ from: 'off', to: 'on' }]);
    expect((moves[0]?.count ?? 0) / sampled).toBeCloseTo(0.15, 1);
    expect(moves[0]?.examples).toHaveLength(3);
  });

  test('are dealt by what a split is dealt by', () => {
    const by = { contextKind: 'org', attribute: '/plan/number' };
    const { sampled, moves } = effect(
      [flagItem('f', { fallthrough: OFF })],
      [flagItem('f', { fallthrough: percent(50, by) })],
    );
    expect((moves[0]?.count ?? 0) / sampled).toBeCloseTo(0.5, 1);
    expect(moves[0]?.examples[0]).toMatchObject({
      kind: 'multi',
      org: { plan: { number: expect.stringContaining('-') } },
    });
  });

  test.for<[title: string, clause: Clause]>([
    ['a list', is('country', 'RO', 'DE')],
    ['a prefix', clause('mail', 'starts-with', 'a')],
    ['a suffix', clause('mail', 'ends-with', '@x.ro')],
    ['a part', clause('mail', 'contains', '@')],
    ['a limit', clause('age', 'greater-than', 18)],
    ['another limit', clause('age', 'less-than', 18)],
    ['a time', clause('since', 'after', '2026-01-01T00:00:00Z')],
    ['an earlier time', clause('since', 'before', '2026-01-01T00:00:00Z')],
    ['a version', clause('v', 'semver-greater-than', '2.1.0')],
    ['an older version', clause('v', 'semver-less-than', '2.1.0')],
    ['a network', clause('ip', 'in-cidr', '10.0.0.0/8')],
    ['an IPv6 network', clause('ip', 'in-cidr', '2001:db8:1::/48')],
    ['presence', clause('beta', 'exists')],
    ['another value', { ...is('country', 'RO'), negate: true }],
    ['another kind', { ...is('plan', 'pro'), kind: 'org' }],
    ['a path', is('/address/city', 'Iași')],
    ['a key', is('key', 'u-1')],
    ['a flag', is('beta', true)],
  ])('include some who match a new rule, and some who do not: %s', ([, wanted]) => {
    const { moves, unchanged } = effect(
      [flagItem('f', { fallthrough: OFF })],
      [flagItem('f', { rules: [rule('a', ON, wanted)], fallthrough: OFF })],
    );
    expect(moves).toMatchObject([{ from: 'off', to: 'on' }]);
    expect(unchanged).toBeGreaterThan(0);
  });

  test('include those who match two rules, so that their order shows', () => {
    const rules = [rule('a', ON, is('country', 'RO')), rule('b', OFF, is('plan', 'pro'))];
    const result = effect([flagItem('f', { rules })], [flagItem('f', { rules: rules.toReversed() })]);
    expect(moved(result)).toEqual(['on → off']);
    expect(result.moves[0]?.examples[0]).toMatchObject({ country: 'RO', plan: 'pro' });
  });

  test('include those whom one value of a thousand is about', () => {
    const values = Array.from({ length: 1_000 }, (_, index) => `c${index}`);
    const with_ = (...list: string[]) => [
      flagItem('f', { rules: [rule('a', ON, is('country', ...list))], fallthrough: OFF }),
    ];
    const result = effect(with_(...values), with_(...values.filter((value) => value !== 'c777')));
    expect(moved(result)).toEqual(['on → off']);
    expect(result.moves[0]?.examples[0]).toMatchObject({ country: 'c777' });
  });

  test('include those who are named one by one', () => {
    const keys = Array.from({ length: 1_000 }, (_, index) => `u${index}`);
    const named = (list: readonly string[]) => [
      flagItem('f', { targets: [{ variation: 0, contextKind: 'user', keys: list }], fallthrough: OFF }),
    ];
    const result = effect(named(keys), named([...keys, 'new-1', 'new-2']));
    expect(result.moves).toMatchObject([
      { from: 'off', to: 'on', count: 2, examples: [{ key: 'new-1' }, { key: 'new-2' }] },
    ]);
  });

  test('include members of segments, by their lists, their rules, and segments within them', () => {
    const flag = flagItem('f', { rules: [rule('a', ON, inSegment('outer'), is('plan', 'pro'))], fallthrough: OFF });
    const outer = segmentItem('outer', { rules: [{ id: 'r', clauses: [inSegment('inner')] }] });
    const inner = (country: string) =>
      segmentItem('inner', { rules: [{ id: 'r', clauses: [is('country', country)] }] });
    const result = effect([flag, outer, inner('RO')], [flag, outer, inner('DE')]);
    expect(moved(result)).toEqual(['off → on', 'on → off']);
    const listed = segmentItem('inner', { included: [{ contextKind: 'user', keys: ['u-7'] }] });
    expect(moved(effect([flag, outer, inner('RO')], [flag, outer, listed]))).toEqual(['off → on', 'on → off']);
  });

  test('include those whom a prerequisite is about', () => {
    const flag = flagItem('f', { prerequisites: [{ flag: 'needed', variations: ['on'] }] });
    const needed = (country: string) => flagItem('needed', { rules: [rule('a', OFF, is('country', country))] });
    expect(moved(effect([flag, needed('RO')], [flag, needed('DE')]))).toEqual(['off → on', 'on → off']);
  });

  test('have no names that objects inherit', () => {
    const rules = ['__proto__', '/__proto__/polluted', '/constructor/prototype/polluted', 'kind'].map((name, index) =>
      rule(`r${index}`, ON, is(name, 'x')),
    );
    expect(effect([flagItem('f', { fallthrough: OFF })], [flagItem('f', { rules, fallthrough: OFF })]).moves).toEqual(
      [],
    );
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  test('are no more than asked for, however many rules there are', () => {
    const rules = Array.from({ length: 200 }, (_, index) => rule(`r${index}`, ON, is('country', `c${index}`)));
    expect(effect([flagItem('f')], [flagItem('f', { rules })], 1_000).sampled).toBeLessThanOrEqual(1_000);
  });
});

describe('definitions that cost much to try', () => {
  const flagOf = (rules: readonly { readonly clauses: readonly Clause[] }[]) =>
    flagItem('flag', {
      rules: rules.map(({ clauses }, index) => ({ id: `r${index}`, clauses, serve: { variation: 0 } })),
    });

  test('of very many kinds are tried with few contexts, for each has a body of every kind', () => {
    const clauses = Array.from({ length: 20 }, (_, i): Clause[] =>
      Array.from({ length: 20 }, (__, j) => ({ kind: `k${i}-${j}`, attribute: 'a', operator: 'in', values: ['x'] })),
    );
    const contexts = sampleContexts({
      before: [flagOf([])],
      after: [flagOf(clauses.map((all) => ({ clauses: all })))],
    });
    const bodies = contexts.reduce((sum: number, context) => sum + Object.keys(context ?? {}).length, 0);
    expect(contexts.length).toBeGreaterThan(20);
    expect(bodies).toBeLessThan(100_000);
  });

  test('of very many patterns are tried with few contexts', () => {
    const values = Array.from({ length: 600 }, (_, i) => `^(a|b)*${i}$`);
    const matches: Clause = { attribute: 'a', operator: 'matches', values };
    const [few, many] = [[], [{ clauses: [matches] }]].map(
      (rules) => sampleContexts({ before: [flagOf([])], after: [flagOf(rules)] }).length,
    );
    expect(many).toBeGreaterThan(0);
    expect(many).toBeLessThan(Number(few) / 2);
  });
});
