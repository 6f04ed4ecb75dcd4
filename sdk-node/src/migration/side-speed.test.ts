import { describe, expect, test } from 'vitest';
import { nodePlatform } from '../platform.ts';
import { createMigration } from './migration.ts';
import { createShadow, type ShadowSides } from './shadow.ts';
import { createSideTally } from './side-tally.ts';

const CALLS = 1_000;
/** A busy machine may take three times as long as the target. */
const LENIENCY = 3;

const context = { user: { key: 'u-1' } };
const hangs = () => new Promise<never>(() => undefined);

function sidesServing(served: unknown): ShadowSides {
  return {
    platform: nodePlatform(),
    log: () => undefined,
    recorder: createSideTally({ hasRoom: () => true, onDropped: () => undefined }),
    variation: <T>() => served as T,
    unseen: (_context, run) => run(),
  };
}

/** How long callers wait, in milliseconds, from the quickest to the slowest. */
async function waits(call: () => Promise<unknown>): Promise<(share: number) => number> {
  const all: number[] = [];
  for (let index = 0; index < CALLS; index += 1) {
    const startedAt = performance.now();
    await call();
    all.push(performance.now() - startedAt);
  }
  all.sort((a, b) => a - b);
  return (share) => all[Math.floor(share * CALLS)] ?? 0;
}

describe('what a caller waits for', () => {
  test('S23: a new store that does not answer keeps nobody waiting in the stage shadow', async () => {
    const read = (stage: string) => {
      const config = { fallbackStage: 'off' as const, read: { old: async () => 1, new: hangs } };
      const users = createMigration(sidesServing(stage), 'users-db', config);
      return waits(() => users.read(context));
    };
    const [off, shadow] = [await read('off'), await read('shadow')];
    const added = shadow(0.95) - off(0.95);
    console.info(`a shadowed read adds ${(added * 1_000).toFixed(1)} µs at p95 (target: 5 ms)`);
    expect(added).toBeLessThan(5 * LENIENCY);
  });

  test('S24: a candidate adds next to nothing', async () => {
    const shadow = createShadow(sidesServing(true));
    const experiment = { control: async () => ({ amount: 100 }), candidate: async () => ({ amount: 100 }) };
    const alone = await waits(experiment.control);
    const beside = await waits(() => shadow('new-price', context, experiment));
    const added = beside(0.5) - alone(0.5);
    console.info(`a candidate adds ${(added * 1_000).toFixed(1)} µs at p50 (target: 100 µs)`);
    expect(added).toBeLessThan(0.1 * LENIENCY);
  });
});
