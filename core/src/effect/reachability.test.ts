import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openEnvironment } from '../environment/environment.ts';
import type { ContextInput, KindContext } from '../model/context.ts';
import type { Clause, Rule, Scalar, SegmentConfig } from '../model/model.ts';
import { flagItem, segmentItem } from '../testing/builders.ts';
import { unreachableRules } from './reachability.ts';

const is = (attribute: string, ...values: Scalar[]): Clause => ({ attribute, operator: 'in', values });
const isNot = (attribute: string, ...values: Scalar[]): Clause => ({ ...is(attribute, ...values), negate: true });
const clause = (attribute: string, operator: string, ...values: Scalar[]): Clause => ({ attribute, operator, values });
const not = (one: Clause): Clause => ({ ...one, negate: true });
const inSegment = (...values: string[]): Clause => ({ attribute: '', operator: 'in-segment', values });
const exists = (attribute: string): Clause => clause(attribute, 'exists');

const rulesOf = (...clauses: readonly (readonly Clause[])[]): readonly Pick<Rule, 'id' | 'clauses'>[] =>
  clauses.map((of, index) => ({ id: `rule-${index + 1}`, clauses: of }));

/** The numbers of the rules that the last rule is said to be covered by; null when it is not marked. */
function coverOfLast(
  clauses: readonly (readonly Clause[])[],
  segments: ReadonlyMap<string, SegmentConfig> = new Map(),
): readonly number[] | null {
  const last = unreachableRules(rulesOf(...clauses), { segments }).find(
    ({ ruleIndex }) => ruleIndex === clauses.length - 1,
  );
  return last === undefined ? null : last.because.map(({ ruleIndex }) => ruleIndex + 1);
}

