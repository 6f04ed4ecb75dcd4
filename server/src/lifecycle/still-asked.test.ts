import { describe, expect, test } from 'vitest';
import type { FlagStillAsked } from '../events.ts';
import { FlagIndex } from '../flags/flag-index.ts';
import { openWorld, type World } from '../flags/world.contract.ts';
import { createStillAsked } from './still-asked.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

interface Scene extends AsyncDisposable {
  readonly world: World;
  evaluate(environment: string): Promise<void>;
  /** What is told now. */
  told(): Promise<readonly FlagStillAsked[]>;
  pass(ms: number): void;
}

/** A project with one flag of Ann's, which was archived just now. */
async function openScene(): Promise<Scene> {
  const world = await openWorld();
  const { store, time } = world;
  const directory = {
    member: (id: string) => (id === 'm-ann' ? { id, name: 'Ann', email: 'ann@example.test', roles: {} } : null),
  };
  const look = createStillAsked({ store, flags: new FlagIndex(store), directory });
  const seen = new Set<string>();
  let reports = 0;
  await world.change({ create: 'flag', flag: { key: 'old-cart', type: 'boolean', owner: 'm-ann' } });
  await world.change({ flag: 'old-cart', instructions: [{ kind: 'archive' }] });
  return {
    world,
    pass: (ms) => {
      time.now += ms;
    },
    async evaluate(environment) {
      reports += 1;
      const counts = [{ flag: 'old-cart', variation: 'off', reason: 'OFF', n: 1 }];
      const report = { environment: world.environmentId(environment), instance: 'one', seq: reports, counts };
      await store.addUsage([{ ...report, missing: [], seen: [], health: [] }], time.now);
    },
    async told() {
      await look(time.now);
      const waiting = (await store.waitingEvents(100)).filter(({ topic }) => topic === 'flag-still-asked');
      const fresh = waiting.filter(({ id }) => !seen.has(id));
      for (const { id } of fresh) seen.add(id);
      return fresh.map(({ body }) => body as FlagStillAsked);
    },
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

describe('an archived flag', () => {
  test('that somebody still evaluates is told to its owner: where, when, and until when it serves', async () => {
    await using scene = await openScene();
    const archivedAt = scene.world.time.now;
    scene.pass(2 * HOUR);
    await scene.evaluate('staging');
    scene.pass(HOUR);
    await scene.evaluate('production');
    expect(await scene.told()).toEqual([
      {
        kind: 'flag-still-asked',
        project: scene.world.project.key,
        flag: 'old-cart',
        owner: { id: 'm-ann', name: 'Ann' },
        environments: ['staging', 'production'],
        evaluatedAt: archivedAt + 3 * HOUR,
        servesUntil: archivedAt + 30 * DAY,
        actor: 'system',
        at: archivedAt + 3 * HOUR,
      },
    ]);
  });

  test('is told of at most once a week, and only while somebody asks', async () => {
    await using scene = await openScene();
    const counts: number[] = [];
    for (let day = 1; day <= 20; day += 1) {
      scene.pass(DAY);
      if (day <= 16) await scene.evaluate('production');
      counts.push((await scene.told()).length);
    }
    expect(counts.flatMap((count, day) => (count > 0 ? [day + 1] : []))).toEqual([1, 8, 15]);
  });

  test('is told of once where several replicas look at the same time', async () => {
    await using scene = await openScene();
    scene.pass(DAY);
    await scene.evaluate('production');
    const { store, time } = scene.world;
    const directory = { member: () => null };
    const replicas = Array.from({ length: 4 }, () =>
      createStillAsked({ store, flags: new FlagIndex(store), directory }),
    );
    await Promise.all(replicas.map((look) => look(time.now)));
    expect(await scene.told()).toMatchObject([{ owner: null }]);
  });

  test.for<[string, (scene: Scene) => Promise<void>]>([
    [
      'was evaluated before, or just after',
      async ({ evaluate, pass }) => {
        await evaluate('production');
        pass(HOUR);
        await evaluate('production');
      },
    ],
    [
      'is not evaluated until it has left',
      async ({ evaluate, pass }) => {
        pass(30 * DAY);
        await evaluate('production');
      },
    ],
    [
      'was taken back',
      async ({ evaluate, pass, world }) => {
        pass(DAY);
        await evaluate('production');
        await world.change({ flag: 'old-cart', instructions: [{ kind: 'unarchive' }] });
      },
    ],
  ])('that %s is not told of', async ([, prepare]) => {
    await using scene = await openScene();
    await prepare(scene);
    expect(await scene.told()).toEqual([]);
  });
});
