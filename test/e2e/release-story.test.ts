import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { IncidentView, Page, RolloutRecordView, RolloutView, Written } from '@glidepath/server/api-types';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openShell, type Shell } from '../support/cli.ts';
import { type FakeClock, openFakeClock } from '../support/fake-clock.ts';
import { freePort } from '../support/free-port.ts';
import { type ServerProcess, startServer } from '../support/processes.ts';
import { type Shoppers, type ShoppersAnswer, startShoppers } from '../support/shoppers-control.ts';
import { openSlackInbox, type SlackInbox } from '../support/slack-inbox.ts';
import { enter, type Send } from '../support/start-service.ts';

const P = '/api/v1/projects/default';
const E = `${P}/environments/production`;
const FLAG = 'new-checkout';
/** Sixty of them are in each arm of 1 %: enough to fill most groups by which chance is told from harm. */
const PEOPLE = 6_000;
const GATES = [
  { id: 'errors', kind: 'error-rate', minSamples: 150 },
  { id: 'incidents', kind: 'incident' },
];
const LOOK_MS = 10_000;

/** The fewest look every second; on a busy machine whoever looks needs a while. */
const SOON = { interval: 20, timeout: 40_000 };

let shoppers: readonly Shoppers[];

/** A service with a terminal and a channel of Slack; its people are those of `shoppers`. */
interface World extends AsyncDisposable {
  readonly send: Send;
  readonly shell: Shell;
  readonly inbox: SlackInbox;
  /** Ends the server as a power cut does, and starts it again. */
  powerCut(): Promise<void>;
  /** The application runs this version there, on these of its instances. */
  deploy(version: string, instances?: readonly number[]): Promise<void>;
}