describe('a rule behind one that takes all of it', () => {
  test.for<[title: string, earlier: readonly Clause[], later: readonly Clause[]]>([
    ['a rule for everybody', [], [is('country', 'RO')]],
    ['the same clauses', [is('country', 'RO')], [is('country', 'RO')]],
    ['fewer values of the same list', [is('country', 'RO', 'DE')], [is('country', 'DE')]],
    ['one more condition', [is('country', 'RO')], [is('country', 'RO'), is('plan', 'pro')]],
    ['conditions in another order', [is('a', 1), is('b', 2)], [is('b', 2), is('a', 1)]],
    ['a name written as a path', [is('country', 'RO')], [is('/country', 'RO')]],
    ['a longer prefix', [clause('mail', 'starts-with', 'a')], [clause('mail', 'starts-with', 'ab', 'ac')]],
    ['a longer suffix', [clause('mail', 'ends-with', '.ro')], [clause('mail', 'ends-with', '@x.ro')]],
    ['a prefix that holds the text', [clause('mail', 'contains', 'b')], [clause('mail', 'starts-with', 'abc')]],
    ['listed values that have the suffix', [clause('mail', 'ends-with', '@x.ro')], [is('mail', 'a@x.ro', 'b@x.ro')]],
    ['the same pattern', [clause('mail', 'matches', 'a+')], [clause('mail', 'matches', 'a+')]],
    ['a higher limit', [clause('age', 'at-least', 18)], [clause('age', 'greater-than', 18)]],
    ['a lower limit', [clause('age', 'less-than', 18)], [clause('age', 'at-most', 17.5)]],
    ['listed numbers', [clause('age', 'less-than', 18)], [is('age', 1, 2)]],
    [
      'a later time',
      [clause('at', 'after', '2026-01-01T00:00:00Z')],
      [clause('at', 'after', '2026-01-01T01:00:00+00:30')],
    ],
    ['a newer version', [clause('v', 'semver-at-least', '2.0.0')], [clause('v', 'semver-greater-than', '2')]],
    ['one version', [clause('v', 'semver-less-than', '2.0.0')], [clause('v', 'semver-equal', '2.0.0-rc.1', '1')]],
    ['a network within', [clause('ip', 'in-cidr', '10.0.0.0/8')], [clause('ip', 'in-cidr', '10.9.0.0/16', '10.1.1.1')]],
    [
      'an IPv6 network within',
      [clause('ip', 'in-cidr', '2001:db8::/32')],
      [clause('ip', 'in-cidr', '2001:db8:1::/48')],
    ],
    ['a value that is present', [exists('plan')], [is('plan', 'pro')]],
    ['a value that is another', [exists('plan')], [isNot('plan', 'pro')]],
    ['more values excluded', [isNot('country', 'RO')], [isNot('country', 'RO', 'DE')]],
    ['one of the segments', [inSegment('a', 'b')], [inSegment('b')]],
    ['outside of more segments', [not(inSegment('a'))], [not(inSegment('b', 'a'))]],
    ['a key that is another', [isNot('key', 'u1')], [is('key', 'u2', 'u3')]],
    ['what is left of a list', [is('country', 'DE')], [is('country', 'RO', 'DE'), isNot('country', 'RO')]],
  ])('is never reached: %s', ([, earlier, later]) => {
    expect(coverOfLast([earlier, later])).toEqual([1]);
  });

  test.for<[title: string, earlier: readonly Clause[], later: readonly Clause[]]>([
    ['more values', [is('country', 'RO')], [is('country', 'RO', 'DE')]],
    ['another attribute', [is('country', 'RO')], [is('region', 'RO')]],
    ['another kind', [is('country', 'RO')], [{ ...is('country', 'RO'), kind: 'org' }]],
    ['one condition less', [is('country', 'RO'), is('plan', 'pro')], [is('country', 'RO')]],
    ['a list may hold both', [isNot('country', 'RO')], [is('country', 'DE')]],
    ['a missing value is not another', [isNot('country', 'RO')], [is('plan', 'pro')]],
    ['the limit itself', [clause('age', 'greater-than', 18)], [clause('age', 'at-least', 18)]],
    ['text that looks like a number', [clause('age', 'less-than', 18)], [is('age', '1')]],
    ['a wider network', [clause('ip', 'in-cidr', '10.9.0.0/16')], [clause('ip', 'in-cidr', '10.0.0.0/8')]],
    ['an IPv4 network in IPv6', [clause('ip', 'in-cidr', '::/0')], [clause('ip', 'in-cidr', '10.0.0.0/8')]],
    ['another pattern', [clause('mail', 'matches', 'a')], [clause('mail', 'matches', 'a+')]],
    ['outside of fewer segments', [not(inSegment('a', 'b'))], [not(inSegment('a'))]],
    ['a segment that is not known', [inSegment('a')], [is('country', 'RO')]],
  ])('may be reached: %s', ([, earlier, later]) => {
    expect(coverOfLast([earlier, later])).toBeNull();
  });
});

describe('a rule behind several that take all of it together', () => {
  test.for<[title: string, rules: readonly (readonly Clause[])[], cover: readonly number[]]>([
    ['listed one by one', [[is('c', 'RO')], [is('c', 'DE')], [is('c', 'RO', 'DE')]], [1, 2]],
    ['in two attributes', [[is('c', 'RO')], [is('p', 'x')], [is('c', 'RO', 'DE'), is('p', 'x')]], [2]],
    [
      'every pair',
      [
        [is('c', 'RO'), is('p', 'x')],
        [is('c', 'RO'), is('p', 'y')],
        [is('c', 'DE')],
        [is('c', 'RO', 'DE'), is('p', 'x', 'y')],
      ],
      [1, 2, 3],
    ],
    [
      'two halves of the numbers',
      [[clause('a', 'less-than', 18)], [clause('a', 'at-least', 18)], [clause('a', 'at-most', 99)]],
      [1, 2],
    ],
    [
      'versions up to one and from the next',
      [
        [clause('v', 'semver-at-most', '2.0.0')],
        [clause('v', 'semver-greater-than', '2.0.0')],
        [clause('v', 'semver-at-least', '1')],
      ],
      [1, 2],
    ],
    ['a list and all others', [[is('c', 'RO')], [isNot('c', 'RO')], [clause('c', 'starts-with', 'D')]], [1, 2]],
    ['inside and outside of a segment', [[inSegment('s')], [not(inSegment('s'))], []], [1, 2]],
    ['with and without', [[exists('c')], [not(exists('c'))], [is('p', 'x')]], [1, 2]],
    ['two segments', [[inSegment('s')], [inSegment('t')], [inSegment('s', 't')]], [1, 2]],
  ])('is never reached: %s', ([, rules, cover]) => {
    expect(coverOfLast(rules)).toEqual(cover);
  });

  test.for<[title: string, rules: readonly (readonly Clause[])[]]>([
    ['one value is left', [[is('c', 'RO')], [is('c', 'DE')], [is('c', 'RO', 'DE', 'AT')]]],
    ['one pair is left', [[is('c', 'RO'), is('p', 'x')], [is('c', 'DE')], [is('c', 'RO', 'DE'), is('p', 'x', 'y')]]],
    [
      'the limit is left',
      [[clause('a', 'less-than', 18)], [clause('a', 'greater-than', 18)], [clause('a', 'at-least', 0)]],
    ],
    ['those without are left', [[is('c', 'RO')], [isNot('c', 'RO')], [is('p', 'x')]]],
  ])('may be reached: %s', ([, rules]) => {
    expect(coverOfLast(rules)).toBeNull();
  });
});

