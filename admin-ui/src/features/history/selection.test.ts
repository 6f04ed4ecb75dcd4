import { expect, test } from 'vitest';
import { type Selection, toggled } from './selection.ts';

test.for<[Selection, number, Selection]>([
  [{}, 41, { from: 41, to: undefined }],
  [{ from: 41 }, 43, { from: 41, to: 43 }],
  [{ from: 43 }, 41, { from: 41, to: 43 }],
  [{ from: 41, to: 43 }, 42, { from: 42, to: 43 }],
  [{ from: 41, to: 43 }, 41, { from: 43, to: undefined }],
  [{ from: 41, to: 43 }, 43, { from: 41, to: undefined }],
  [{ from: 41 }, 41, { from: undefined, to: undefined }],
])('of %j, %d makes %j', ([selection, revision, next]) => {
  expect(toggled(selection, revision)).toEqual(next);
});