async function openWorld(clock: FakeClock | null): Promise<World> {
  const dataDir = mkdtempSync(path.join(os.tmpdir(), 'glidepath-story-'));
  const inbox = await openSlackInbox();
  const settings = {
    GLIDEPATH_DATA_DIR: dataDir,
    GLIDEPATH_PORT: String(await freePort()),
    GLIDEPATH_LOG_LEVEL: 'warn',
    GLIDEPATH_SLACK_ORIGIN: inbox.origin,
    GLIDEPATH_OUTBOUND_ALLOW: '127.0.0.1',
    ...(clock !== null && { GLIDEPATH_TEST_CLOCK: String(clock.port) }),
  };
  let server: ServerProcess = await startServer(settings);
  if (server.url === null) throw new Error(server.output());
  const { url } = server;
  const { send } = await enter(url, server.setupLink);
  const secretOf = async (route: string, body: object) =>
    (await ok<{ secret: string }>(send, 'POST', route, body)).secret;
  const sdkKey = await secretOf(`${E}/sdk-keys`, { name: 'shop', kind: 'server' });
  const token = await secretOf('/api/v1/api-tokens', { name: 'pipeline', role: 'admin' });
  await ok(send, 'POST', `${P}/channels`, {
    name: 'Ops',
    kind: 'slack',
    address: `${inbox.origin}/services/T0/B0/ops`,
    events: ['rollout-rolled-back', 'incident-opened'],
  });
  await ok(send, 'POST', `${P}/flags`, { key: FLAG, type: 'boolean' });
  // Always the same people are in the arms.
  await ok(send, 'PATCH', `${P}/flags/${FLAG}`, { instructions: [{ kind: 'set-salt', salt: 'a story' }] });
  const serve = { variation: 'off' };
  await ok(send, 'PATCH', `${E}/flags/${FLAG}`, {
    instructions: [{ kind: 'turn-on' }, { kind: 'set-fallthrough', serve }],
  });
  const shell = openShell({ GLIDEPATH_URL: url, GLIDEPATH_TOKEN: token });
  return {
    send,
    shell,
    inbox,
    async powerCut() {
      server.kill('SIGKILL');
      await server.ended();
      server = await startServer(settings);
    },
    async deploy(version, instances = [0, 1, 2]) {
      const ask = (i: number) => shoppers[i]?.ask({ do: 'deploy', version, instance: `shop-${i}`, url, sdkKey });
      await Promise.all(instances.map(ask));
    },
    async [Symbol.asyncDispose]() {
      shell[Symbol.dispose]();
      await server[Symbol.asyncDispose]();
      await inbox[Symbol.asyncDispose]();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function ok<T>(send: Send, method: string, route: string, body?: object): Promise<T> {
  const answer = await send<T>(method, route, body === undefined ? {} : { body });
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
  return answer.body;
}

async function lastRollout({ send }: World): Promise<RolloutView | null> {
  const { items } = await ok<Page<RolloutView>>(send, 'GET', `${E}/flags/${FLAG}/rollouts?limit=1`);
  return items[0] ?? null;
}

async function rollout(world: World): Promise<RolloutView> {
  return (await lastRollout(world)) ?? expect.unreachable();
}

/** The moves that gave people something else. */
async function movesOf({ send }: World, id: string): Promise<readonly RolloutRecordView[]> {
  const { items } = await ok<Page<RolloutRecordView>>(send, 'GET', `${P}/rollouts/${id}/records`);
  return items.filter(({ version }) => version !== null);
}

/** Everybody checks out once at each instance, with what the last move of the rollout serves; then it is reported. */
async function shop(world: World, id: string, failsForOneIn: number): Promise<readonly ShoppersAnswer[]> {
  const version = (await movesOf(world, id)).at(-1)?.version ?? 0;
  const request = { do: 'shop', flag: FLAG, people: PEOPLE, version, failsForOneIn } as const;
  const answers = await Promise.all(shoppers.map((one) => one.ask(request)));
  await Promise.all(shoppers.map((one) => one.ask({ do: 'report' })));
  return answers;
}

/** How many people get the new way at each instance. */
async function releasedNow(world: World, id: string): Promise<readonly number[]> {
  const version = (await movesOf(world, id)).at(-1)?.version ?? 0;
  const request = { do: 'count', flag: FLAG, people: PEOPLE, version } as const;
  return (await Promise.all(shoppers.map((one) => one.ask(request)))).map(({ released }) => released);
}

const record = (version: string, status: string) => [
  ...['deploy', 'record', '--service', 'shop', '--version', version],
  ...['--status', status, '--env', 'production'],
];
const release = (...options: readonly string[]) => [
  ...['rollout', 'run', FLAG, '--env', 'production', '--plan', '-', ...options],
  ...['--reason', 'the new checkout', '--yes', '--json'],
];
const percents = (...all: readonly number[]) => all.map((percent) => ({ kind: 'percent', percent, bakeMinutes: 0.5 }));

beforeAll(async () => {
  shoppers = [startShoppers(), startShoppers(), startShoppers()];
});
afterAll(async () => {
  for (const one of shoppers) await one[Symbol.asyncDispose]();
});

describe('a deploy that is released', () => {
  test('T45: waits for all instances, goes stage by stage, survives a power cut in the middle, and ends at 100 %', async () => {
    await using clock = await openFakeClock();
    await using world = await openWorld(clock);
    const { shell } = world;
    await world.deploy('1.0.0');
    expect((await shell.run(record('1.1.0', 'started'))).code).toBe(0);
    const plan = { stages: percents(1, 5, 25, 100), gates: GATES };
    const pipeline = shell.run(release('--when', 'shop>=1.1.0'), { stdin: JSON.stringify(plan) });

    const covered = async () => {
      await clock.advance(1_000);
      return (await lastRollout(world))?.coverage;
    };
    await expect.poll(covered, SOON).toMatchObject({ instances: 3, covered: 0 });
    await world.deploy('1.1.0', [0]);
    await expect.poll(covered, SOON).toMatchObject({ instances: 3, covered: 1 });
    const { id, state } = await rollout(world);
    expect(state).toBe('waiting');
    await world.deploy('1.1.0', [1, 2]);
    expect((await shell.run(record('1.1.0', 'succeeded'))).code).toBe(0);

    let served = -1;
    let cuts = 0;
    const reached = async () => {
      await clock.advance(LOOK_MS);
      const view = await rollout(world);
      if (view.percent === 5 && cuts === 0) {
        cuts += 1;
        await world.powerCut();
      }
      // People come for as long as it takes to know enough.
      if (view.percent > 0 && (view.percent !== served || view.state === 'holding')) {
        served = view.percent;
        await shop(world, id, 400);
      }
      return view.state;
    };
    await expect.poll(reached, SOON).toBe('completed');

    expect(cuts).toBe(1);
    const moves = (await movesOf(world, id)).map(({ to, percent }) => `${to} ${percent}`);
    expect(moves).toEqual(['running 1', 'running 5', 'running 25', 'running 100', 'completed 100']);
    expect(await releasedNow(world, id)).toEqual([PEOPLE, PEOPLE, PEOPLE]);
    const { code, stdout, stderr } = await pipeline;
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ document: { id, state: 'completed' } });
    expect((await shell.run(['can-i-release', '--env', 'production'])).code).toBe(0);
    expect(world.inbox.messages).toEqual([]);
  });

  test('is rolled back within 30 s of enough data where it fails: nobody has it, people hear of it, and what was seen is kept', async () => {
    await using world = await openWorld(null);
    const { shell, send, inbox } = world;
    await world.deploy('1.2.0');
    const plan = { stages: percents(10, 100), gates: GATES };
    const pipeline = shell.run(release(), { stdin: JSON.stringify(plan) });
    await expect.poll(async () => (await lastRollout(world))?.percent, SOON).toBe(10);
    const { id } = await rollout(world);

    const reports = await shop(world, id, 4);
    const enoughAt = Date.now();
    for (const { released, failed } of reports) expect([released > 500, failed > 100]).toEqual([true, true]);
    await expect.poll(async () => (await rollout(world)).state, SOON).toBe('rolled-back');
    const { endedAt, incident, evidence, sentence } = await rollout(world);
    expect(Date.parse(endedAt ?? '') - enoughAt).toBeLessThan(30_000);

    expect(await releasedNow(world, id)).toEqual([0, 0, 0]);
    expect(evidence).toMatchObject({
      cause: { kind: 'gate' },
      percent: 10,
      verdicts: expect.arrayContaining([expect.objectContaining({ gate: 'errors', kind: 'fail' })]),
      versions: [{ service: 'shop', version: '1.2.0', instances: 3 }],
    });
    // The first of the reports may have been enough.
    expect(evidence?.affected).toBeGreaterThanOrEqual(Math.min(...reports.map(({ released }) => released)));
    expect(evidence?.affected).toBeLessThanOrEqual(reports.reduce((sum, { released }) => sum + released, 0));
    const { items } = await ok<Page<IncidentView>>(send, 'GET', `${P}/incidents?open=true`);
    expect(items).toMatchObject([{ id: incident, rollout: id, flags: [FLAG], severity: 'SEV2' }]);
    const { code, stdout } = await pipeline;
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ document: { id, state: 'rolled-back', sentence } });
    const asked = await shell.run(['can-i-release', '--env', 'production']);
    expect([asked.code, asked.stdout.includes(incident ?? 'no incident')]).toEqual([4, true]);
    await expect.poll(() => inbox.messages.map(({ text }) => text).join(), SOON).toContain('was rolled back');
    expect(inbox.messages.map(({ text }) => text).join()).toContain(incident);

    // The same people would come first once more, by hand and once the incident is over.
    const resolved = await ok<Written<IncidentView>>(send, 'POST', `${P}/incidents/${incident}/resolve`, {});
    expect(resolved.document.resolvedAt).not.toBeNull();
    const restarted = await shell.run([
      'rollout',
      'restart',
      FLAG,
      '--env',
      'production',
      '--reason',
      'mended',
      '--yes',
    ]);
    expect(restarted.code, restarted.stderr).toBe(0);
    await expect.poll(async () => (await rollout(world)).percent, SOON).toBe(10);
    const again = await rollout(world);
    expect(await releasedNow(world, again.id)).toEqual(reports.map(({ released }) => released));
  });
});