describe('a rule that contradicts itself', () => {
  test.for<[title: string, clauses: readonly Clause[]]>([
    ['a value and not it', [is('c', 'RO'), isNot('c', 'RO', 'DE')]],
    ['a limit and not a lower one', [clause('a', 'at-least', 18), not(clause('a', 'at-least', 17))]],
    ['a value of what is missing', [is('c', 'RO'), not(exists('c'))]],
    ['another value of what is missing', [isNot('c', 'RO'), not(exists('c'))]],
    ['two keys at once', [is('key', 'u1'), is('key', 'u2')]],
    ['a key that is a number', [is('key', 42)]],
    ['a kind that is another', [is('kind', 'org')]],
    ['inside and outside of a segment', [inSegment('s'), not(inSegment('s', 't'))]],
  ])('is never reached: %s', ([, clauses]) => {
    const [found] = unreachableRules(rulesOf(clauses));
    expect(found).toMatchObject({ ruleIndex: 0, because: [] });
    expect(found?.why).toMatch(
      /^Nobody can match it: .+ and .+ is impossible\.$|^Nobody can match it: .+ is impossible\.$/,
    );
  });

  test.for<[title: string, clauses: readonly Clause[]]>([
    ['two values, which a list may both hold', [is('c', 'RO'), is('c', 'DE')]],
    [
      'two halves of the numbers, which a list may both hold',
      [clause('a', 'less-than', 3), clause('a', 'greater-than', 5)],
    ],
    ['no value of an empty list', [isNot('c', 'RO'), exists('c')]],
    ['two kinds', [is('key', 'u1'), { ...is('key', 'u2'), kind: 'org' }]],
  ])('may be reached: %s', ([, clauses]) => {
    expect(coverOfLast([clauses])).toBeNull();
  });
});

describe('segments that are known', () => {
  const segment = (parts: Partial<SegmentConfig>): SegmentConfig => ({
    included: [],
    excluded: [],
    rules: [],
    ...parts,
  });
  const europe = segment({ rules: [{ id: 'r', name: '', clauses: [is('c', 'RO', 'DE')] }] });
  const people = segment({ included: [{ contextKind: 'user', keys: ['u1', 'u2'] }] });

  test('whoever is in by a rule of the segment is taken by the rule for the segment', () => {
    expect(coverOfLast([[inSegment('europe')], [is('c', 'DE')]], new Map([['europe', europe]]))).toEqual([1]);
    expect(coverOfLast([[inSegment('people')], [is('key', 'u2')]], new Map([['people', people]]))).toEqual([1]);
  });

  test('whoever may be excluded, or is in by chance, may be left', () => {
    const excluding = { ...europe, excluded: people.included };
    const half = segment({ rules: [{ id: 'r', name: '', clauses: [is('c', 'RO', 'DE')], share: 50_000 }] });
    expect(coverOfLast([[inSegment('s')], [is('c', 'DE')]], new Map([['s', excluding]]))).toBeNull();
    expect(coverOfLast([[inSegment('s')], [is('c', 'DE')]], new Map([['s', half]]))).toBeNull();
  });

  test('a segment whose members are all taken before is not reached', () => {
    const both = segment({ rules: [...europe.rules, { id: 'q', name: '', clauses: [inSegment('people')] }] });
    const segments = new Map([
      ['both', both],
      ['people', people],
    ]);
    expect(coverOfLast([[is('c', 'DE', 'RO')], [is('key', 'u1', 'u2', 'u3')], [inSegment('both')]], segments)).toEqual([
      1, 2,
    ]);
    expect(coverOfLast([[is('c', 'DE', 'RO')], [is('key', 'u1')], [inSegment('both')]], segments)).toBeNull();
  });

  test('a segment that nobody is in yet is no contradiction', () => {
    expect(coverOfLast([[inSegment('empty')]], new Map([['empty', segment({})]]))).toBeNull();
  });
});

