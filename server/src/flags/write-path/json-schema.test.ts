import { describe, expect, test } from 'vitest';
import { faultsOf } from './json-schema.ts';

const schema = {
  type: 'object',
  properties: { colour: { enum: ['red', 'blue'] }, size: { type: 'integer', minimum: 1 } },
  required: ['colour'],
  additionalProperties: false,
} as const;

describe('a JSON Schema of a flag', () => {
  test.for([
    [{ colour: 'red', size: 2 }, 0],
    [{ colour: 'green' }, 1],
    [{ size: 2 }, 1],
    [{ colour: 'red', size: 0 }, 1],
    [{ colour: 'red', weight: 1 }, 1],
  ] as const)('finds in %j %i fault(s)', ([value, count]) => {
    expect(faultsOf(schema, value)).toHaveLength(count);
  });

  test.for<[string, Parameters<typeof faultsOf>[0]]>([
    ['an unknown type', { type: 'thing' }],
    ['a reference to elsewhere', { $ref: 'https://example.test/schema' }],
    ['a pattern, which would run on a backtracking engine', { type: 'string', pattern: '^(a+)+$' }],
    ['a pattern deep inside', { properties: { a: { items: [{ pattern: '^(a+)+$' }] } } }],
    ['what is no schema', 42],
  ])('with %s is itself the fault', ([, unreadable]) => {
    expect(faultsOf(unreadable, 'aaaa')).toHaveLength(1);
  });

  test('may have a property that is called like a keyword', () => {
    expect(faultsOf({ type: 'object', properties: { pattern: { type: 'string' } } }, { pattern: 'x' })).toEqual([]);
  });
});
