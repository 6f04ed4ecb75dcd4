import { describe, expect, inject, test } from 'vitest';
import { aMember, postgresDatabase } from '../flags/world.contract.ts';
import { type EngineWorld, openEngine } from './engine.contract.ts';
import { wayBackOf } from './restore.ts';
import { MINUTE } from './world.contract.ts';

const KILL = { kind: 'kill', reason: 'fire' } as const;
const ON = { kind: 'set-fallthrough', serve: { variation: 'on' } } as const;

const live = async (engine: EngineWorld) => {
  const [row] = await engine.world.store.rollouts({ flag: 'checkout', isLive: true, limit: 1 });
  if (row === undefined) throw new Error('no rollout began');
  return row;
};

const refused = (code: string, detail: RegExp) => ({
  refusal: { code, detail: expect.stringMatching(detail) },
});

describe('the end of a kill by a rollout', () => {
  test.for(['SQLite', 'PostgreSQL'])(
    'on %s gives nobody anything back at once, and leads to what was served step by step',
    async (name) => {
      await using database = name === 'SQLite' ? null : await postgresDatabase(inject('pgUrl'));
      await using engine = await openEngine(database === null ? {} : { url: database.url });
      await engine.aFlag('checkout', ON);
      await engine.change(KILL);
      const { documents, versions } = await engine.restoreByRollout();
      expect(documents).toMatchObject([{ key: 'checkout', environment: 'production' }]);
      expect(versions).toHaveProperty('production');
      expect(await engine.config()).toMatchObject({ killed: null, fallthrough: { variation: 'off' } });
      const { rollout } = await live(engine);
      expect(rollout).toMatchObject({
        before: { variation: 'off' },
        plan: { variation: 'on', control: 'off', at: 'fallthrough', stages: { length: 6 } },
      });
      await engine.pass(10_000);
      expect((await engine.config()).fallthrough).toMatchObject({ split: { weights: { on: 1_000, off: 99_000 } } });
      const records = await engine.world.store.audit({ limit: 10 });
      expect(records.map(({ action, actor, origin }) => [action, actor, origin])).toEqual(
        expect.arrayContaining([['start-rollout', 'member:ana', 'ui']]),
      );
      // What goes back goes to the off variation, not to what was killed.
      await engine.pass(10_000, 'fail');
      expect(await engine.state(rollout.id)).toBe('rolled-back');
      expect((await engine.config()).fallthrough).toEqual({ variation: 'off' });
    },
  );

  test('meets the people first whom the split had met, by what it had bucketed them', async () => {
    await using engine = await openEngine();
    const by = { contextKind: 'user', attribute: 'team' };
    const weights = { on: 30_000, off: 70_000 };
    await engine.aFlag('checkout', { kind: 'set-split', at: 'fallthrough', weights, by });
    const first = JSON.parse(await engine.body()).fallthrough.split;
    await engine.change(KILL);
    await engine.restoreByRollout();
    await engine.pass(10_000);
    const split = JSON.parse(await engine.body()).fallthrough.split;
    expect(split).toMatchObject({ arms: { stage: 0, t: [[0, 1_000]] } });
    const bucketing = ({ ranges: _, arms: __, ...rest }: Record<string, unknown>) => rest;
    expect(bucketing(split)).toEqual(bucketing(first));
  });

  test('is carried out once, however often one request is repeated', async () => {
    await using engine = await openEngine();
    await engine.aFlag('checkout', ON);
    await engine.change(KILL);
    const changes = [{ flag: 'checkout', environment: 'production', instructions: wayBackOf(await engine.config()) }];
    const idempotency = { principal: 'member:ana', key: 'k', request: 'r' };
    const one = await engine.restoreByRollout({ changes, idempotency });
    expect(await engine.restoreByRollout({ changes, idempotency })).toEqual(one);
    expect(await engine.world.store.rolloutCount({ flag: 'checkout' })).toBe(1);
  });

  test('can be tried: it tells what comes, and writes nothing', async () => {
    await using engine = await openEngine();
    await engine.aFlag('checkout', ON);
    await engine.change(KILL);
    const before = await engine.config();
    const { documents } = await engine.restoreByRollout({ dryRun: true });
    expect(documents[0]?.summary.join('\n')).toContain('then release `on` step by step, from 1 %');
    expect(await engine.config()).toEqual(before);
    expect(await engine.world.store.rolloutCount({})).toBe(0);
  });

  test('is refused where no rollout leads back, with the reason and another way', async () => {
    await using engine = await openEngine();
    await engine.aFlag();
    await engine.change(KILL);
    await expect(engine.restoreByRollout()).rejects.toMatchObject(
      refused('validation', /nothing but the off variation `off`.*"as": "before"/),
    );
    await engine.change(ON, { kind: 'turn-off' });
    await expect(engine.restoreByRollout()).rejects.toMatchObject(refused('validation', /is off besides/));
    await engine.change({ kind: 'turn-on' }, { kind: 'restore' });
    await expect(engine.restoreByRollout()).rejects.toMatchObject({ refusal: { code: 'not-killed' } });
    expect(await engine.world.store.rolloutCount({})).toBe(0);
  });

  test('leaves the kill in force while the rollout before it is not over yet', async () => {
    await using engine = await openEngine();
    await engine.aFlag();
    const id = await engine.start();
    await engine.pass(10_000);
    await engine.change(KILL);
    await expect(engine.restoreByRollout()).rejects.toMatchObject({ refusal: { code: 'in-use' } });
    expect((await engine.config()).killed).not.toBeNull();
    await engine.pass(MINUTE);
    await engine.restoreByRollout();
    expect((await live(engine)).rollout.id).not.toBe(id);
  });

  test('takes the right to run rollouts', async () => {
    await using engine = await openEngine();
    await engine.aFlag('checkout', ON);
    await engine.change(KILL);
    await expect(engine.restoreByRollout({ actor: aMember('viewer') })).rejects.toMatchObject(
      refused('forbidden', /rollout\.run/),
    );
    expect((await engine.config()).killed).not.toBeNull();
  });
});
