import { expect, test } from 'vitest';
import { durationWords } from './time.ts';

test.for([
  [48_000, '48 s'],
  [12 * 60_000 + 41_000, '12 min'],
  [125 * 60_000, '2 h 05 min'],
  [72 * 3_600_000, '3 d'],
  [-5, '0 s'],
] as const)('%i ms are %s', ([ms, words]) => {
  expect(durationWords(ms)).toBe(words);
});
