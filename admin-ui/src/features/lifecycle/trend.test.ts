import { expect, test } from 'vitest';
import { debtChangeOf, linePoints } from './trend.ts';

const DAY_MS = 86_400_000;
const day = (index: number) => new Date(Date.UTC(2026, 0, 1) + index * DAY_MS).toISOString().slice(0, 10);
const trendOf = (stale: readonly number[]) =>
  stale.map((count, index) => ({ day: day(index), live: 100, stale: count, ready: 0 }));

test.for<[what: string, stale: readonly number[], change: { readonly days: number; readonly by: number } | null]>([
  ['one day alone', [7], null],
  ['nothing', [], null],
  ['a week', [7, 7, 7, 7, 7, 7, 9], { days: 6, by: 2 }],
  ['ninety days, of which the last thirty count', Array.from({ length: 90 }, (_, i) => 90 - i), { days: 30, by: -30 }],
])('%s tells how the debt moved', ([, stale, change]) => {
  expect(debtChangeOf(trendOf(stale))).toEqual(change);
});

test('days without an entry do not make the month longer', () => {
  const gaps = trendOf(Array.from({ length: 50 }, (_, i) => i)).filter((_, i) => i < 10 || i > 25);
  expect(debtChangeOf(gaps)).toEqual({ days: 23, by: 23 });
});

test('a line spans the whole width, and the largest number the whole height', () => {
  expect(linePoints([0, 5, 10], { width: 100, height: 20 })).toBe('0,20 50,10 100,0');
  expect(linePoints([0], { width: 100, height: 20 })).toBe('0,20');
});
