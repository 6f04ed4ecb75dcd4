import { expect, test } from 'vitest';
import { absoluteTime, dayWords, durationWords, shortMoment } from './time.ts';

test.for([
  [48_000, '48 s'],
  [12 * 60_000 + 41_000, '12 min'],
  [125 * 60_000, '2 h 05 min'],
  [72 * 3_600_000, '3 d'],
  [-5, '0 s'],
] as const)('%i ms are %s', ([ms, words]) => {
  expect(durationWords(ms)).toBe(words);
});

test('moments are written for people, in UTC', () => {
  const at = Date.UTC(2026, 2, 1, 23, 5, 9);
  expect([absoluteTime(at), dayWords(at), shortMoment(at)]).toEqual([
    '1 Mar 2026 23:05:09 UTC',
    '1 Mar 2026',
    '1 Mar 23:05:09',
  ]);
});
