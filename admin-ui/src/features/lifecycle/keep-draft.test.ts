import { expect, test } from 'vitest';
import { keptUntil } from './keep-draft.ts';

const NOW = Date.UTC(2026, 10, 22, 15);
const until = (choice: string, date = '') => {
  const at = keptUntil({ until: choice, date }, NOW);
  return at === null ? null : new Date(at).toISOString();
};

test.for<[choice: string, date: string, at: string | null]>([
  ['7', '', '2026-11-29T15:00:00.000Z'],
  ['90', '', '2027-02-20T15:00:00.000Z'],
  ['date', '2026-12-24', '2026-12-24T00:00:00.000Z'],
  ['date', '', null],
  ['date', '2026-11-22', null],
  ['date', '2026-02-31', null],
  ['date', '2028-01-01', null],
])('a flag kept for %s %s is kept until %s', ([choice, date, at]) => {
  expect(until(choice, date)).toBe(at);
});
