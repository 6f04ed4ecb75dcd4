import type { ConfigInstruction, FlagInstruction } from '@glidepath/core/change';
import { describe, expect, test } from 'vitest';
import { FlagIndex } from '../flags/flag-index.ts';
import { openWorld, type World } from '../flags/world.contract.ts';
import type { CodeReference } from '../store/lifecycle.ts';
import { DEFAULT_SETTINGS, SETTINGS_KEY } from './lifecycle-settings.ts';
import { createLives, type Lives } from './lives.ts';

const DAY = 86_400_000;
const KEY = 'new-cart';

interface Scene extends AsyncDisposable {
  readonly world: World;
  readonly lives: Lives;
  pass(days: number): void;
  change(...instructions: readonly ConfigInstruction[]): Promise<void>;
  changeShared(...instructions: readonly FlagInstruction[]): Promise<void>;
  evaluate(flag: string, counts: Readonly<Record<string, number>>, environment?: string): Promise<void>;
  scan(places: Readonly<Record<string, readonly Partial<CodeReference>[]>>): Promise<void>;
  view(flag?: string): Promise<NonNullable<Awaited<ReturnType<Lives['one']>>>['view']>;
}

/** A project with one release flag, which is off. */
async function openScene(): Promise<Scene> {
  const world = await openWorld({ environments: ['staging', 'production'] });
  const { store, project } = world;
  const lives = createLives({
    store,
    clock: { now: () => world.time.now, monotonic: () => 0 },
    flags: new FlagIndex(store),
  });
  let reports = 0;
  await world.change({ create: 'flag', flag: { key: KEY, type: 'boolean' } });
  return {
    world,
    lives,
    pass: (days) => {
      world.time.now += days * DAY;
    },
    change: async (...instructions) => {
      for (const { key } of world.environments) await world.change({ flag: KEY, environment: key, instructions });
    },
    changeShared: async (...instructions) => void (await world.change({ flag: KEY, instructions })),
    async evaluate(flag, counts, environment = 'production') {
      reports += 1;
      await store.addUsage(
        [
          {
            environment: world.environmentId(environment),
            instance: 'one',
            seq: reports,
            counts: Object.entries(counts).map(([variation, n]) => ({ flag, variation, reason: 'FALLTHROUGH', n })),
            missing: [],
            seen: [],
            health: [],
          },
        ],
        world.time.now,
      );
    },
    async scan(places) {
      const whole = { path: 'cart.ts', line: 1, call: 'variation', removable: true, hash: 'h', context: null };
      await store.write([], (tx) =>
        tx.replaceReferences({
          project: project.id,
          repository: 'github.com/acme/shop',
          branch: 'main',
          commit: 'c0ffee',
          scannedAt: world.time.now,
          urlTemplate: null,
          uploadedBy: 'token:ci',
          places: new Map(
            Object.entries(places).map(([flag, some]) => [
              flag,
              some.map((place, index) => ({ ...whole, line: index + 1, ...place })),
            ]),
          ),
          remembered: new Set([KEY]),
        }),
      );
    },
    async view(flag = KEY) {
      const life = await lives.one(project, flag);
      if (life === null) throw new Error(`there is no flag ${flag}`);
      return life.view;
    },
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

describe('the life of a flag', () => {
  test('goes from new over rolling out to settled, and ends archived', async () => {
    await using scene = await openScene();
    expect(await scene.view()).toMatchObject({ stage: 'new', stale: [], forward: { variation: 'off' }, ageDays: 0 });

    scene.pass(2);
    await scene.change({ kind: 'turn-on' });
    await scene.change({ kind: 'set-split', at: 'fallthrough', weights: { on: 10_000, off: 90_000 } });
    await scene.evaluate(KEY, { on: 10, off: 90 });
    expect(await scene.view()).toMatchObject({ stage: 'rolling-out', forward: null, next: { action: 'settle' } });

    scene.pass(3);
    await scene.change({ kind: 'set-split', at: 'fallthrough', weights: { on: 100_000 } });
    await scene.evaluate(KEY, { on: 100 });
    expect(await scene.view()).toMatchObject({ stage: 'rolling-out', forward: { variation: 'on', value: true } });

    scene.pass(8);
    await scene.evaluate(KEY, { on: 40 });
    await scene.scan({ [KEY]: [{}, {}] });
    expect(await scene.view()).toMatchObject({
      stage: 'settled',
      stageSince: new Date(scene.world.time.now - DAY).toISOString(),
      ageDays: 13,
      stale: [{ code: 'settled' }],
      readiness: { kind: 'safe' },
      next: { action: 'remove-code' },
      removalCommand: 'glidepath prune new-cart --variation on',
      references: { count: 2, byHand: 0 },
      evaluatedAt: new Date(scene.world.time.now).toISOString(),
      evaluations7d: 40,
    });

    scene.pass(3);
    await scene.scan({});
    expect(await scene.view()).toMatchObject({
      stale: [{ code: 'settled' }, { code: 'gone-from-code' }],
      readiness: { kind: 'caution' },
      next: { action: 'wait' },
      removalCommand: null,
      references: { count: 0 },
    });

    await scene.changeShared({ kind: 'archive', confirm: KEY });
    const archivedAt = new Date(scene.world.time.now).toISOString();
    const servesUntil = new Date(scene.world.time.now + 30 * DAY).toISOString();
    const archived = { stage: 'archived', stale: [], archivedAt, servesUntil };
    expect(await scene.view()).toMatchObject({ ...archived, next: { action: 'none' } });
    scene.pass(1);
    await scene.evaluate(KEY, { on: 1 });
    expect(await scene.view()).toMatchObject({ ...archived, next: { action: 'remove-code' } });
  });

  test('is not made younger by words, nor by what the service does itself', async () => {
    await using scene = await openScene();
    await scene.change({ kind: 'turn-on' });
    const servedSince = scene.world.time.now;
    scene.pass(9);
    await scene.evaluate(KEY, { on: 5 });
    await scene.changeShared({ kind: 'rename', name: 'The cart of 2026' });
    const changedAt = scene.world.time.now;
    scene.pass(1);
    await scene.world.change(
      { flag: KEY, instructions: [{ kind: 'describe', description: 'by a schedule' }] },
      { actor: { kind: 'system' }, origin: 'system' },
    );
    const life = await scene.lives.one(scene.world.project, KEY);
    expect(life).toMatchObject({ changedAt, view: { stage: 'settled', name: 'The cart of 2026' } });
    expect(life?.view.stageSince).toBe(new Date(servedSince + 7 * DAY).toISOString());
  });

  test('begins to settle anew after a kill and after another value', async () => {
    await using scene = await openScene();
    await scene.change({ kind: 'turn-on' });
    scene.pass(9);
    await scene.evaluate(KEY, { on: 5 });
    await scene.change({ kind: 'kill', reason: 'errors' });
    expect(await scene.view()).toMatchObject({ stage: 'rolling-out', forward: null });
    await scene.change({ kind: 'restore' });
    expect(await scene.view()).toMatchObject({ stage: 'rolling-out', forward: { variation: 'on' } });
    scene.pass(7);
    expect(await scene.view()).toMatchObject({ stage: 'settled' });
  });

  test('is over where nobody asks, though applications tell of other flags', async () => {
    await using scene = await openScene();
    await scene.world.change({ create: 'flag', flag: { key: 'busy', type: 'boolean' } });
    await scene.change({ kind: 'turn-on' });
    await scene.evaluate(KEY, { on: 5 });
    scene.pass(15);
    expect(await scene.view()).toMatchObject({ stage: 'settled', readiness: { kind: 'caution' } });
    await scene.evaluate('busy', { off: 1 }, 'staging');
    expect(await scene.view()).toMatchObject({
      stage: 'abandoned',
      stale: [{ code: 'abandoned' }],
      evaluations7d: 0,
      next: { action: 'archive' },
    });
  });

  test('is held up by a live flag that needs it, and not by one that is archived', async () => {
    await using scene = await openScene();
    await scene.world.change({ create: 'flag', flag: { key: 'child', type: 'boolean' } });
    const prerequisites = [{ flag: KEY, variations: ['on'] }];
    await scene.world.change({
      flag: 'child',
      environment: 'staging',
      instructions: [{ kind: 'set-prerequisites', prerequisites }],
    });
    await scene.change({ kind: 'turn-on' });
    await scene.evaluate(KEY, { on: 1 });
    scene.pass(8);
    const dependents = async () =>
      (await scene.view()).readiness.checks.find(({ code }) => code === 'no-dependents')?.outcome;
    expect(await dependents()).toBe('block');
    await scene.world.change({ flag: 'child', instructions: [{ kind: 'archive' }] });
    expect(await dependents()).toBe('pass');
  });

  test('is told with what was promised of it, and by the days that the project has chosen', async () => {
    await using scene = await openScene();
    const { store, project, time } = scene.world;
    await scene.change({ kind: 'turn-on' });
    await scene.evaluate(KEY, { on: 1 });
    scene.pass(8);
    const keepUntil = time.now + 5 * DAY;
    await store.write([], async (tx) => {
      await tx.putReminder({ ...(await tx.reminder(project.id, KEY)), keepUntil, nudgedAt: time.now });
    });
    expect(await scene.view()).toMatchObject({
      stage: 'settled',
      keepUntil: new Date(keepUntil).toISOString(),
      nudgedAt: new Date(time.now).toISOString(),
      next: { action: 'wait' },
    });
    const ref = { kind: 'lifecycle-settings', parent: project.id, key: SETTINGS_KEY } as const;
    await store.write([], (tx) => tx.put(ref, { ...DEFAULT_SETTINGS, settledDays: 30 }, 0));
    expect(await scene.view()).toMatchObject({ stage: 'rolling-out' });
  });
});
