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

  test('may lead back to itself, as far as the value goes', () => {
    const tree = {
      $defs: { node: { type: 'object', properties: { next: { $ref: '#/$defs/node' }, size: { type: 'number' } } } },
      $ref: '#/$defs/node',
    };
    expect(faultsOf(tree, { next: { next: { size: 1 } } })).toEqual([]);
    expect(faultsOf(tree, { next: { next: { size: 'one' } } })).toHaveLength(1);
  });

  test('may check every one of thousands of values', () => {
    const numbers = Array.from({ length: 10_000 }, (_, index) => index);
    expect(faultsOf({ type: 'array', items: { type: 'number' } }, numbers)).toEqual([]);
  });
});

/** Each definition names the next one twice. */
function doubling(definitions: number) {
  const twice = (name: string) => ({ allOf: [{ $ref: name }, { $ref: name }] });
  const names = Array.from({ length: definitions }, (_, index) => `d${index}`);
  const $defs = Object.fromEntries(names.map((name, index) => [name, twice(`#/$defs/d${index + 1}`)]));
  return { $defs: { ...$defs, [`d${definitions}`]: { type: 'object' } }, $ref: '#/$defs/d0' };
}

describe('a JSON Schema that would keep everybody waiting', () => {
  const forks = { anyOf: Array.from({ length: 4 }, () => ({ properties: { a: { $ref: '#/$defs/n' } } })) };

  test.for<[string, Parameters<typeof faultsOf>[0], Parameters<typeof faultsOf>[1]]>([
    ['doubles with every definition', doubling(40), {}],
    ['forks with every level of the value', { $defs: { n: forks }, $ref: '#/$defs/n' }, JSON.parse(deep(20))],
    ['goes round in a circle', { $ref: '#' }, 1],
    ['names nothing but itself, twice', { allOf: [{ $ref: '#' }, { $ref: '#' }] }, 1],
    ['holds thousands of schemas', { properties: { a: { anyOf: Array.from({ length: 6_000 }, () => ({})) } } }, {}],
  ])('is refused at once where it %s', ([, schema, value]) => {
    const started = performance.now();
    expect(faultsOf(schema, value)).toHaveLength(1);
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});

function deep(levels: number): string {
  return `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
}
