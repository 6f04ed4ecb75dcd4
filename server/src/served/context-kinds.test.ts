import { type ContextInput, openEnvironment } from '@glidepath/core';
import { arbitraryContext, arbitraryItems, flagItem, segmentItem } from '@glidepath/core/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { kindsIn, narrowed } from './context-kinds.ts';
import { createProbe } from './probe.ts';

describe('the kinds that items ask for', () => {
  test('are found in targets, clauses, splits and segments', () => {
    const clause = (kind: string) => ({ kind, attribute: 'tier', operator: 'in', values: ['gold'] });
    const by = (contextKind: string) => ({ contextKind, attribute: 'key' });
    const flag = flagItem('flag', {
      targets: [{ variation: 0, contextKind: 'target', keys: ['a'] }],
      rules: [
        {
          id: 'r',
          clauses: [clause('clause')],
          serve: { split: { ranges: [[100_000, 0]], by: by('rule-split') } },
        },
      ],
      fallthrough: { split: { ranges: [[100_000, 0]], by: by('split') } },
    });
    const segment = segmentItem('segment', {
      included: [{ contextKind: 'included', keys: ['a'] }],
      excluded: [{ contextKind: 'excluded', keys: ['a'] }],
      rules: [{ id: 'r', clauses: [clause('segment-clause')], share: 5, by: by('share') }],
    });
    expect([...kindsIn([flag, segment])].sort()).toEqual(
      ['user', 'target', 'clause', 'rule-split', 'split', 'included', 'excluded', 'segment-clause', 'share'].sort(),
    );
  });

  test('of a definition that nobody can read are none', () => {
    expect([...kindsIn([flagItem('future', { schema: 9, rules: 'other' as never, targets: null as never })])]).toEqual([
      'user',
    ]);
  });
});

describe('a context without the kinds that nothing asks for', () => {
  test('gets what the whole context gets', () => {
    const isReadable = createProbe();
    const anything = fc.dictionary(fc.constantFrom('user', 'org', 'a', 'b', 'key', 'kind'), fc.jsonValue());
    fc.assert(
      fc.property(arbitraryItems, fc.oneof(arbitraryContext, anything), (items, given) => {
        // As it comes over the wire.
        const context = (given === undefined ? undefined : JSON.parse(JSON.stringify(given))) as ContextInput;
        fc.pre(isReadable(context) === null);
        const environment = openEnvironment(items, {});
        const less = narrowed(context, kindsIn(items));
        for (const key of environment.flags.keys())
          expect(environment.evaluate(key, less, null)).toEqual(environment.evaluate(key, context, null));
      }),
      { numRuns: 300 },
    );
  });

  test.for<[string, (i: number) => [string, unknown]]>([
    ['kinds', (i) => [`k${i}`, {}]],
    ['attributes that could be kinds', (i) => [`k${i}`, i === 27_999 ? 1 : {}]],
  ])('is evaluated a thousand times at once, however many %s somebody sends', ([, entry]) => {
    const items = Array.from({ length: 1_000 }, (_, i) =>
      flagItem(`flag-${i}`, {
        rules: [
          {
            id: 'r',
            clauses: [{ kind: 'org', attribute: 'tier', operator: 'in', values: ['gold'] }],
            serve: { variation: 0 },
          },
        ],
      }),
    );
    const environment = openEnvironment(items, {});
    const context = Object.fromEntries(Array.from({ length: 28_000 }, (_, i) => entry(i))) as ContextInput;
    const before = process.cpuUsage();
    const less = narrowed(context, kindsIn(items));
    for (const { key } of items) environment.evaluate(key, less, null);
    const { user, system } = process.cpuUsage(before);
    // Without it: ten seconds. Of CPU: whoever else uses the machine does not count.
    expect((user + system) / 1_000).toBeLessThan(2_500);
  });
});
