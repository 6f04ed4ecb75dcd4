import fc from 'fast-check';
import { expect, test } from 'vitest';
import { differingPointers } from './pointers.ts';

test('nothing differs between a value and what JSON makes of it', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(differingPointers(value, JSON.parse(JSON.stringify(value)))).toEqual([]);
    }),
  );
});

test('each pointer leads to something that differs', () => {
  const at = (value: unknown, pointer: string): unknown =>
    pointer
      .split('/')
      .slice(1)
      .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'))
      .reduce((inner: unknown, name) => (inner as Record<string, unknown> | null | undefined)?.[name], value);
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
      const pointers = differingPointers(one, other);
      for (const pointer of pointers) expect(at(one, pointer)).not.toEqual(at(other, pointer));
      if (pointers.length === 0) expect(plus(one)).toEqual(plus(other));
    }),
  );
});

/** JSON knows no negative zero. */
const plus = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

test.for<[unknown, unknown, readonly string[]]>([
  [1, 1, []],
  [1, '1', ['']],
  [null, undefined, ['']],
  [{ a: 1 }, { a: 1, b: undefined }, []],
  [{ a: null }, {}, ['/a']],
  [{ a: { b: [1, 2, 3] } }, { a: { b: [1, 9, 3, 4] } }, ['/a/b/1', '/a/b/3']],
  [{ 'a/b': 1, 'm~n': 1 }, { 'a/b': 2, 'm~n': 2 }, ['/a~1b', '/m~0n']],
  [[], {}, ['']],
  [new Date(0), '1970-01-01T00:00:00.000Z', []],
  [new Map([['a', 1]]), { a: 1 }, []],
  [new Set([1, 2]), [1, 3], ['/1']],
  [Number.NaN, Number.NaN, []],
  [0, -0, []],
])('%j and %j differ at %j', ([one, other, pointers]) => {
  expect(differingPointers(one, other)).toEqual(pointers);
});

test('ends with cycles, depths and breadths', () => {
  const cyclic = () => {
    const body: Record<string, unknown> = { name: 'Ada' };
    body['self'] = body;
    return body;
  };
  expect(differingPointers(cyclic(), cyclic())).toEqual([]);
  expect(differingPointers(cyclic(), { name: 'Ada', self: 1 })).toEqual(['/self']);
  const deep = (value: unknown) => Array.from({ length: 50_000 }).reduce((inner) => [inner], value);
  expect(differingPointers(deep(1), deep(1))).toEqual([]);
  expect(differingPointers(Array(1_000).fill(1), Array(1_000).fill(2))).toHaveLength(100);
});
