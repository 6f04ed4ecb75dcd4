import { once } from 'node:events';
import type { RolloutView } from '@glidepath/server/api-types';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type CliResult, openShell, type Shell } from '../support/cli.ts';
import { flagWorld } from '../support/flag-world.ts';
import { type Service, startService } from '../support/start-service.ts';

const IN_PRODUCTION = ['--env', 'production'];
const WHY = ['--reason', 'launch', '--yes'];
const SLOWLY = ['--stages', '10,50,100', '--bake', '1h', '--gate', 'none'];

let service: Service;
let shell: Shell;
let flag: string;
let flags = 0;

beforeAll(async () => {
  service = await startService();
  shell = openShell({ GLIDEPATH_URL: service.url, GLIDEPATH_TOKEN: await service.token({ role: 'operator' }) });
});
afterAll(async () => {
  shell[Symbol.dispose]();
  await service[Symbol.asyncDispose]();
});
beforeEach(async () => {
  flags += 1;
  flag = `checkout-${flags}`;
  await flagWorld(service).flag({ key: flag });
  const instructions = [{ kind: 'turn-on' }, { kind: 'set-fallthrough', serve: { variation: 'off' } }];
  await service.admin.send('PATCH', `/api/v1/projects/default/environments/production/flags/${flag}`, {
    body: { instructions },
  });
});

const rollout = (verb: string, ...options: readonly string[]) =>
  shell.run(['rollout', verb, flag, ...IN_PRODUCTION, ...options]);
const status = async () => JSON.parse((await rollout('status')).stdout) as RolloutView;
const becomes = (expected: object) => expect.poll(status, { timeout: 20_000 }).toMatchObject(expected);

async function done(result: Promise<CliResult>): Promise<CliResult> {
  const { code, stdout, stderr } = await result;
  expect(code, stderr + stdout).toBe(0);
  return { code, stdout, stderr };
}

describe('a rollout from the terminal', () => {
  test('is tried, started, paused, resumed, advanced and rolled back, each with the way back', async () => {
    const tried = await done(rollout('start', ...SLOWLY, ...WHY, '--dry-run'));
    expect(tried.stdout).toContain('warning: Nothing rolls it back: no gate is a guardrail.');
    expect((await rollout('status')).stderr).toContain(`There was no rollout of ${flag} in production yet.`);

    const started = await done(rollout('start', ...SLOWLY, ...WHY));
    expect(started.stdout).toContain(`undo: glidepath rollout roll-back ${flag} --env production --reason`);
    await becomes({
      state: 'running',
      percent: 10,
      comment: 'launch',
      plan: { stages: [{ bakeMinutes: 60 }, {}, {}] },
    });

    const paused = await done(rollout('pause', '--reason', 'wait for support'));
    expect(paused.stdout).toContain(`✓ paused the rollout of ${flag} in production`);
    expect(await status()).toMatchObject({ state: 'paused', cause: { reason: expect.stringContaining('wait for') } });
    await done(rollout('resume', ...WHY));
    const early = await rollout('advance', '--reason', 'launch', '--yes', '--dry-run');
    expect(early.stdout).toContain('would: ');
    await done(rollout('advance', ...WHY));
    expect(await status()).toMatchObject({ state: 'running', percent: 50 });

    const back = await done(rollout('roll-back', '--reason', 'INC-204'));
    expect(back.stdout).toContain('everybody has what they had before');
    expect(back.stdout).toContain(`undo: glidepath rollout restart ${flag}`);
    expect(await status()).toMatchObject({ state: 'rolled-back' });
    await done(rollout('restart', ...WHY));
    await becomes({ state: 'running', percent: 10 });
    await done(rollout('abort', ...WHY));
  });

  test('is watched by a line for each thing that happens, and a pipeline ends with what became of it', async () => {
    const pipeline = rollout('run', ...SLOWLY, ...WHY, '--json');
    await expect.poll(async () => (await rollout('status')).code, { timeout: 20_000 }).toBe(0);
    const watcher = shell.start(['rollout', 'watch', flag, ...IN_PRODUCTION]);
    const lines: string[] = [];
    watcher.stderr?.on('data', (piece: Buffer) => lines.push(String(piece)));
    const watched = once(watcher, 'close');
    await expect.poll(() => lines.join(''), { timeout: 20_000 }).toContain('running at 10 %');
    await done(rollout('roll-back', '--reason', 'INC-204'));
    expect(await watched).toEqual([0, null]);
    expect(lines.join('')).toContain('rolled back at 0 %');
    const { code, stdout } = await pipeline;
    expect([code, JSON.parse(stdout).document.state]).toEqual([1, 'rolled-back']);
  });

  test('is refused as the service refuses it, and where a plan says nothing sensible', async () => {
    expect((await rollout('start', '--stages', '50,10', '--gate', 'none', ...WHY)).stderr).toContain('/plan/stages');
    expect((await rollout('start', '--stages', 'many', ...WHY)).code).toBe(2);
    const env = { GLIDEPATH_TOKEN: await service.token({ role: 'viewer' }) };
    const viewer = await shell.run(['rollout', 'start', flag, ...IN_PRODUCTION, ...SLOWLY, ...WHY], { env });
    expect(viewer.code).toBe(4);
    await done(rollout('start', ...SLOWLY, ...WHY));
    const resumed = await rollout('resume', ...WHY);
    expect([resumed.code, resumed.stderr]).toEqual([1, expect.stringMatching(/not paused|has not begun/)]);
  });
});
