import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MINUTE } from '../rollouts/world.contract.ts';
import { gateSchema, SAMPLE_RATIO } from './gate-schemas.ts';
import { type ArmReport, type JudgedWorld, openJudged } from './judged.contract.ts';

const ERRORS = gateSchema.parse({ id: 'errors', kind: 'error-rate' });
const GATES = [ERRORS, gateSchema.parse({ id: 'p95', kind: 'latency' })];
const STAGES = [
  { kind: 'percent', percent: 10, bakeMinutes: 2 },
  { kind: 'percent', percent: 100, bakeMinutes: 1 },
] as const;
const plan = { stages: STAGES, gates: GATES };

let world: JudgedWorld;
beforeEach(async () => {
  world = await openJudged();
  await world.engine.aFlag();
});
afterEach(() => world[Symbol.asyncDispose]());

const shards = (of: (shard: number) => number): readonly number[] => Array.from({ length: 32 }, (_, i) => of(i));
/** Ten seconds of an arm: everybody makes ten requests that take about as long. */
function anArm(errorsPerShard: number, bucket = 100): ArmReport {
  const lat = Array.from({ length: 8 }, () => ({ g: 1.0408, o: bucket, c: [10, 20, 10] }));
  return {
    n: shards(() => 10),
    err: shards((i) => (errorsPerShard > 0 ? errorsPerShard + (i % 2) : 0)),
    people: shards(() => 5),
    lat,
  };
}

async function started(more: Partial<Parameters<JudgedWorld['engine']['start']>[0]> = {}): Promise<string> {
  const id = await world.engine.start({ ...plan, ...more });
  await world.engine.look();
  return id;
}

const kindOf = async (id: string, gate: string) => (await world.verdict(id, gate))?.kind;

