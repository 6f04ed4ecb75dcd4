import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalText } from './canonical.ts';

/** As slow as it is plain: an object made anew, with its keys in order. */
function reordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reordered);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, member]) => [key, reordered(member)]));
}

const key = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', '10', '9', '09', '-1', '4294967294', '4294967295', '4294967296', ''),
  fc.string({ unit: 'grapheme' }),
);
const { value: anyValue } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(undefined, null, true, -0, Number.NaN, 'Ünï \u0000 \ud83d'),
    fc.double(),
    fc.string(),
    fc.array(tie('value')),
    fc.array(fc.tuple(key, tie('value'))).map((entries) => Object.fromEntries(entries)),
  ),
}));

test('the canonical text of a value is that of an object with its keys in order', () => {
  fc.assert(
    fc.property(anyValue, (value) => {
      expect(canonicalText(value)).toBe(JSON.stringify(reordered(value)));
    }),
    { numRuns: 1_000 },
  );
});

test('values that say the same have the same text, whatever the order of their keys', () => {
  const [one, other] = [
    { b: 1, a: { d: [1, undefined], c: undefined } },
    { a: { d: [1, null] }, b: 1 },
  ];
  expect(canonicalText(one)).toBe('{"a":{"d":[1,null]},"b":1}');
  expect(canonicalText(other)).toBe(canonicalText(one));
});
