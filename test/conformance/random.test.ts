import { type ContextInput, type Item, openEnvironment, re2Engine } from '@glidepath/core';
import { arbitraryContext, arbitraryItems } from '@glidepath/core/testing';
import fc from 'fast-check';
import { RE2JS } from 're2js';
import { describe, expect, test } from 'vitest';
import { comparable } from './cases.ts';
import { environmentOf } from './reference/definitions.ts';
import { evaluate } from './reference/evaluate.ts';
import { OPERATORS } from './reference/operators.ts';
import { DEFINITION } from './reference/parts.ts';
import { flagFor } from './tables/kit.ts';

const engines = { matches: re2Engine(() => RE2JS) };

/** Both answer the same about every flag. */
function agree(items: readonly Item[], context: unknown, fallback: unknown): void {
  const environment = openEnvironment(items, engines);
  const known = environmentOf(DEFINITION, [], items);
  for (const { kind, key } of items) {
    if (kind !== 'flag') continue;
    const expected = evaluate(DEFINITION, known, key, context, fallback);
    const answer = environment.evaluate(key, context as ContextInput, fallback);
    expect(comparable(answer, expected)).toStrictEqual(expected);
  }
}

/** Texts that operators read, and texts that are nearly so. */
const text = fc.oneof(
  fc.constantFrom('', 'DE', 'de', 'a', 'ab', 'b', '__proto__', '7', '😀'),
  fc.constantFrom('1', 'v1.2', '1.2.3', '1.2.3-rc.1', '1.2.3-rc.10', '1.2.3-alpha', '1.2.3+b', '01.2.3', '1.2.3.4'),
  fc.constantFrom(
    '10.0.0.0/8',
    '10.1.2.3',
    '11.0.0.0',
    '::/0',
    '::1',
    '::ffff:10.0.0.1',
    '2001:db8::/32',
    '10.0.0.0/33',
  ),
  fc.constantFrom(
    '2026-01-01T00:00:00Z',
    '2026-01-01T01:00:00+01:00',
    '2025-12-31T23:59:60Z',
    '2026-01-01',
    '2026-02-30T00:00:00Z',
  ),
  fc
    .tuple(fc.nat(3), fc.nat(12), fc.nat(2), fc.constantFrom('', '-a', '-1', '-a.1', '-1.a', '+x'))
    .map(([major, minor, patch, suffix]) => `${major}.${minor}.${patch}${suffix}`),
  fc.ipV4(),
  fc.ipV6(),
  fc
    .date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9998-12-31T00:00:00Z'), noInvalidDate: true })
    .map((date) => date.toISOString()),
);
const scalar = fc.oneof({ weight: 4, arbitrary: text }, fc.integer(), fc.double({ noNaN: true }), fc.boolean());
const attribute = fc.oneof(
  { weight: 6, arbitrary: scalar },
  fc.array(fc.oneof(scalar, fc.constant(null)), { maxLength: 3 }),
  fc.constantFrom(null, undefined, Number.NaN, Number.POSITIVE_INFINITY, -0),
  fc.date(),
  fc.object({ maxDepth: 1 }),
);

describe('the evaluator agrees with the reference', () => {
  test('about any environment and context', () => {
    fc.assert(
      fc.property(arbitraryItems, arbitraryContext, (items, context) => agree(items, context, null)),
      { numRuns: 2_000 },
    );
  });

  test('about anything that is passed as a context or a fallback', () => {
    const anything = fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true });
    fc.assert(
      fc.property(arbitraryItems, anything, anything, (items, context, fallback) => agree(items, context, fallback)),
      { numRuns: 2_000 },
    );
  });

  test.for(Object.keys(OPERATORS).filter((operator) => operator !== 'matches'))('about %s, of anything', (operator) => {
    fc.assert(
      fc.property(attribute, fc.array(scalar, { maxLength: 3 }), fc.boolean(), (a, values, negate) =>
        agree([flagFor({ attribute: 'a', operator, values, negate })], { key: 'u', a }, false),
      ),
      { numRuns: 600 },
    );
  });
});
