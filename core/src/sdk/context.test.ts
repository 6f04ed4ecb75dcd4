import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openEnvironment } from '../environment/environment.ts';
import type { Context, ContextInput } from '../model/context.ts';
import { arbitraryContext, arbitraryItems, flagItem } from '../testing/index.ts';
import { canonicalContext, fingerprintOf, isOversized, normalizedContext, readableContext } from './context.ts';

/** A flag that serves `on` where an attribute is there and has this value. */
const probe = flagItem('probe', {
  rules: ['user', 'org', 'device', 'key'].map((kind) => ({
    id: kind,
    clauses: [{ kind, attribute: 'key', operator: 'in', values: ['7', 'a', 'acme'] }],
    serve: { variation: 0 },
  })),
  fallthrough: { variation: 1 },
});

const names = fc.constantFrom('key', 'kind', 'user', 'org', 'device', 'plan', 'anonymous');
const values: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>('a', 'acme', 7, null, undefined, true, '', 'org', 'multi', 'user', 'key', [], ['a']),
  fc.date({ noInvalidDate: true }),
  fc.dictionary(fc.constantFrom('key', 'plan', 'kind'), fc.constantFrom<unknown>('a', 'acme', 7, null, true)),
);
const anyShape = fc.dictionary(names, values) as fc.Arbitrary<ContextInput>;

/** How a context is evaluated that was carried to somewhere else. */
function carried(context: ContextInput): Context {
  return { ...JSON.parse(canonicalContext(context)), kind: 'multi' };
}

describe('the normal form of a context', () => {
  test.for<[ContextInput, unknown]>([
    [null, { user: {} }],
    [undefined, { user: {} }],
    [{}, { user: {} }],
    [{ key: 7 }, { user: { key: '7' } }],
    [{ key: null, plan: 'pro' }, { user: { plan: 'pro' } }],
    [{ kind: 'org', key: 'acme' }, { org: { key: 'acme' } }],
    [
      { user: { key: 'u' }, org: { key: 7 } },
      { org: { key: '7' }, user: { key: 'u' } },
    ],
    [{ kind: 'multi', user: { key: 'u' } }, { user: { key: 'u' } }],
    [{ key: 'u', since: new Date(5) }, { user: { key: 'u', since: 5 } }],
    [{ key: 'u', address: { city: 'Ulm' }, n: Number.NaN }, { user: { key: 'u', address: { city: 'Ulm' } } }],
  ])('of %j is %j', ([context, normal]) => {
    expect(normalizedContext(context)).toEqual(normal);
  });

  test('is what evaluation reads, whatever the rules are', () => {
    fc.assert(
      fc.property(arbitraryItems, arbitraryContext, (items, context) => {
        const environment = openEnvironment(items, {});
        for (const { key } of items)
          expect(environment.evaluate(key, carried(context), null)).toEqual(environment.evaluate(key, context, null));
      }),
    );
  });

  test('is what evaluation reads, whatever the context looks like that it can read', () => {
    const environment = openEnvironment([probe], {});
    fc.assert(
      fc.property(anyShape, (context) => {
        const read = environment.evaluate('probe', context, null);
        if (read.reason.kind !== 'ERROR') expect(environment.evaluate('probe', carried(context), null)).toEqual(read);
      }),
      { numRuns: 2_000 },
    );
  });

  test('is its own normal form', () => {
    fc.assert(
      fc.property(arbitraryContext, (context) => {
        expect(canonicalContext(carried(context))).toBe(canonicalContext(context));
      }),
    );
  });

  test('is the same text and print whatever the order of names, and another one for another context', () => {
    const [one, other] = [
      { key: 'u', a: 1, b: { x: 1, y: 2 } },
      { b: { y: 2, x: 1 }, a: 1, key: 'u' },
    ];
    expect(canonicalContext(one)).toBe(canonicalContext(other));
    expect(fingerprintOf(one)).toBe(fingerprintOf(other));
    expect(fingerprintOf(one)).toMatch(/^[0-9a-f]{16}$/);
    expect(fingerprintOf({ ...one, a: 2 })).not.toBe(fingerprintOf(one));
  });

  test('of a context whose getters throw is empty', () => {
    const broken = {
      get key(): string {
        throw new Error('mine');
      },
    };
    expect(readableContext(broken)).toEqual({});
    expect(() => normalizedContext(broken)).toThrow('mine');
  });
});

describe('a context that is too large', () => {
  const body = (attributes: number) =>
    Object.fromEntries(Array.from({ length: attributes }, (_, index) => [`a${index}`, index]));

  test('keeps its key and 10 kinds of at most 1,000 attributes', () => {
    const kinds = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`kind-${index}`, { key: 'x' }]));
    expect(Object.keys(normalizedContext(kinds))).toHaveLength(10);
    const { user = {} } = normalizedContext({ ...body(2_000), key: 'u' });
    expect(Object.keys(user)).toHaveLength(1_000);
    expect(user.key).toBe('u');
  });

  test.for<[Context, boolean]>([
    [{ key: 'u' }, false],
    [{ ...body(999), key: 'u' }, false],
    [{ ...body(1_000), key: 'u' }, true],
    [{ user: body(1_001) }, true],
    [Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`kind-${index}`, {}])), true],
  ])('is told apart', ([context, isTooLarge]) => {
    expect(isOversized(context)).toBe(isTooLarge);
  });
});
