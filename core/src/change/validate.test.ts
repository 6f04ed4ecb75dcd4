import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openEnvironment } from '../environment/environment.ts';
import { REFERENCE_DEPTH } from '../model/limits.ts';
import type { Flag, FlagConfig, SegmentConfig } from '../model/model.ts';
import { aConfig, aFlag, aRule, aSegment, aSegmentConfig } from '../testing/builders.ts';
import { arbitraryConfig } from '../testing/change-arbitraries.ts';
import type { EnvironmentView } from './facts.ts';
import { findCycles } from './graph.ts';
import { flagBodyOf, segmentBodyOf } from './item.ts';
import type { ChangeProblem } from './problem.ts';
import { validateEnvironment } from './validate.ts';
import { validateFlag } from './validate-flag.ts';

function aView(
  flags: Readonly<Record<string, Partial<FlagConfig>>>,
  segments: Readonly<Record<string, Partial<SegmentConfig>>> = {},
  archived: readonly string[] = [],
): EnvironmentView {
  const flagOf = (key: string) => aFlag({ key, archivedAt: archived.includes(key) ? 1 : null });
  return {
    environment: 'production',
    flags: new Map(Object.entries(flags).map(([key, config]) => [key, { flag: flagOf(key), config: aConfig(config) }])),
    segments: new Map(
      Object.entries(segments).map(([key, config]) => [
        key,
        { segment: aSegment({ key }), config: aSegmentConfig(config) },
      ]),
    ),
  };
}

const inSegment = (segment: string) => [{ attribute: '', operator: 'in-segment', values: [segment] }];
const needs = (flag: string, variations: readonly string[] = ['on']) => ({ prerequisites: [{ flag, variations }] });
const namesSegment = (segment: string) => ({ rules: [{ id: 'r', name: '', clauses: inSegment(segment) }] });

const half = {
  weights: { on: 50_000, off: 50_000 },
  allocation: [
    { from: 0, to: 50_000, variation: 'on' },
    { from: 50_000, to: 100_000, variation: 'off' },
  ],
};

