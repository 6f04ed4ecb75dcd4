import { afterEach, describe, expect, test } from 'vitest';
import { armFailpoints } from '../failpoint.ts';
import { by, type EngineWorld, openEngine } from './engine.contract.ts';
import { aPlan, MINUTE } from './world.contract.ts';

/** Every point at which a process may end while a rollout moves. */
const POINTS = [
  'command-before-lock',
  'command-after-lock',
  'command-after-check',
  'command-after-commit',
  'start-after-row',
  'start-after-record',
  'step-before-lock',
  'step-after-lock',
  'step-after-facts',
  'step-after-decision',
  'step-after-count',
  'step-after-audit',
  'step-after-event',
  'step-after-commit',
  'settle-before-change',
  'settle-after-change',
  'settle-after-incident',
  'settle-after-row',
  'settle-after-gates',
  'settle-after-record',
  'settle-after-audit',
  'before-commit',
  'after-commit',
];
/** How often each is passed at the most in the course below; the long tier tries every pass. */
const PASSES = process.env['GLIDEPATH_TEST_TIER'] === 'faults' ? 12 : 1;

afterEach(() => armFailpoints(''));

/** Again until it is answered, as a client does: the key lets it happen once. */
async function insisting<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt === 3 || !String(error).includes('failpoint')) throw error;
    }
  }
}

interface Trace {
  readonly course: readonly unknown[];
  readonly versions: number;
  readonly records: number;
  readonly messages: number;
  readonly incidents: number;
}

/** Started, on to 10 %, advanced by hand, harmed, back: what it has left behind when `fault` strikes on the way. */
async function traced(engine: EngineWorld, flag: string, fault: string): Promise<Trace & { readonly struck: boolean }> {
  const { world, service } = engine;
  const [environment] = world.environments;
  if (environment === undefined) throw new Error('no environment');
  await engine.aFlag(flag);
  const before = await measured(engine);
  const body = await engine.body(flag);
  const key = (name: string) =>
    by('ana', { idempotency: { principal: 'member:ana', key: `${flag}-${name}`, request: name } });
  const struckBefore = engine.troubles.length;
  armFailpoints(fault);
  let tries = 0;
  const counted = <T>(work: () => Promise<T>) =>
    insisting(() => {
      tries += 1;
      return work();
    });

  const order = { project: world.project, environment, flag, plan: aPlan(), begins: true };
  const { result } = await counted(() => service.start(order, key('start')));
  await engine.pass(40_000);
  const advance = { kind: 'advance' } as const;
  await counted(() => service.command(world.project.id, result.id, advance, key('advance'), { confirm: flag }));
  await engine.pass(20_000);
  await engine.pass(30_000, 'fail');
  armFailpoints('');

  expect(await engine.body(flag)).toBe(body);
  const after = await measured(engine);
  const records = await world.store.rolloutRecords(result.id);
  return {
    struck: engine.troubles.length > struckBefore || tries > 2,
    course: records.map(({ from, to, stage, percent, cause, actor, version }) => [
      from,
      to,
      stage,
      percent,
      cause,
      actor,
      version !== null,
    ]),
    versions: after.versions - before.versions,
    records: after.records - before.records,
    messages: after.messages - before.messages,
    incidents: after.incidents - before.incidents,
  };
}

async function measured({ world }: EngineWorld) {
  const { production = 0 } = await world.versions();
  return {
    versions: production,
    records: (await world.store.auditHead()).seq,
    messages: (await world.store.waitingEvents(100_000)).length,
    incidents: (await world.store.documents('incident')).length,
  };
}

describe('whatever point of a transition a process ends at', () => {
  test('every part of it has happened once, when somebody has gone on with it', async () => {
    await using engine = await openEngine();
    const { struck: _, ...reference } = await traced(engine, 'untouched', '');
    expect(reference).toMatchObject({ versions: 3, incidents: 1 });
    expect(reference.course.map((step) => (step as unknown[])[1])).toEqual([
      'waiting',
      'running',
      'running',
      'rolled-back',
    ]);
    for (const point of POINTS)
      for (let pass = 1; pass <= PASSES; pass += 1) {
        const { struck, ...trace } = await traced(engine, `${point}-${pass}`, `${point}=throw@${pass}`);
        expect(trace, `${point}, pass ${pass}`).toEqual(reference);
        if (pass === 1) expect(struck, `${point} is passed`).toBe(true);
        if (!struck) break;
      }
  });

  test.for<[title: string, ms: number]>([
    ['an hour', 60 * MINUTE],
    ['a day', 24 * 60 * MINUTE],
    ['ten years', 10 * 365 * 24 * 60 * MINUTE],
    ['an hour back', -60 * MINUTE],
  ])('T45: a clock that leaps %s shortens no bake, and skips and doubles no stage', async ([, ms]) => {
    await using engine = await openEngine();
    const { world } = engine;
    await engine.aFlag();
    const stages = [10, 50, 100].map((percent) => ({ kind: 'percent', percent, bakeMinutes: 2 }) as const);
    const id = await engine.start({ stages });
    await engine.pass(MINUTE);
    world.time.now += ms;
    await engine.pass(10_000);
    // It is looked at all the while, wherever the clock is.
    expect((await engine.row(id)).nextAt).toBeLessThanOrEqual(world.time.now + 10_000);
    // Half a minute of the leap may count: so long a verdict holds.
    expect((await engine.row(id)).rollout.state).toMatchObject({ kind: 'running', progress: { stage: 0 } });
    await engine.pass(MINUTE + 10_000);
    expect((await engine.row(id)).rollout.state).not.toMatchObject({ progress: { stage: 0 } });
    await engine.pass(5 * MINUTE);
    expect(await engine.course(id)).toEqual(['waiting 0', 'running 10', 'running 50', 'running 100', 'completed 100']);
  });
});
