import { expect, test } from 'vitest';
import { createManualClock } from '../test-clock.ts';
import { openFolding } from './folding.ts';

test('reports are merged twice a minute, until nothing is left, also after a failure', async () => {
  const clock = createManualClock(0);
  const times: number[] = [];
  const warnings: object[] = [];
  let left = 2;
  const foldHealth = async (now: number): Promise<boolean> => {
    times.push(now);
    if (left < 0) throw new Error('the database is away');
    left -= 1;
    return left > 0;
  };
  const logger = { info: () => undefined, warn: (told: object) => void warnings.push(told), error: () => undefined };
  const folding = openFolding({ store: { foldHealth }, clock, logger });
  const pass = async (ms: number) => {
    clock.moveTo(clock.now() + ms);
    await new Promise(setImmediate);
  };
  await pass(30_000);
  expect(times).toEqual([30_000, 30_000]);
  left = -1;
  await pass(30_000);
  expect(warnings).toHaveLength(1);
  left = 0;
  await pass(30_000);
  expect(times).toHaveLength(4);
  await folding.close();
  await pass(60_000);
  expect(times).toHaveLength(4);
});
