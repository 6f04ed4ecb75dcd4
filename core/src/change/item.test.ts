import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aConfig, aFlag, aRule, aSegment, aSegmentConfig } from '../testing/builders.ts';
import { arbitraryConfig } from '../testing/change-arbitraries.ts';
import { flagBodyOf, segmentBodyOf } from './item.ts';

const CANARY = 'canary';

describe('the compiled form of a flag', () => {
  test('names variations by their index', () => {
    const config = aConfig({
      prerequisites: [{ flag: 'payments', variations: ['on'] }],
      targets: [{ variation: 'off', contextKind: 'user', keys: ['u1'] }],
      rules: [aRule()],
      fallthrough: {
        split: {
          weights: { on: 25_000, off: 75_000 },
          allocation: [
            { from: 0, to: 25_000, variation: 'on' },
            { from: 25_000, to: 100_000, variation: 'off' },
          ],
          salt: 'layer',
        },
      },
    });
    expect(flagBodyOf(aFlag(), config)).toEqual({
      schema: 1,
      type: 'boolean',
      variations: [
        { key: 'on', value: true },
        { key: 'off', value: false },
      ],
      on: true,
      salt: 'new-checkout',
      off: 1,
      prerequisites: [{ flag: 'payments', variations: ['on'] }],
      targets: [{ variation: 1, contextKind: 'user', keys: ['u1'] }],
      rules: [{ id: 'rule-1', clauses: aRule().clauses, serve: { variation: 0 } }],
      fallthrough: {
        split: {
          ranges: [
            [25_000, 0],
            [100_000, 1],
          ],
          salt: 'layer',
        },
      },
    });
  });

  test('carries the arms of a split, as text always the same', () => {
    const allocation = [{ from: 0, to: 100_000, variation: 'on' }];
    const arms = { c: [[3, 4]], t: [[1, 2]], stage: 0, rollout: 'r1' } as const;
    const config = aConfig({ fallthrough: { split: { arms, allocation, weights: { on: 100_000 } } } });
    expect(JSON.stringify(flagBodyOf(aFlag(), config).fallthrough)).toBe(
      '{"split":{"ranges":[[100000,0]],"arms":{"rollout":"r1","stage":0,"t":[[1,2]],"c":[[3,4]]}}}',
    );
  });

  test('carries marks only where they hold', () => {
    const flag = aFlag({ archivedAt: 1, clientSide: true, metadata: { team: 'a' } });
    const killed = { at: 1, by: 'member:1', reason: 'fire' };
    expect(flagBodyOf(flag, aConfig({ killed }))).toMatchObject({
      killed: true,
      archived: true,
      clientSide: true,
      metadata: { team: 'a' },
    });
    for (const mark of ['killed', 'archived', 'clientSide', 'metadata'])
      expect(flagBodyOf(aFlag(), aConfig())).not.toHaveProperty(mark);
  });

  test('holds no name, owner, reason, tag, link or time', () => {
    const flag = aFlag({
      name: CANARY,
      description: CANARY,
      owner: CANARY,
      tags: [CANARY],
      links: [{ kind: 'issue', url: CANARY, title: CANARY }],
      createdBy: CANARY,
      createdAt: 987_654_321,
      jsonSchema: { description: CANARY },
      variations: [
        { key: 'on', value: true, name: CANARY, description: CANARY },
        { key: 'off', value: false },
      ],
    });
    const config = aConfig({
      killed: { at: 987_654_321, by: CANARY, reason: CANARY },
      rules: [aRule({ name: CANARY })],
    });
    const text = JSON.stringify(flagBodyOf(flag, config));
    expect(text).not.toContain(CANARY);
    expect(text).not.toContain('987654321');
  });

  test('is the same text for documents that say the same, whatever the order of their properties', () => {
    fc.assert(
      fc.property(arbitraryConfig(aFlag()), (config) => {
        const flag = aFlag({ metadata: { a: 1, b: 2 } });
        const turned = aFlag({ metadata: { b: 2, a: 1 } });
        expect(JSON.stringify(flagBodyOf(turned, reversed(config)))).toBe(JSON.stringify(flagBodyOf(flag, config)));
      }),
    );
  });
});

test('the compiled form of a segment holds no name', () => {
  const segment = aSegment({ name: CANARY, description: CANARY, createdBy: CANARY });
  const clauses = [{ attribute: 'country', operator: 'in', values: ['DE'] }];
  const config = aSegmentConfig({
    included: [{ contextKind: 'user', keys: ['u1'] }],
    rules: [{ id: 'r1', name: CANARY, clauses, share: 5 }],
  });
  expect(segmentBodyOf(segment, config)).toEqual({
    schema: 1,
    salt: 'beta-testers',
    included: [{ contextKind: 'user', keys: ['u1'] }],
    excluded: [],
    rules: [{ id: 'r1', clauses, share: 5 }],
  });
  expect(JSON.stringify(segmentBodyOf(segment, config))).not.toContain(CANARY);
});

/** The same document with the properties of each object in the opposite order. */
function reversed<T>(value: T): T {
  return JSON.parse(
    JSON.stringify(value, (_, child: unknown) =>
      typeof child === 'object' && child !== null && !Array.isArray(child)
        ? Object.fromEntries(Object.entries(child).reverse())
        : child,
    ),
  ) as T;
}
