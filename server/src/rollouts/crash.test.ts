import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { armFailpoints } from '../failpoint.ts';
import { beganCourse, POINTS, STEPS, type Trace, traceOf } from './course.contract.ts';
import { type EngineWorld, openEngine } from './engine.contract.ts';
import { MINUTE } from './world.contract.ts';

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

/** What a course has left behind when `fault` strikes on the way. */
async function traced(engine: EngineWorld, flag: string, fault: string): Promise<Trace & { readonly struck: boolean }> {
  let course = await beganCourse(engine, flag);
  const struckBefore = engine.troubles.length;
  armFailpoints(fault);
  let tries = 0;
  for (const step of STEPS) {
    const current = course;
    course = await insisting(() => {
      tries += 1;
      return step(engine, current);
    });
  }
  armFailpoints('');
  const struck = engine.troubles.length > struckBefore || tries > STEPS.length;
  return { ...(await traceOf(engine, course)), struck };
}

test('every failpoint of rollouts is tried', () => {
  const folder = fileURLToPath(new URL('.', import.meta.url));
  const named = readdirSync(folder)
    .filter((file) => /^[a-z-]+\.ts$/.test(file))
    .flatMap((file) => [...readFileSync(folder + file, 'utf8').matchAll(/failpoint\('([a-z-]+)'\)/g)])
    .map(([, name]) => name);
  expect(POINTS).toEqual(expect.arrayContaining(named));
  expect(named.length).toBeGreaterThan(20);
});

describe('whatever point of a transition a process ends at', () => {
  test('every part of it has happened once, when somebody has gone on with it', async () => {
    await using engine = await openEngine();
    const { struck: _, ...reference } = await traced(engine, 'untouched', '');
    expect(reference).toMatchObject({ versions: 3, incidents: 1, isBack: true });
    expect(reference.course.map(([, to]) => to)).toEqual(['waiting', 'running', 'running', 'rolled-back']);
    for (const point of POINTS) {
      const { struck, ...trace } = await traced(engine, point, `${point}=throw@1`);
      expect(trace, point).toEqual(reference);
      expect(struck, `${point} is passed`).toBe(true);
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
