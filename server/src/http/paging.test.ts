import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pageOf } from './paging.ts';

const itself = (item: string) => item;

function allPages(items: readonly string[], limit: number): readonly string[] {
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = pageOf(items, cursor === undefined ? { limit } : { limit, cursor }, itself);
    seen.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined);
  return seen;
}

describe('a list in pages', () => {
  test('shows every item once and in order, whatever the size of a page', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string(), { maxLength: 60 }), fc.integer({ min: 1, max: 70 }), (items, limit) => {
        expect(allPages(items, limit)).toEqual(items);
      }),
    );
  });

  test('has a next page only where there is one', () => {
    expect(pageOf(['a', 'b'], { limit: 2 }, itself)).toEqual({ items: ['a', 'b'], total: 2 });
    expect(pageOf(['a', 'b', 'c'], { limit: 2 }, itself).next).toBeDefined();
  });

  test('repeats nothing when something was added before the cursor', () => {
    const { next = '' } = pageOf(['b', 'c', 'd'], { limit: 2 }, itself);
    expect(pageOf(['a', 'b', 'c', 'd'], { limit: 2, cursor: next }, itself).items).toEqual(['d']);
  });

  test('goes on at the same place when the last item that was shown is gone', () => {
    const { next = '' } = pageOf(['a', 'b', 'c', 'd'], { limit: 2 }, itself);
    expect(pageOf(['a', 'c', 'd'], { limit: 2, cursor: next }, itself).items).toEqual(['c', 'd']);
  });

  test.for(['', 'x', 'bnVsbA', Buffer.from('[-1,"a"]').toString('base64url')])('refuses the cursor %j', (cursor) => {
    expect(() => pageOf(['a'], { cursor }, itself)).toThrow(/cursor/);
  });
});
