import { expect, test } from 'vitest';
import { linesOf } from './review-lines.ts';

const wide = { columns: 4, theme: { colour: 'green', dense: false } };

test('a changed value is shown by what differs in it, path by path', () => {
  const before = {
    variations: [
      { key: 'wide', value: wide },
      { key: 'narrow', value: { columns: 2 } },
    ],
  };
  const after = {
    variations: [
      { key: 'wide', value: { ...wide, theme: { colour: 'blue', dense: false }, tags: [] } },
      { key: 'narrow', value: { columns: 2 } },
    ],
  };
  expect(linesOf(before, after)).toEqual({
    before: ['`wide` has "green" at `/theme/colour`'],
    after: ['`wide` has "blue" at `/theme/colour`', '`wide` has [] at `/tags`'],
  });
});

test('a variation that comes or goes is shown as a whole', () => {
  const small = { key: 'small', value: 1 };
  expect(linesOf({ variations: [small] }, { variations: [{ key: 'large', value: 9 }] })).toEqual({
    before: ['`small` is 1'],
    after: ['`large` is 9'],
  });
});
