import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Problem } from '../errors.ts';
import { RefusedError } from '../errors.ts';
import { validatorCompiler } from './issues.ts';

const schema = z.strictObject({
  name: z.string().min(1).max(5),
  count: z.int().min(0).max(9).exactOptional(),
  mode: z.enum(['on', 'off']).exactOptional(),
  step: z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('go'), to: z.string() }),
      z.strictObject({ kind: z.literal('stop') }),
    ])
    .exactOptional(),
  serve: z
    .union([z.strictObject({ variation: z.string() }), z.strictObject({ split: z.strictObject({ by: z.number() }) })])
    .exactOptional(),
  tags: z.array(z.string()).max(2).exactOptional(),
  weights: z.record(z.string().regex(/^[a-z]+$/, 'must be small letters'), z.number()).exactOptional(),
});

function problemsFor(input: unknown, httpPart = 'body'): readonly Problem[] {
  const validate = validatorCompiler({ schema, httpPart, method: 'POST', url: '/' });
  const result = validate(input) as { readonly error?: unknown };
  if (!(result.error instanceof RefusedError)) throw new Error('nothing was refused');
  return result.error.refusal.errors ?? [];
}

describe('input that does not fit', () => {
  test.for<[input: object, Problem]>([
    [{}, { pointer: '/name', detail: 'is missing: give a string' }],
    [{ name: 5 }, { pointer: '/name', detail: 'must be a string, not a number' }],
    [{ name: '' }, { pointer: '/name', detail: 'must have at least 1 character' }],
    [{ name: 'too long' }, { pointer: '/name', detail: 'must have at most 5 characters' }],
    [
      { name: 'a', count: 1.5 },
      { pointer: '/count', detail: 'must be a whole number' },
    ],
    [
      { name: 'a', count: -1 },
      { pointer: '/count', detail: 'must be at least 0' },
    ],
    [
      { name: 'a', count: 10 },
      { pointer: '/count', detail: 'must be at most 9' },
    ],
    [
      { name: 'a', mode: 'up' },
      { pointer: '/mode', detail: 'must be one of "on", "off"' },
    ],
    [
      { name: 'a', role: 'admin' },
      { pointer: '/role', detail: 'is not known here: leave it out' },
    ],
    [
      { name: 'a', step: { kind: 'fly' } },
      { pointer: '/step/kind', detail: 'must be one of "go", "stop"' },
    ],
    [
      { name: 'a', step: { kind: 'go' } },
      { pointer: '/step/to', detail: 'is missing: give a string' },
    ],
    [
      { name: 'a', serve: { split: { by: 'x' } } },
      { pointer: '/serve/split/by', detail: 'must be a number, not a string' },
    ],
    [
      { name: 'a', tags: ['a', 'b', 'c'] },
      { pointer: '/tags', detail: 'must have at most 2 entries' },
    ],
    [
      { name: 'a', tags: [1] },
      { pointer: '/tags/0', detail: 'must be a string, not a number' },
    ],
    [
      { name: 'a', weights: { 'A/~': 1 } },
      { pointer: '/weights/A~1~0', detail: 'must be small letters' },
    ],
  ])('%j is refused by name', ([input, problem]) => {
    expect(problemsFor(input)).toEqual([problem]);
  });

  test('names the parameter of a query', () => {
    expect(problemsFor({ name: 'a', nonsense: '1' }, 'querystring')).toEqual([
      { pointer: '?nonsense', detail: 'is not known here: leave it out' },
    ]);
  });

  test('names at most twenty faults', () => {
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`x${index}`, 1]));
    expect(problemsFor({ name: 'a', ...many })).toHaveLength(20);
  });

  test('gives what fits to the route as the schema has made it', () => {
    const validate = validatorCompiler({
      schema: z.strictObject({ n: z.string().transform(Number) }),
      httpPart: 'querystring',
      method: 'GET',
      url: '/',
    });
    expect(validate({ n: '7' })).toEqual({ value: { n: 7 } });
  });
});
