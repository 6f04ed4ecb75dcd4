import { expect, test } from 'vitest';
import { openWorld } from '../flags/world.contract.ts';
import { resolvePlan } from './resolve-plan.ts';

test('a flag of three variations is released only by who says which, and the present one is not among them', async () => {
  await using world = await openWorld({ environments: ['production'] });
  const { store, project, environments } = world;
  const [environment] = environments;
  if (environment === undefined) throw new Error('no environment');
  const variations = ['plain', 'blue', 'green'].map((key) => ({ key, value: key }));
  await world.change({ create: 'flag', flag: { key: 'button', type: 'string', variations } });
  const serve = { variation: 'plain' };
  await world.change({
    flag: 'button',
    environment: 'production',
    instructions: [{ kind: 'turn-on' }, { kind: 'set-fallthrough', serve }],
  });
  await expect(resolvePlan(store, { project, environment }, 'button', {})).rejects.toMatchObject({
    refusal: { detail: 'Say which variation is released against `plain`: `blue` or `green`.' },
  });
  const plan = await resolvePlan(store, { project, environment }, 'button', { variation: 'green' });
  expect(plan).toMatchObject({ variation: 'green', control: 'plain' });
});
