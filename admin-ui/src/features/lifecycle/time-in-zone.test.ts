import { expect, test } from 'vitest';
import { timeInZone } from './time-in-zone.ts';

test.for<[at: string, zone: string, words: string]>([
  ['2026-11-30T08:00:00.000Z', 'Europe/Berlin', 'Monday 30 November 2026 at 09:00 CET'],
  ['2026-07-06T07:00:00.000Z', 'Europe/Berlin', 'Monday 6 July 2026 at 09:00 CEST'],
  ['2026-11-30T09:00:00.000Z', 'UTC', 'Monday 30 November 2026 at 09:00 UTC'],
])('%s in %s is %s', ([at, zone, words]) => {
  expect(timeInZone(at, zone)).toBe(words);
});
