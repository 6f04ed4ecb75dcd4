import { describe, expect, test } from 'vitest';
import { askedOf, flagRef } from './flag-ref.ts';
import type { StandardSchema } from './typing.ts';
import { misfitOf, verdictOf } from './validation.ts';

type Validate = StandardSchema<unknown>['~standard']['validate'];

function schemaOf(validate: Validate): StandardSchema<unknown> {
  return { '~standard': { version: 1, vendor: 'test', validate } };
}

describe('the type of a value', () => {
  test.for<[value: unknown, fallback: unknown, fits: boolean]>([
    [true, false, true],
    ['yes', false, false],
    [1, '1', false],
    [[1], [], true],
    [{}, [], false],
    [[], {}, false],
    [null, {}, true],
    [null, [], false],
    ['anything', null, true],
    [['anything'], undefined, true],
  ])('%j where the fallback is %j: %s', ([value, fallback, fits]) => {
    expect(misfitOf(value, fallback) === null).toBe(fits);
  });
});

describe('a schema', () => {
  test('runs once for a value, however often that is asked for', () => {
    let runs = 0;
    const schema = schemaOf((value) => {
      runs += 1;
      return { value };
    });
    const [one, other] = [{ a: 1 }, { a: 1 }];
    for (const value of [one, one, other, 'text', 'text', one]) verdictOf(schema, value);
    expect(runs).toBe(3);
  });

  test('may make another value, the same for everybody and frozen', () => {
    const schema = schemaOf(() => ({ value: { limits: [1, 2] } }));
    const served = {};
    const first = verdictOf(schema, served);
    expect(first).toEqual({ kind: 'valid', value: { limits: [1, 2] } });
    expect(verdictOf(schema, served)).toBe(first);
    const { limits } = (first as { value: { limits: number[] } }).value;
    expect(() => limits.push(3)).toThrow(TypeError);
  });

  test('that rejects, throws or is asynchronous is told apart', () => {
    const why = (validate: Validate) => verdictOf(schemaOf(validate), 'x');
    expect(why(() => ({ issues: [{ message: 'too short' }] }))).toEqual({
      kind: 'rejected',
      why: 'the schema rejected the value: too short',
    });
    expect(why(() => ({ issues: [] }))).toMatchObject({ kind: 'rejected' });
    expect(why(() => ({}) as never)).toMatchObject({ kind: 'rejected' });
    expect(why(() => Object.fromEntries([['then', () => undefined]]) as never)).toMatchObject({
      why: expect.stringContaining('asynchronous'),
    });
    expect(why(() => Promise.reject(new Error('late')))).toMatchObject({
      why: expect.stringContaining('asynchronous'),
    });
    const broken = () => {
      throw new Error('broken');
    };
    expect(why(broken)).toMatchObject({ why: expect.stringContaining('broken') });
    expect(verdictOf({} as StandardSchema<unknown>, 'x')).toMatchObject({ kind: 'rejected' });
  });
});

describe('a declared flag', () => {
  test('stands for its key and its fallback', () => {
    expect(askedOf(flagRef('page-size', { fallback: 20 }), 7)).toEqual({
      key: 'page-size',
      fallback: 20,
      schema: null,
    });
    expect(askedOf('page-size', 7)).toEqual({ key: 'page-size', fallback: 7, schema: null });
  });

  test('is frozen', () => {
    expect(Object.isFrozen(flagRef('page-size', { fallback: 20 }))).toBe(true);
  });

  test('that cannot be read names no flag', () => {
    const broken = {
      get key(): string {
        throw new Error('mine');
      },
      fallback: 1,
    };
    expect(askedOf<number>(broken, 7)).toMatchObject({ fallback: 7, schema: null });
  });
});
