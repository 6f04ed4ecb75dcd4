import { expect, test } from 'vitest';
import { switchMessages } from './messages.ts';

test.for<[flags: number, sentence: string]>([
  [0, 'Takes down no other flag.'],
  [1, 'Takes down 1 flag: `f1`.'],
  [3, 'Takes down 3 flags: `f1`, `f2` and `f3`.'],
  [7, 'Takes down 7 flags: `f1`, `f2`, `f3`, `f4`, `f5` and 2 more.'],
])('a kill that takes %d flags along says: %s', ([flags, sentence]) => {
  const keys = Array.from({ length: flags }, (_, index) => `f${index + 1}`);
  expect(switchMessages.takesDown(keys)).toBe(sentence);
});