test('the reason names the rules by their numbers', () => {
  const rules = rulesOf([is('c', 'RO')], [is('c', 'DE')], [is('c', 'DE', 'RO')], [is('c', 'RO')]);
  expect(unreachableRules(rules)).toEqual([
    {
      ruleId: 'rule-3',
      ruleIndex: 2,
      because: [
        { ruleId: 'rule-1', ruleIndex: 0 },
        { ruleId: 'rule-2', ruleIndex: 1 },
      ],
      why: 'Whoever matches it is taken by rules 1 and 2 before.',
    },
    {
      ruleId: 'rule-4',
      ruleIndex: 3,
      because: [{ ruleId: 'rule-1', ruleIndex: 0 }],
      why: 'Whoever matches it is taken by rule 1 before.',
    },
  ]);
});

// Few values, so that rules meet; every attribute may be a list.
const POOL: Readonly<Record<string, readonly Scalar[]>> = {
  country: ['DE', 'DEX', 'AT', 'T', ''],
  age: [17, 18, 18.5, 42, true],
  version: ['1.2.3', 'v2', '2.0.0-rc.1', 'x'],
  since: ['2026-01-01T00:00:00Z', '2026-06-01T00:00:00Z', 1_767_225_600_001],
  ip: ['10.1.2.3', '10.200.0.1', '::ffff:10.1.2.3', '2001:db8::1'],
  key: ['u1', 'u2', '42'],
  kind: ['user', 'org'],
};
const OPERATORS: Readonly<Record<string, readonly [string, readonly Scalar[]][]>> = {
  country: [
    ['in', POOL['country'] ?? []],
    ['starts-with', ['D', 'DE', '']],
    ['ends-with', ['T', 'X']],
    ['contains', ['E', 'DE']],
  ],
  age: [
    ['in', [17, 18, true]],
    ['less-than', [18, 42]],
    ['at-most', [17, 18]],
    ['greater-than', [17, 18]],
    ['at-least', [18, 42]],
  ],
  version: [
    ['semver-equal', ['1.2.3', '2']],
    ['semver-less-than', ['2', '1.2.3']],
    ['semver-at-most', ['2.0.0-rc.1', '2']],
    ['semver-greater-than', ['1.2.3', '2.0.0-rc.1']],
    ['semver-at-least', ['2', '1.2.3']],
  ],
  since: [
    ['before', ['2026-06-01T00:00:00Z', '2026-01-01T00:00:00Z']],
    ['after', ['2026-01-01T00:00:00Z', 1_767_225_600_001]],
  ],
  ip: [['in-cidr', ['10.0.0.0/8', '10.1.0.0/16', '::/0', '2001:db8::/32', '::ffff:0.0.0.0/90']]],
  key: [
    ['in', ['u1', 'u2', 42]],
    ['starts-with', ['u']],
  ],
  kind: [['in', ['user', 'org']]],
};