describe('an environment', () => {
  test('is valid when all that its documents name exists', () => {
    const view = aView(
      { a: { ...needs('b'), rules: [aRule({ clauses: inSegment('s') })] }, b: { fallthrough: { split: half } } },
      { s: namesSegment('t'), t: {} },
    );
    expect(validateEnvironment(view, { flags: ['a', 'b'], segments: ['s', 't'] })).toEqual([]);
  });

  test('is valid with whatever a configuration may hold', () => {
    fc.assert(
      fc.property(arbitraryConfig(aFlag()), (config) => {
        const view = aView({ c: config, a: {}, b: {} });
        expect(validateEnvironment(view, { flags: ['c'], segments: [] })).toEqual([]);
      }),
    );
  });

  test.for<[string, Partial<FlagConfig>, ChangeProblem['code'], string]>([
    ['an off variation', { offVariation: 'x' }, 'unknown-variation', '/offVariation'],
    ['a fallthrough', { fallthrough: { variation: 'x' } }, 'unknown-variation', '/fallthrough/variation'],
    ['a flag', needs('x'), 'unknown-flag', '/prerequisites/0/flag'],
    ['a variation that is needed', needs('b', ['x']), 'unknown-variation', '/prerequisites/0/variations/0'],
    ['a segment', { rules: [aRule({ clauses: inSegment('x') })] }, 'unknown-segment', '/rules/0/clauses'],
    [
      'a variation in targets',
      { targets: [{ variation: 'x', contextKind: 'user', keys: ['u'] }] },
      'unknown-variation',
      '/targets/0/variation',
    ],
    [
      'an operator',
      { rules: [aRule({ clauses: [{ attribute: 'a', operator: 'x', values: [1] }] })] },
      'unknown-operator',
      '/rules/0/clauses/0/operator',
    ],
  ])('must have %s that is named', ([, config, code, pointer]) => {
    const view = aView({ a: config, b: {} });
    expect(validateEnvironment(view, { flags: ['a'], segments: [] })).toMatchObject([
      { code, pointer: `/flags/a${pointer}` },
    ]);
  });

  test.for<[string, Partial<FlagConfig>, ChangeProblem['code'], string]>([
    ['no variation needed', needs('b', []), 'invalid', '/prerequisites/0/variations'],
    ['an archived flag needed', needs('gone'), 'archived', '/prerequisites/0/flag'],
    [
      'a flag needed twice',
      { prerequisites: [...needs('b').prerequisites, ...needs('b').prerequisites] },
      'duplicate',
      '/prerequisites/1/flag',
    ],
    [
      'two targets for one key',
      {
        targets: [
          { variation: 'on', contextKind: 'user', keys: ['u'] },
          { variation: 'off', contextKind: 'user', keys: ['u'] },
        ],
      },
      'duplicate',
      '/targets/1/keys',
    ],
    ['two rules of one id', { rules: [aRule(), aRule()] }, 'duplicate', '/rules/1/id'],
    [
      'weights under 100 %',
      { fallthrough: { split: { ...half, weights: { on: 50_000 } } } },
      'weights',
      '/fallthrough/split/weights',
    ],
    [
      'ranges that are not the weights',
      { fallthrough: { split: { ...half, weights: { on: 1, off: 99_999 } } } },
      'allocation',
      '/fallthrough/split/allocation',
    ],
    ['an empty salt', { fallthrough: { split: { ...half, salt: '' } } }, 'invalid', '/fallthrough/split/salt'],
    [
      'no attribute to split by',
      { fallthrough: { split: { ...half, by: { contextKind: 'user', attribute: '' } } } },
      'invalid',
      '/fallthrough/split/by/attribute',
    ],
    [
      'more than 20 clauses',
      { rules: [aRule({ clauses: Array.from({ length: 21 }, () => aRule().clauses).flat() })] },
      'limit',
      '/rules/0/clauses',
    ],
    [
      'more than 1,000 values',
      { rules: [aRule({ clauses: [{ attribute: 'a', operator: 'in', values: new Array(1_001).fill('v') }] })] },
      'limit',
      '/rules/0/clauses/0/values',
    ],
    [
      'more than 64 KiB',
      {
        targets: [{ variation: 'on', contextKind: 'user', keys: Array.from({ length: 8_000 }, (_, i) => `user-${i}`) }],
      },
      'limit',
      '',
    ],
  ])('must not have %s', ([, config, code, pointer]) => {
    const view = aView({ a: config, b: {}, gone: {} }, {}, ['gone']);
    expect(validateEnvironment(view, { flags: ['a'], segments: [] })[0]).toMatchObject({
      code,
      pointer: `/flags/a${pointer}`,
    });
  });

  test.for<[string, Partial<SegmentConfig>, ChangeProblem['code'], string]>([
    ['an unknown segment', namesSegment('x'), 'unknown-segment', '/rules/0/clauses'],
    [
      'a share over 100 %',
      { rules: [{ id: 'r', name: '', clauses: [], share: 100_001 }] },
      'weights',
      '/rules/0/share',
    ],
    [
      'two lists of one kind',
      {
        included: [
          { contextKind: 'user', keys: ['a'] },
          { contextKind: 'user', keys: ['b'] },
        ],
      },
      'duplicate',
      '/included/1/contextKind',
    ],
    [
      'more than 100,000 keys',
      { excluded: [{ contextKind: 'user', keys: Array.from({ length: 100_001 }, (_, i) => `${i}`) }] },
      'limit',
      '',
    ],
    [
      'more than 4 MiB',
      { included: [{ contextKind: 'user', keys: Array.from({ length: 50_000 }, (_, i) => `${i}`.padStart(90, 'x')) }] },
      'limit',
      '',
    ],
  ])('must not have a segment with %s', ([, config, code, pointer]) => {
    expect(validateEnvironment(aView({}, { s: config }), { flags: [], segments: ['s'] })).toMatchObject([
      { code, pointer: `/segments/s${pointer}` },
    ]);
  });

  test('has only regular expressions that the engine takes, where there is one', () => {
    const clauses = [{ attribute: 'email', operator: 'matches', values: ['a', '('] }];
    const view = aView({ a: { rules: [aRule({ clauses })] } }, { s: { rules: [{ id: 'r', name: '', clauses }] } });
    const touched = { flags: ['a'], segments: ['s'] };
    const matches = (pattern: string) => {
      const compiled = new RegExp(pattern);
      return (input: string) => compiled.test(input);
    };
    expect(validateEnvironment(view, touched)).toEqual([]);
    expect(validateEnvironment(view, touched, { matches })).toMatchObject([
      { code: 'invalid', pointer: '/flags/a/rules/0/clauses/0/values/1' },
      { code: 'invalid', pointer: '/segments/s/rules/0/clauses/0/values/1' },
    ]);
  });

  test('is not looked at where nobody touched it', () => {
    const view = aView({ a: {}, broken: { offVariation: 'x' } });
    expect(validateEnvironment(view, { flags: ['a'], segments: [] })).toEqual([]);
  });
});

