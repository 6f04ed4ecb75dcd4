import { describe, expect, test } from 'vitest';
import { found, withTyped } from './text-list.ts';

describe('a pasted list', () => {
  test('of 10,000 entries is added at once, and those that come twice are counted', () => {
    const pasted = Array.from({ length: 10_000 }, (_, index) => `id-${index % 9_998}`).join('\n');
    const { values, added, duplicates } = withTyped([], pasted, 'lines-and-commas');
    expect([values.length, added, duplicates]).toEqual([9_998, 9_998, 2]);
  });

  test('may be separated by lines, commas, semicolons or tabs, with spaces around', () => {
    expect(withTyped(['a'], 'b, c;\r\n d\te\n\n', 'lines-and-commas').values).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  test('of patterns is separated by lines only', () => {
    expect(withTyped([], 'a{1,2}\nb;c', 'lines').values).toEqual(['a{1,2}', 'b;c']);
  });

  test('that brings nothing new leaves the list the same one', () => {
    const values = ['a'];
    expect(withTyped(values, 'a', 'lines')).toEqual({ values, added: 0, duplicates: 1 });
    expect(withTyped(values, 'a', 'lines').values).toBe(values);
  });
});

test('a search in a list finds regardless of case, counts all, and shows no more than asked for', () => {
  const values = Array.from({ length: 500 }, (_, index) => `User-${index}`);
  expect(found(values, 'user-1', 100)).toMatchObject({ count: 111 });
  expect(found(values, 'user-1', 100).shown).toHaveLength(100);
  expect(found(values, 'nobody', 100)).toEqual({ count: 0, shown: [] });
});
