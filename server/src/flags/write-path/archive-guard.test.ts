import { describe, expect, test } from 'vitest';
import { openWorld, type World } from '../world.contract.ts';

const DAY = 24 * 60 * 60 * 1_000;
const inProduction = (...instructions: readonly object[]) =>
  ({ flag: 'checkout', environment: 'production', instructions }) as never;
const shared = (...instructions: readonly object[]) => ({ flag: 'checkout', instructions }) as never;
const archive = (told: { readonly confirm?: string } = {}) => shared({ kind: 'archive', ...told });

async function aWorld(): Promise<World> {
  const world = await openWorld();
  await world.change({ create: 'flag', flag: { key: 'checkout', type: 'boolean' } });
  return world;
}

function evaluate({ store, environmentId }: World, at: number): Promise<unknown> {
  const counts = [{ flag: 'checkout', variation: 'on', reason: 'FALLTHROUGH', n: 1 }];
  const environment = environmentId('staging');
  return store.addUsage([{ environment, instance: 'one', seq: at, counts, missing: [], seen: [], health: [] }], at);
}

const half = { kind: 'set-split', at: 'fallthrough', weights: { on: 50_000, off: 50_000 } };
const inBerlin = { clauses: [{ attribute: 'city', operator: 'in', values: ['Berlin'] }], serve: { variation: 'off' } };
const all = { kind: 'set-fallthrough', serve: { variation: 'on' } };

describe('a flag that is still at work', () => {
  test.for<[string, (world: World) => Promise<unknown>, string]>([
    [
      'serves two shares',
      (world) => world.change(inProduction({ kind: 'turn-on' }, half)),
      'it serves `on`, `off` in `production`',
    ],
    [
      'serves some another variation',
      (world) => world.change(inProduction({ kind: 'turn-on' }, all, { kind: 'add-rule', rule: inBerlin })),
      'it serves `off`, `on` in `production`',
    ],
    ['is killed', (world) => world.change(inProduction({ kind: 'kill', reason: 'r' })), 'it is killed in `production`'],
    [
      'was evaluated lately',
      (world) => evaluate(world, world.time.now - 7 * DAY + 1),
      'it was evaluated in `staging` within the last 7 days',
    ],
  ])('because it %s is archived only by who types its key', async ([, prepare, why]) => {
    await using world = await aWorld();
    await prepare(world);
    for (const wrong of [{}, { confirm: 'Checkout' }]) {
      expect(await world.refusal(archive(wrong))).toEqual({
        code: 'confirmation-needed',
        detail: `Flag \`checkout\` is still at work: ${why}. Send its key as \`confirm\` if you mean it.`,
        errors: [{ pointer: '/changes/0/instructions/0/confirm', detail: 'must be `checkout`' }],
      });
    }
    expect(await world.refusal(archive(), { dryRun: true })).toMatchObject({ code: 'confirmation-needed' });
    const { documents } = await world.change(archive({ confirm: 'checkout' }));
    expect(documents).toMatchObject([{ kind: 'flag', summary: ['archived'] }]);
  });
});

test('a flag that serves everyone the same, and that nobody has evaluated for 7 days, is archived as it is', async () => {
  await using world = await aWorld();
  await world.change(inProduction({ kind: 'turn-on' }, all));
  await evaluate(world, world.time.now - 7 * DAY);
  await world.change(archive());
});

test('a flag that is archived stays so without its key, whatever else is changed of it', async () => {
  await using world = await aWorld();
  await world.change(archive());
  await evaluate(world, world.time.now);
  await world.change(shared({ kind: 'unarchive' }, { kind: 'rename', name: 'x' }, { kind: 'archive' }));
  await world.change(shared({ kind: 'unarchive' }));
  expect(await world.refusal(archive())).toMatchObject({ code: 'confirmation-needed' });
});

test('a flag that is made and archived by one change needs no key: it has never served anybody', async () => {
  await using world = await openWorld();
  await world.change([
    { create: 'flag', flag: { key: 'checkout', type: 'boolean' } },
    inProduction({ kind: 'turn-on' }, half),
    archive(),
  ]);
  expect((await world.store.documents('flag'))[0]?.body).toMatchObject({ archivedAt: world.time.now });
});