describe('a cycle', () => {
  test('of prerequisites is refused with its path', () => {
    const view = aView({ a: needs('b'), b: needs('c'), c: needs('a') });
    expect(validateEnvironment(view, { flags: ['b'], segments: [] })).toEqual([
      {
        code: 'cycle',
        pointer: '/flags/b/prerequisites',
        detail: 'Prerequisites form a cycle: `b` → `c` → `a` → `b`. Remove one of them.',
      },
    ]);
  });

  test('of a flag or a segment with itself is one too', () => {
    expect(validateEnvironment(aView({ a: needs('a') }), { flags: ['a'], segments: [] })).toMatchObject([
      { code: 'cycle' },
    ]);
    expect(validateEnvironment(aView({}, { s: namesSegment('s') }), { flags: [], segments: ['s'] })).toMatchObject([
      { code: 'cycle', pointer: '/segments/s/rules' },
    ]);
  });

  test('is found exactly when there is one, in any graph', () => {
    const graph = fc.array(fc.uniqueArray(fc.nat(7), { maxLength: 3 }), { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(graph, (edges) => {
        const cycles = findCycles(['0'], (node) => (edges[Number(node)] ?? []).map(String));
        for (const path of cycles) {
          expect(path.at(-1)).toBe(path[0]);
          for (const [index, node] of path.slice(0, -1).entries())
            expect(edges[Number(node)]?.map(String)).toContain(path[index + 1]);
        }
        expect(cycles.length > 0).toBe(leadsBack(edges));
      }),
      { numRuns: 1_000 },
    );
  });

  test('elsewhere does not stand in the way', () => {
    const view = aView(
      { a: { rules: [aRule({ clauses: inSegment('s') })] } },
      { s: namesSegment('t'), t: namesSegment('s') },
    );
    expect(validateEnvironment(view, { flags: ['a'], segments: [] })).toEqual([]);
  });

  test('is looked for along chains of any length', () => {
    const last = 200_000;
    const next = (node: string) => (Number(node) < last ? [String(Number(node) + 1)] : []);
    expect(findCycles(['0'], next)).toEqual([]);
  });
});

describe('a chain of prerequisites and segments', () => {
  const chain = (references: number) => {
    const flags = Array.from(
      { length: references },
      (_, i) => [`f${i}`, i === references - 1 ? {} : needs(`f${i + 1}`)] as const,
    );
    const last = { rules: [aRule({ clauses: inSegment('s') })], fallthrough: { variation: 'off' } };
    return aView(
      { ...Object.fromEntries(flags), [`f${references - 1}`]: last },
      { s: { included: [{ contextKind: 'user', keys: ['u1'] }] } },
    );
  };
  const evaluate = (view: EnvironmentView) => {
    const flags = [...view.flags].map(
      ([key, { flag, config }]) => ({ kind: 'flag', key, rev: 1, body: flagBodyOf(flag, config) }) as const,
    );
    const segments = [...view.segments].map(
      ([key, { segment, config }]) => ({ kind: 'segment', key, rev: 1, body: segmentBodyOf(segment, config) }) as const,
    );
    return openEnvironment([...flags, ...segments], {}).evaluate<boolean | null>('f0', { key: 'u1' }, null);
  };

  test.for(['f0', 'f50', 'f99'])(
    'may have 100 references, all of which evaluation follows (%s is touched)',
    (touched) => {
      const longest = chain(REFERENCE_DEPTH);
      expect(validateEnvironment(longest, { flags: [touched], segments: ['s'] })).toEqual([]);
      expect(evaluate(longest).value).toBe(true);
      const longer = chain(REFERENCE_DEPTH + 1);
      expect(validateEnvironment(longer, { flags: [touched], segments: [] })).toMatchObject([
        { code: 'limit', pointer: `/flags/${touched}` },
      ]);
    },
  );
});

/** Whether some node that can be reached from node 0 can be reached from itself: by repeated multiplication. */
function leadsBack(edges: readonly (readonly number[])[]): boolean {
  const reach = edges.map((targets) => new Set(targets));
  for (let round = 0; round < edges.length; round++)
    for (const set of reach) for (const node of [...set]) for (const next of reach[node] ?? []) set.add(next);
  return [0, ...(reach[0] ?? [])].some((node) => reach[node]?.has(node));
}

describe('what environments share', () => {
  const json = (value: Flag['variations'][number]['value'], overrides: Partial<Flag> = {}) =>
    aFlag({
      type: 'json',
      variations: [
        { key: 'a', value },
        { key: 'b', value: {} },
      ],
      ...overrides,
    });
  const deep = (levels: number): Flag['variations'][number]['value'] => (levels === 0 ? 1 : [deep(levels - 1)]);

  test.for<[string, Flag, ChangeProblem['code'], string]>([
    ['one variation', aFlag({ type: 'string', variations: [{ key: 'a', value: '' }] }), 'invalid', '/variations'],
    [
      'a boolean that is always true',
      aFlag({
        variations: [
          { key: 'a', value: true },
          { key: 'b', value: true },
        ],
      }),
      'invalid',
      '/variations',
    ],
    ['a bare number as JSON', json(1), 'type', '/variations/0/value'],
    ['null as JSON', json(null), 'type', '/variations/0/value'],
    ['a value of 21 levels', json(deep(21)), 'limit', '/variations/0/value'],
    ['a value over 32 KiB', json(['ä'.repeat(16 * 1_024)]), 'limit', '/variations/0/value'],
    [
      '11 entries of metadata',
      aFlag({ metadata: Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`k${i}`, i])) }),
      'limit',
      '/metadata',
    ],
    ['a lifetime of no days', aFlag({ lifetimeDays: 0 }), 'invalid', '/lifetimeDays'],
    ['a JSON Schema for booleans', aFlag({ jsonSchema: {} }), 'invalid', '/jsonSchema'],
    ['an empty salt', aFlag({ salt: '' }), 'invalid', '/salt'],
  ])('must not have %s', ([, flag, code, pointer]) => {
    expect(validateFlag(flag)).toMatchObject([{ code, pointer }]);
  });

  test('may have values of 20 levels', () => {
    expect(validateFlag(json(deep(20)))).toEqual([]);
  });

  test('must satisfy its JSON Schema', () => {
    const jsonSchema = () => ['/n is missing'];
    expect(validateFlag(json({}, { jsonSchema: { required: ['n'] } }), { jsonSchema })[0]).toEqual({
      code: 'invalid',
      pointer: '/variations/0/value',
      detail: 'The value does not satisfy the JSON Schema: /n is missing.',
    });
  });
});
