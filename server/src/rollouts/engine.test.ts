import { describe, expect, inject, test } from 'vitest';
import { postgresDatabase } from '../flags/world.contract.ts';
import { ANA, openEngine } from './engine.contract.ts';
import { planTemplates } from './plan.ts';
import { MINUTE } from './world.contract.ts';

const BACK = { kind: 'roll-back', reason: 'looks wrong' } as const;

describe.for(['SQLite', 'PostgreSQL'] as const)('a rollout on %s', (name) => {
  async function open() {
    if (name === 'SQLite') return openEngine();
    const database = await postgresDatabase(inject('pgUrl'));
    const engine = await openEngine({ url: database.url });
    const dispose = async () => {
      await engine[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    };
    return { ...engine, [Symbol.asyncDispose]: dispose };
  }

  test('goes from stage to stage, bakes each, and is completed', async () => {
    await using engine = await open();
    await engine.aFlag();
    const stages = planTemplates.quick.stages().map((stage) => ({ ...stage, bakeMinutes: stage.bakeMinutes / 10 }));
    const id = await engine.start({ stages });
    await engine.pass(10 * MINUTE);
    expect(await engine.course(id)).toEqual([
      'waiting 0',
      'running 1',
      'running 10',
      'running 50',
      'running 100',
      'completed 100',
    ]);
    const records = await engine.world.store.rolloutRecords(id);
    // Judged ten seconds after a stage began, and looked at every ten: each bakes for what the plan says, to the second.
    const times = records.slice(1).map(({ at }) => at);
    expect(times.slice(1).map((at, i) => at - (times[i] ?? 0))).toEqual(
      stages.map(({ bakeMinutes }) => bakeMinutes * MINUTE),
    );
    expect((await engine.config()).fallthrough).toMatchObject({ split: { weights: { on: 100_000, off: 0 } } });
    expect(await engine.body()).not.toContain('arms');
  });

  test('tells SDKs who is compared, in each stage', async () => {
    await using engine = await open();
    await engine.aFlag();
    const id = await engine.start();
    await engine.pass(10_000);
    expect(JSON.parse(await engine.body())).toMatchObject({
      fallthrough: {
        split: { arms: { rollout: id, stage: 0, t: [[0, 10_000]], c: [[90_000, 100_000]] } },
      },
    });
  });

  test('rolls itself back to the byte when a guardrail fails, opens an incident and keeps what was known', async () => {
    await using engine = await open();
    await engine.aFlag();
    const before = await engine.body();
    const id = await engine.start();
    await engine.pass(MINUTE);
    expect(await engine.body()).not.toBe(before);
    await engine.pass(10_000, 'fail');
    expect(await engine.body()).toBe(before);
    const row = await engine.row(id);
    expect(row).toMatchObject({
      rollout: { state: { kind: 'rolled-back', cause: { kind: 'gate', reason: 'errors: fail' } } },
      nextAt: null,
      incident: 'INC-1',
      evidence: { stage: 0, percent: 10, affected: null, verdicts: [{ kind: 'fail', gate: 'errors' }] },
    });
    const [incident] = await engine.world.store.documents('incident');
    expect(incident?.body).toMatchObject({ flags: ['checkout'], severity: 'SEV2', rollout: id, resolvedAt: null });
    const messages = await engine.world.store.waitingEvents(100);
    expect(messages.map(({ topic }) => topic)).toContain('incident-opened');
    const [last] = await engine.world.store.changesSince(row.environment, 0, 100).then((all) => all.slice(-1));
    expect(last?.urgent).toBe(true);
  });

  test('pauses, and says why, where the change that it takes is refused', async () => {
    await using engine = await open();
    await engine.aFlag();
    await engine.world.change({ create: 'segment', segment: { key: 'staff' } });
    const stages = [
      { kind: 'percent', percent: 10, bakeMinutes: 0.5 },
      { kind: 'segment', segment: 'staff', bakeMinutes: 0.5 },
      { kind: 'percent', percent: 100, bakeMinutes: 0.5 },
    ] as const;
    const id = await engine.start({ stages });
    await engine.pass(10_000);
    await engine.world.change({ delete: 'segment', segment: 'staff' });
    await engine.pass(MINUTE);
    expect((await engine.row(id)).rollout.state).toMatchObject({
      kind: 'paused',
      progress: { stage: 0 },
      cause: { kind: 'refused', reason: expect.stringContaining('staff') },
    });
    expect(engine.troubles).toEqual([]);
    await engine.service.command(engine.world.project.id, id, BACK, ANA);
    expect(await engine.state(id)).toBe('rolled-back');
  });

  test('that only few people come by tells once that it holds, and not each time that somebody came', async () => {
    await using engine = await open();
    await engine.aFlag();
    const id = await engine.start({ stages: [{ kind: 'percent', percent: 100, bakeMinutes: 0.5 }] });
    await engine.pass(MINUTE, 'inconclusive');
    for (let i = 0; i < 3; i += 1) {
      await engine.pass(MINUTE, 'no-data');
      await engine.pass(10_000, 'inconclusive');
    }
    expect(await engine.course(id)).toEqual(['waiting 0', 'running 100', 'holding 100']);
    expect((await engine.row(id)).rollout.state).toMatchObject({ cause: { kind: 'samples' } });
  });

  test('that cannot begin any more is over and says why, instead of claiming a stage that nobody gets', async () => {
    await using engine = await open();
    await engine.aFlag();
    await engine.world.change({ create: 'segment', segment: { key: 'staff' } });
    const stages = [
      { kind: 'segment', segment: 'staff', bakeMinutes: 1 },
      { kind: 'percent', percent: 100, bakeMinutes: 1 },
    ] as const;
    const id = await engine.start({ stages, start: { kind: 'at', at: engine.world.time.now + MINUTE } });
    await engine.world.change({ delete: 'segment', segment: 'staff' });
    await engine.pass(2 * MINUTE);
    expect((await engine.row(id)).rollout.state).toMatchObject({
      kind: 'aborted',
      stage: null,
      cause: { kind: 'refused', reason: expect.stringContaining('staff') },
    });
    expect(await engine.course(id)).toEqual(['waiting 0', 'aborted 0']);
    expect((await engine.config()).fallthrough).toEqual({ variation: 'off' });
    expect(engine.troubles).toEqual([]);
  });

  test('stays on its way back while the change that restores is refused, and completes once it is possible', async () => {
    await using engine = await open();
    await engine.aFlag();
    const before = await engine.body();
    const id = await engine.start();
    await engine.pass(10_000);
    engine.around.refusal = 'the payload is too large';
    await engine.pass(30_000, 'fail');
    const stuck = await engine.row(id);
    expect(stuck).toMatchObject({
      rollout: { state: { kind: 'rolling-back', stage: 0, cause: { kind: 'gate' } } },
      incident: 'INC-1',
      evidence: { percent: 10 },
    });
    engine.around.refusal = null;
    // Whoever has failed once is taken back, whatever gates say meanwhile.
    await engine.pass(10_000, 'pass');
    expect(await engine.body()).toBe(before);
    expect(await engine.course(id)).toEqual(['waiting 0', 'running 10', 'rolling-back 10', 'rolled-back 0']);
    expect(await engine.row(id)).toMatchObject({ incident: 'INC-1', evidence: stuck.evidence, nextAt: null });
    expect(await engine.world.store.documents('incident')).toHaveLength(1);
    expect(engine.troubles).toEqual([]);
  });

  test.for([
    ['kill', { kind: 'kill', reason: 'fire' }, { kind: 'restore' }, 'kill'],
    ['turn to off', { kind: 'turn-off' }, { kind: 'turn-on' }, 'turned-off'],
  ] as const)('does not go on after a %s that was taken back between two looks', async ([, stop, undo, kind]) => {
    await using engine = await open();
    await engine.aFlag();
    const id = await engine.start();
    await engine.pass(10_000);
    // What alters nothing of it stops nothing.
    await engine.change(
      { kind: 'set-off-variation', variation: 'off' },
      { kind: 'set-targets', variation: 'on', contextKind: 'user', keys: ['ana'] },
    );
    await engine.pass(10_000);
    expect(await engine.state(id)).toBe('running');
    await engine.change(stop);
    await engine.change(undo);
    await engine.pass(10_000);
    expect((await engine.row(id)).rollout.state).toMatchObject({ kind: 'aborted', stage: 0, cause: { kind } });
    expect((await engine.config()).fallthrough).toMatchObject({ split: { weights: { on: 10_000, off: 90_000 } } });
    expect(await engine.body()).not.toContain('arms');
  });

  test('stops where somebody deals everybody anew by another salt: it would go on with other people', async () => {
    await using engine = await open();
    await engine.aFlag();
    const id = await engine.start();
    await engine.pass(10_000);
    await engine.world.change({ flag: 'checkout', instructions: [{ kind: 'set-salt', salt: 'spring' }] });
    await engine.pass(10_000);
    expect((await engine.row(id)).rollout.state).toMatchObject({ kind: 'aborted', stage: 0, cause: { kind: 'edit' } });
    expect(await engine.body()).not.toContain('arms');
    const again = await engine.service.restart(engine.world.project.id, id, ANA);
    await engine.pass(10_000);
    expect(await engine.state(again.result.id)).toBe('running');
  });

  test('waits for what it requires, and for a freeze to be over', async () => {
    await using engine = await open();
    await engine.aFlag();
    await engine.aFlag('payments');
    const id = await engine.start({ requires: ['payments'] });
    await engine.pass(10_000);
    expect(await engine.state(id)).toBe('waiting');
    engine.around.freeze = 'Fridays';
    const stages = [{ kind: 'percent', percent: 100, bakeMinutes: 0 }] as const;
    const first = await engine.start({ stages }, { flag: 'payments' });
    await engine.pass(20_000);
    expect(await engine.state(first)).toBe('waiting');
    engine.around.freeze = null;
    await engine.pass(40_000);
    expect(await engine.state(first)).toBe('completed');
    expect(await engine.state(id)).toBe('running');
  });

  test('that would wait for one that waits for it, by whatever way, is refused', async () => {
    await using engine = await open();
    for (const key of ['checkout', 'payments', 'ledger']) await engine.aFlag(key);
    await engine.start({ requires: ['payments'] });
    await engine.start({ requires: ['ledger'] }, { flag: 'payments' });
    await expect(engine.start({ requires: ['checkout'] }, { flag: 'ledger' })).rejects.toMatchObject({
      refusal: { code: 'validation', errors: [{ pointer: '/plan/requires/0' }] },
    });
    await engine.start({}, { flag: 'ledger' });
  });

  test('waits until enough instances run what it needs, and then for the delay', async () => {
    await using engine = await open();
    await engine.aFlag();
    const start = { kind: 'deploy', service: 'api', minVersion: '1.2.0', coverage: 100, delayMinutes: 1 } as const;
    const id = await engine.start({ start });
    const covered = (percent: number) => ({
      service: 'api',
      minVersion: '1.2.0',
      percent,
      instances: 4,
      covered: 0,
      unknown: [],
    });
    engine.around.coverage = covered(75);
    await engine.pass(2 * MINUTE);
    expect(await engine.state(id)).toBe('waiting');
    engine.around.coverage = covered(100);
    await engine.pass(30_000);
    // An instance of the old version comes back: the delay begins anew.
    engine.around.coverage = covered(75);
    await engine.pass(10_000);
    engine.around.coverage = covered(100);
    await engine.pass(MINUTE);
    expect(await engine.state(id)).toBe('waiting');
    await engine.pass(20_000);
    expect(await engine.state(id)).toBe('running');
  });

  test('is restarted with the same people first', async () => {
    await using engine = await open();
    await engine.aFlag();
    const id = await engine.start();
    await engine.pass(10_000);
    const first = JSON.parse(await engine.body());
    await engine.service.command(engine.world.project.id, id, BACK, ANA);
    const again = await engine.service.restart(engine.world.project.id, id, ANA);
    await engine.pass(10_000);
    expect(again.result.id).not.toBe(id);
    const second = JSON.parse(await engine.body());
    expect(second.fallthrough.split.ranges).toEqual(first.fallthrough.split.ranges);
  });
});
