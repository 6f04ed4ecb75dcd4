import { expect, test } from 'vitest';
import { openEngine } from './engine.contract.ts';
import { openRollout } from './transition.ts';
import { aPlan } from './world.contract.ts';

test('however many rollouts cannot be looked at, the others go on, and each is tried less and less often', async () => {
  await using engine = await openEngine();
  const { store, project, environments, time } = engine.world;
  const [environment] = environments;
  if (environment === undefined) throw new Error('no environment');
  await engine.aFlag();
  const id = await engine.start();
  const { revision: _, updatedAt: __, ...row } = await engine.row(id);
  await store.write([environment.id], async (tx) => {
    for (let i = 0; i < 101; i += 1) {
      const rollout = openRollout(`broken-${i}`, aPlan(), { variation: 'off' });
      const longDue = time.now - 1;
      await tx.putRollout({ ...row, rollout, project: project.id, flag: `gone-${i}`, nextAt: longDue }, 0);
    }
  });
  await engine.look();
  expect(await engine.state(id)).toBe('running');
  const troublesAfter = async (ms: number) => {
    time.now += ms;
    await engine.look();
    return engine.troubles.length;
  };
  expect([await troublesAfter(0), await troublesAfter(1_000), await troublesAfter(1_000)]).toEqual([101, 202, 202]);
});
