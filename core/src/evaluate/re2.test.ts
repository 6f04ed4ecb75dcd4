import { expect, test } from 'vitest';
import { type Re2, re2Engine } from './re2.ts';

/** A stand-in whose program is as long as its pattern asks: `size 7`. */
const re2: Re2 = {
  compile: (pattern) => ({
    test: (input) => input.includes(pattern),
    programSize: () => Number(/^size (\d+)$/.exec(pattern)?.[1] ?? 1),
  }),
};
const compile = re2Engine(() => re2);

test('patterns of at most 256 characters and 1,000 instructions are compiled', () => {
  expect(compile('b'.repeat(256))(`a${'b'.repeat(256)}`)).toBe(true);
  expect(() => compile('b'.repeat(257))).toThrow(/257 characters/);
  expect(compile('size 1000')('size 10')).toBe(false);
  expect(() => compile('size 1001')).toThrow(/too complex/);
});

test('an input over 4,096 characters matches nothing', () => {
  expect(compile('b')(`${'a'.repeat(4_095)}b`)).toBe(true);
  expect(compile('b')(`${'a'.repeat(4_096)}b`)).toBe(false);
});

test('the engine is loaded with the first pattern', () => {
  let loads = 0;
  const engine = re2Engine(() => {
    loads += 1;
    return re2;
  });
  expect(loads).toBe(0);
  engine('a');
  expect(loads).toBe(1);
});
