import { expect, test } from 'vitest';
import { reconnectDelayMs } from './backoff.ts';

test.for<[minMs: number, spreadMs: number]>([
  [1_000, 5_000],
  [10_000, 5_000],
  [10, 50],
])('with waits from %i ms the first attempt comes within %i ms', ([minMs, spreadMs]) => {
  const first = (chance: number) => reconnectDelayMs(0, 0, { minMs, maxMs: 30_000 }, () => chance);
  expect([first(0), first(0.5), first(1)]).toEqual([0, spreadMs / 2, spreadMs]);
});