describe('a rollout whose gates judge what SDKs report', () => {
  test('has no data before anybody reports, and holds', async () => {
    const id = await started();
    await world.tick();
    expect([await kindOf(id, 'errors'), await kindOf(id, SAMPLE_RATIO)]).toEqual(['no-data', 'no-data']);
    for (let i = 0; i < 8; i += 1) await world.tick();
    expect(await world.engine.state(id)).toBe('holding');
    expect((await world.engine.row(id)).rollout.state).toMatchObject({ progress: { stage: 0, bakedMs: 0 } });
  });

  test('goes on where nothing differs, and is completed where everybody is one arm', async () => {
    const id = await started();
    for (let i = 0; i < 15; i += 1) {
      await world.report(0, { t: anArm(0), c: anArm(0) });
      await world.tick();
    }
    expect(await world.engine.course(id)).toContain('running 100');
    for (let i = 0; i < 12; i += 1) {
      await world.report(1, { t: anArm(0) });
      await world.tick();
    }
    expect(await world.engine.state(id)).toBe('completed');
  });

  test('is completed once it has baked where everybody has it and nobody meets an error', async () => {
    const id = await started({ stages: [{ kind: 'percent', percent: 100, bakeMinutes: 1 }] });
    for (let i = 0; i < 9; i += 1) {
      await world.report(0, { t: anArm(0) });
      await world.tick();
    }
    expect(await world.engine.state(id)).toBe('completed');
  });

  test('goes back at 100 % too, where there is only the ceiling to hold to', async () => {
    const id = await started({ stages: [{ kind: 'percent', percent: 100, bakeMinutes: 1 }] });
    for (let i = 0; i < 3; i += 1) {
      await world.report(0, { t: anArm(2) });
      await world.tick();
    }
    expect(await world.engine.state(id)).toBe('rolled-back');
    expect((await world.engine.row(id)).evidence?.cause.reason).toContain('more than 1 %');
  });

  test('does not listen to pages, whose reports anybody can make up, where servers report', async () => {
    const id = await started();
    for (let i = 0; i < 4; i += 1) {
      await world.report(0, { t: anArm(0), c: anArm(0) });
      for (let page = 0; page < 20; page += 1) await world.reportOfPage(0, 200);
      await world.tick();
    }
    expect(await kindOf(id, 'errors')).toBe('pass');
    expect((await world.verdict(id, 'errors'))?.figures.samples).toEqual({ released: 1_280, control: 1_280 });
  });

  test('listens to pages where nobody else reports', async () => {
    const id = await started();
    for (let page = 0; page < 20; page += 1) await world.reportOfPage(0, 200);
    await world.tick();
    expect((await world.verdict(id, 'errors'))?.figures.samples).toEqual({ released: 4_000, control: 0 });
  });

  test('goes back at the first look after many more errors were reported, before anything has baked', async () => {
    const id = await started();
    await world.report(0, { t: anArm(0), c: anArm(0) });
    await world.tick();
    for (let i = 0; i < 3; i += 1) await world.report(0, { t: anArm(3), c: anArm(0) });
    await world.tick();
    expect(await kindOf(id, 'errors')).toBe('fail');
    expect(await world.engine.state(id)).toBe('rolled-back');
    const { evidence } = await world.engine.row(id);
    expect(evidence?.cause).toMatchObject({ kind: 'gate' });
    expect(evidence?.affected).toBe(1_280);
    expect(evidence?.verdicts.find(({ gate }) => gate === 'errors')?.figures.samples).toEqual({
      released: 1_280,
      control: 1_280,
    });
  });

  test('goes back where its durations grow', async () => {
    const id = await started();
    for (let i = 0; i < 6; i += 1) {
      await world.report(0, { t: anArm(0, 112), c: anArm(0, 100) });
      await world.tick();
    }
    expect(await world.engine.state(id)).toBe('rolled-back');
    expect((await world.engine.row(id)).evidence?.cause.reason).toContain('times the control');
  });

  test('is paused where one arm loses its people', async () => {
    const id = await started();
    for (let i = 0; i < 6; i += 1) {
      await world.report(0, { t: { ...anArm(0), people: shards(() => 2) }, c: anArm(0) });
      await world.tick();
    }
    expect(await kindOf(id, SAMPLE_RATIO)).toBe('fail');
    expect((await world.engine.row(id)).rollout.state).toMatchObject({
      kind: 'paused',
      cause: { kind: 'sample-ratio' },
    });
  });

  test('counts a report that comes ten times once', async () => {
    const id = await started();
    const fv = await world.flagVersion();
    const t = anArm(0);
    const entry = {
      flag: 'checkout',
      fv,
      arm: 't',
      stage: 0,
      op: 'p',
      n: 0,
      err: 0,
      shards: { n: t.n, err: t.err },
      var: 'on',
    };
    for (let i = 0; i < 10; i += 1) await world.send({ seq: 900, instance: 'again', health: [entry] });
    await world.tick();
    expect((await world.verdict(id, 'errors'))?.figures.samples?.released).toBe(320);
  });

  test('forgets what was measured in the stage before', async () => {
    const id = await started({ stages: [{ kind: 'percent', percent: 5, bakeMinutes: 1 }, ...STAGES] });
    for (let i = 0; i < 9; i += 1) {
      await world.report(0, { t: anArm(0), c: anArm(0) });
      await world.tick();
    }
    expect((await world.engine.row(id)).rollout.state).toMatchObject({ progress: { stage: 1 } });
    await world.tick();
    expect((await world.verdict(id, 'errors'))?.figures.samples).toEqual({ released: 0, control: 0 });
  });

  test('holds once applications fall silent, and never advances on what they said before', async () => {
    const id = await started({ stages: [{ kind: 'percent', percent: 10, bakeMinutes: 10 }, STAGES[1]] });
    for (let i = 0; i < 6; i += 1) {
      await world.report(0, { t: anArm(0), c: anArm(0) });
      await world.tick();
    }
    for (let i = 0; i < 30; i += 1) await world.tick();
    expect(await world.engine.state(id)).toBe('holding');
    const { state } = (await world.engine.row(id)).rollout;
    expect('progress' in state && state.progress.bakedMs).toBeLessThan(4 * MINUTE);
  });
});

test('a gate that cannot be judged is no reason to leave the others out', async () => {
  const broken = { ...ERRORS, id: 'broken', kind: 'horoscope' } as never;
  const id = await started({ gates: [broken, ERRORS] });
  await world.report(0, { t: anArm(0), c: anArm(0) });
  await world.tick();
  expect(await kindOf(id, 'broken')).toBe('provider-error');
  expect(await kindOf(id, 'errors')).toBe('inconclusive');
  expect(world.errors).toHaveLength(1);
});
