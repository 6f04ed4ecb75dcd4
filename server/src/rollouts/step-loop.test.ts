import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createManualClock, type ManualClock } from '../test-clock.ts';
import { openStepLoop, type StepLoop } from './step-loop.ts';

const START = Date.UTC(2030, 0, 1);

/** Everybody who waits for something that is there has had a turn. */
const turn = () => new Promise(setImmediate);

describe('the loop that moves rollouts', () => {
  let clock: ManualClock;
  let loop: StepLoop;
  let seen: string[];
  let warnings: string[];
  let failing: boolean;

  beforeEach(() => {
    clock = createManualClock(START);
    seen = [];
    warnings = [];
    failing = false;
    loop = openStepLoop({
      clock,
      logger: { info: () => undefined, error: () => undefined, warn: (_told, message) => void warnings.push(message) },
      stepper: {
        async stepDue() {
          if (failing) throw new Error('the database is away');
          seen.push(`look ${clock.now() - START}`);
        },
        hasten: async (environments) => void seen.push(`hasten ${environments.join(' ')}`),
      },
    });
  });
  afterEach(() => loop.close());

  async function pass(seconds: number): Promise<void> {
    for (let i = 0; i < seconds; i += 1) {
      clock.moveTo(clock.now() + 1_000);
      await turn();
    }
  }

  test('looks every second', async () => {
    await pass(3);
    expect(seen).toEqual(['look 1000', 'look 2000', 'look 3000']);
  });

  test('looks at once where something has happened, and tells it to the rollouts there first', async () => {
    loop.hasten(['production', 'staging']);
    await turn();
    expect(seen).toEqual(['hasten production staging', 'look 0']);
    loop.wake();
    await turn();
    expect(seen.slice(2)).toEqual(['look 0']);
    await pass(1);
    expect(seen.slice(3)).toEqual(['look 1000']);
  });

  test('takes what happens during a look for the next one, which follows at once', async () => {
    loop.wake();
    loop.hasten(['production']);
    loop.hasten(['production']);
    await turn();
    expect(seen).toEqual(['look 0', 'hasten production', 'look 0']);
  });

  test('says once that it cannot look, and goes on when it can again', async () => {
    failing = true;
    await pass(3);
    expect(warnings).toHaveLength(1);
    failing = false;
    await pass(1);
    expect(seen).toEqual(['look 4000']);
  });

  test('looks no more once it is closed', async () => {
    await loop.close();
    loop.wake();
    await pass(2);
    expect(seen).toEqual([]);
  });
});