const arbitraryClause: fc.Arbitrary<Clause> = fc.constantFrom(...Object.keys(OPERATORS)).chain((attribute) =>
  fc
    .record({
      comparison: fc.constantFrom<[string, readonly Scalar[]]>(...(OPERATORS[attribute] ?? []), ['exists', []]),
      negate: fc.boolean(),
      picks: fc.subarray([0, 1, 2, 3, 4], { minLength: 1 }),
      kind: fc.constantFrom('user', 'user', 'org'),
    })
    .map(({ comparison: [operator, values], negate, picks, kind }) => ({
      attribute,
      operator,
      values: operator === 'exists' ? [] : picks.flatMap((pick) => values[pick] ?? values[0] ?? []),
      ...(kind === 'org' ? { kind } : {}),
      ...(negate ? { negate } : {}),
    })),
);
const arbitrarySegmentClause = fc
  .record({ values: fc.subarray(['s', 't'], { minLength: 1 }), negate: fc.boolean() })
  .map(({ values, negate }): Clause => ({ ...inSegment(...values), negate }));
const arbitraryRules = fc.array(
  fc.array(fc.oneof({ weight: 4, arbitrary: arbitraryClause }, { weight: 1, arbitrary: arbitrarySegmentClause }), {
    maxLength: 3,
  }),
  { minLength: 2, maxLength: 6 },
);
const arbitrarySegment: fc.Arbitrary<SegmentConfig> = fc.record({
  included: fc.constantFrom([], [{ contextKind: 'user', keys: ['u1'] }]),
  excluded: fc.constantFrom([], [], [{ contextKind: 'user', keys: ['u2'] }]),
  rules: fc.array(
    fc
      .record({ clauses: fc.array(arbitraryClause, { maxLength: 2 }), share: fc.constantFrom(undefined, 50_000) })
      .map(({ clauses, share }) => ({
        id: 'r',
        name: '',
        clauses,
        ...(share === undefined ? {} : { share }),
      })),
    { maxLength: 2 },
  ),
});
const arbitraryBody: fc.Arbitrary<KindContext> = fc.record(
  Object.fromEntries(
    Object.entries(POOL)
      .filter(([name]) => name !== 'kind')
      .map(([name, values]) => {
        const value = fc.constantFrom(...values);
        return [
          name,
          name === 'key' ? fc.constantFrom('u1', 'u2', 42) : fc.oneof(value, fc.uniqueArray(value, { maxLength: 3 })),
        ];
      }),
  ),
  { requiredKeys: [] },
);
const arbitraryContext: fc.Arbitrary<ContextInput> = fc.record(
  { user: arbitraryBody, org: arbitraryBody, kind: fc.constant('multi' as const) },
  { requiredKeys: ['kind'] },
);

test('no rule that a context reaches is ever named', () => {
  let named = 0;
  fc.assert(
    fc.property(
      arbitraryRules,
      fc.record({ s: arbitrarySegment, t: arbitrarySegment }),
      fc.array(arbitraryContext, { minLength: 30, maxLength: 30 }),
      (clauses, segments, contexts) => {
        const rules = rulesOf(...clauses);
        const unreachable = unreachableRules(rules, { segments: new Map(Object.entries(segments)) });
        named += unreachable.length;
        const environment = openEnvironment(
          [
            flagItem('f', {
              rules: rules.map((rule) => ({ ...rule, serve: { variation: 0 } })),
              fallthrough: { variation: 1 },
            }),
            ...Object.entries(segments).map(([key, body]) => segmentItem(key, body)),
          ],
          {},
        );
        for (const context of contexts) {
          const { reason } = environment.evaluate('f', context, null);
          const reached = reason.kind === 'RULE_MATCH' ? reason.ruleIndex : -1;
          expect(unreachable.map(({ ruleIndex }) => ruleIndex)).not.toContain(reached);
        }
      },
    ),
    { numRuns: 400 },
  );
  expect(named).toBeGreaterThan(40);
});

test('a rule is found behind hundreds of long ones', () => {
  const many = (from: number) => Array.from({ length: 100 }, (_, i) => `v${from + i}`);
  const long = Array.from({ length: 199 }, (_, i) => [is('a', ...many(i)), is('b', ...many(-i))]);
  expect(coverOfLast([...long, [is('a', ...many(42).slice(1)), is('b', ...many(-42))]])).toEqual([43]);
});
