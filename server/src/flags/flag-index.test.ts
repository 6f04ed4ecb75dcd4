import { describe, expect, test } from 'vitest';
import { FlagIndex } from './flag-index.ts';
import { openWorld, type World } from './world.contract.ts';

const shown = async (index: FlagIndex, world: World) =>
  (await index.flagsOf(world.project.id)).map(({ flag, configs }) => ({
    key: flag.key,
    name: flag.body.name,
    revision: flag.revision,
    on: configs.map(({ environment, config }) => `${environment} ${config.on}`),
  }));

describe('the index of flags', () => {
  test('says the same as one that reads everything, after every kind of write', async () => {
    await using world = await openWorld({ environments: ['staging', 'production'] });
    const index = new FlagIndex(world.store);
    const steps = [
      { create: 'flag', flag: { key: 'b', type: 'boolean' } },
      { create: 'flag', flag: { key: 'a', type: 'boolean' } },
      { flag: 'a', environment: 'production', instructions: [{ kind: 'turn-on' }] },
      { flag: 'b', instructions: [{ kind: 'rename', name: 'Renamed' }] },
      { create: 'segment', segment: { key: 's' } },
      { delete: 'segment', segment: 's' },
      { flag: 'b', instructions: [{ kind: 'archive' }] },
    ] as const;
    for (const step of steps) {
      await world.change(step);
      const fresh = await shown(new FlagIndex(world.store), world);
      expect(new Map((await shown(index, world)).map((row) => [row.key, row]))).toEqual(
        new Map(fresh.map((row) => [row.key, row])),
      );
    }
    expect(await shown(index, world)).toHaveLength(2);
  });

  test('notices a new environment, whose configurations no record names', async () => {
    await using world = await openWorld({ environments: ['staging'] });
    const index = new FlagIndex(world.store);
    await world.change({ create: 'flag', flag: { key: 'a', type: 'boolean' } });
    expect(await shown(index, world)).toMatchObject([{ on: ['staging false'] }]);
    await world.addEnvironment('production');
    expect(await shown(index, world)).toMatchObject([{ on: ['staging false', 'production false'] }]);
  });
});
