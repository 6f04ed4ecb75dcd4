import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { parseSearch, searchReader, stringifySearch } from './search.ts';

const read = searchReader({ q: z.string(), state: z.enum(['on', 'off']) });

describe('the filters in an address', () => {
  test('are read as they are, also when they look like numbers', () => {
    expect(read(parseSearch('?q=42&state=on'))).toEqual({ q: '42', state: 'on' });
  });

  test('that are not understood are dropped and named', () => {
    expect(read(parseSearch('?q=a&state=perhaps&colour=red'))).toEqual({ q: 'a', ignored: 'state colour' });
  });

  test('keep naming what was dropped after the address was rewritten', () => {
    const rewritten = stringifySearch(read(parseSearch('?state=perhaps')));
    expect(read(parseSearch(rewritten))).toEqual({ ignored: 'state' });
  });

  test('come back from the text that they become', () => {
    const search = { q: 'a & b = c/ü', state: 'off' } as const;
    expect(read(parseSearch(stringifySearch(search)))).toEqual(search);
  });

  test('that a page took out are not taken for something wrong', () => {
    expect(read({ q: undefined, state: 'on' })).toEqual({ state: 'on' });
  });

  test('that are empty leave the address', () => {
    expect(stringifySearch({ q: '', state: undefined })).toBe('');
  });
});
