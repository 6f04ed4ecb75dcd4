import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { type Fleet, type FleetRequest, startFleet } from '../support/fleet-control.ts';
import { expectBelow } from '../support/least.ts';
import { type ServerProcess, startServer } from '../support/processes.ts';
import { enter, type SignedIn } from '../support/start-service.ts';

const SDK = fileURLToPath(new URL('../../sdk-node/dist/index.js', import.meta.url));
const PROJECT = '/api/v1/projects/default';
const PRODUCTION = `${PROJECT}/environments/production`;

interface UsageAnswer {
  readonly total: number;
  readonly lastSeenAt: string | null;
  readonly variations: readonly { readonly variation: string; readonly count: number }[];
}

describe('a server and SDK clients, each in a process of their own', () => {
  const fleets: Fleet[] = [];
  let dataDir: string;
  let server: ServerProcess;
  let admin: SignedIn;
  let sdkKey: string;
  let proxy: FaultProxy;
  let url: string;
  let flags = 0;

  const start = async (): Promise<void> => {
    server = await startServer({ GLIDEPATH_DATA_DIR: dataDir, GLIDEPATH_LOG_LEVEL: 'warn' });
    if (server.url === null) throw new Error(server.output());
    url = server.url;
  };
  const portOf = (address: string): number => Number(new URL(address).port);

  beforeAll(async () => {
    dataDir = mkdtempSync(path.join(os.tmpdir(), 'glidepath-usage-'));
    await start();
    admin = await enter(url, server.setupLink);
    const { body } = await admin.send<{ secret: string }>('POST', `${PRODUCTION}/sdk-keys`, {
      body: { name: 'fleet', kind: 'server' },
    });
    sdkKey = body.secret;
    proxy = await startFaultProxy(portOf(url));
  });
  afterEach(async () => {
    for (const fleet of fleets.splice(0)) await fleet[Symbol.asyncDispose]();
  });
  afterAll(async () => {
    await proxy[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
    rmSync(dataDir, { recursive: true, force: true });
  });

  /** A flag that is on for about half of all users. */
  async function aFlag(): Promise<string> {
    flags += 1;
    const key = `flag-${flags}`;
    await admin.send('POST', `${PROJECT}/flags`, { body: { key, type: 'boolean' } });
    const instructions = [
      { kind: 'turn-on' },
      { kind: 'set-split', at: 'fallthrough', weights: { on: 50_000, off: 50_000 } },
    ];
    expect((await admin.send('PATCH', `${PRODUCTION}/flags/${key}`, { body: { instructions } })).status).toBe(200);
    return key;
  }

  async function aFleet(options: Extract<FleetRequest, { do: 'connect' }>['options'] = {}): Promise<Fleet> {
    const fleet = startFleet();
    fleets.push(fleet);
    expect(await fleet.ask({ do: 'connect', count: 1, url: proxy.url, sdkKey, options })).toEqual({ ready: 1 });
    return fleet;
  }

  async function usageOf(flag: string): Promise<UsageAnswer> {
    const { status, body } = await admin.send<UsageAnswer>('GET', `${PRODUCTION}/flags/${flag}/usage?interval=minute`);
    expect(status).toBe(200);
    return body;
  }

  /** What was served, by value, and what the service shows, by variation. */
  async function shownOf(flag: string): Promise<Record<string, number>> {
    const { variations } = await usageOf(flag);
    return Object.fromEntries(variations.map(({ variation, count }) => [variation === 'on' ? 'true' : 'false', count]));
  }

  function sumOf(tallies: readonly (Readonly<Record<string, number>> | undefined)[]): Record<string, number> {
    const sums: Record<string, number> = {};
    for (const tally of tallies)
      for (const [value, n] of Object.entries(tally ?? {})) sums[value] = (sums[value] ?? 0) + n;
    return sums;
  }

  test('100,000 evaluations of three clients are shown, each variation exactly', async () => {
    const flag = await aFlag();
    const three = [await aFleet(), await aFleet(), await aFleet()];
    const served = await Promise.all(
      three.map((fleet, i) => fleet.ask({ do: 'evaluate', flag, times: i === 0 ? 33_334 : 33_333 })),
    );
    const flushed = await Promise.all(three.map((fleet) => fleet.ask({ do: 'flush' })));
    expect(flushed.flatMap((answer) => answer.flushed?.map(({ ok }) => ok))).toEqual([true, true, true]);
    const shown = await shownOf(flag);
    expect(shown).toEqual(sumOf(served.map(({ counts }) => counts)));
    expect((await usageOf(flag)).total).toBe(100_000);
    console.log(`100,000 evaluations: ${JSON.stringify(shown)}`);
  });

  test('come in by themselves, within seconds', async () => {
    const flag = await aFlag();
    const fleet = await aFleet({ events: { flushIntervalMs: 500 } });
    await fleet.ask({ do: 'evaluate', flag, times: 7 });
    await expect.poll(async () => (await usageOf(flag)).total, { timeout: 10_000 }).toBe(7);
    expect((await usageOf(flag)).lastSeenAt).not.toBeNull();
  });

  test('S14: a million are counted exactly while every third answer is lost on its way', {
    timeout: 120_000,
  }, async () => {
    const flag = await aFlag();
    const fleet = await aFleet();
    const served: Record<string, number>[] = [];
    let lost = 0;
    for (let round = 0; round < 30; round += 1) {
      const times = Math.floor(1_000_000 / 30) + (round < 1_000_000 % 30 ? 1 : 0);
      served.push({ ...(await fleet.ask({ do: 'evaluate', flag, times })).counts });
      if (round % 3 === 0) proxy.cutNext([{ afterBytes: 0, how: round % 2 === 0 ? 'reset' : 'end' }]);
      const { flushed } = await fleet.ask({ do: 'flush' });
      if (flushed?.[0]?.ok === false) lost += 1;
    }
    expect((await fleet.ask({ do: 'flush' })).flushed?.[0]?.ok).toBe(true);
    expect(lost).toBeGreaterThanOrEqual(9);
    expect(await shownOf(flag)).toEqual(sumOf(served));
    expect((await usageOf(flag)).total).toBe(1_000_000);
    const { body } = await admin.send<string>('GET', '/metrics');
    const repeated = Number(/glidepath_usage_reports_total\{result="repeated"\} (\d+)/.exec(body)?.[1] ?? 0);
    console.log(`S14: ${lost} answers lost, ${repeated} reports came a second time`);
    expect(repeated).toBeGreaterThanOrEqual(9);
  });

  test('lose nothing while the server is killed and away, and what has no room is said to be dropped', async () => {
    const flag = await aFlag();
    const fleet = await aFleet({ events: { maxSeries: 3 } });
    const before = (await fleet.ask({ do: 'evaluate', flag, times: 1_000 })).counts;
    server.kill('SIGKILL');
    await server.ended();
    const during = (await fleet.ask({ do: 'evaluate', flag, times: 2_000 })).counts;
    expect((await fleet.ask({ do: 'flush', timeoutMs: 1_000 })).flushed?.[0]).toMatchObject({ sent: 0, ok: false });
    // Both variations are two series, so there is room for one key without a value, and none for the next.
    await fleet.ask({ do: 'evaluate', flag: 'unknown-1', times: 4 });
    await fleet.ask({ do: 'evaluate', flag: 'unknown-2', times: 5 });
    expect((await fleet.ask({ do: 'events' })).events).toEqual([{ series: 3, sent: 0, dropped: 5 }]);

    await start();
    proxy.retarget(portOf(url));
    admin = await enter(url, null);
    await expect.poll(async () => (await fleet.ask({ do: 'flush' })).flushed?.[0]?.ok, { timeout: 20_000 }).toBe(true);
    expect(await shownOf(flag)).toEqual(sumOf([before, during]));
    const { body } = await admin.send<{ items: readonly { key: string; count: number }[] }>(
      'GET',
      `${PRODUCTION}/usage/unknown`,
    );
    expect(body.items.map(({ key, count }) => [key, count])).toEqual([['unknown-1', 4]]);
    const metrics = await admin.send<string>('GET', '/metrics');
    expect(metrics.body).toMatch(/^glidepath_evaluations_dropped_total 5$/m);
  });

  test('a script that evaluates and ends has told so, and leaves no listener behind', async () => {
    const flag = await aFlag();
    const script = `
      import { createClient } from ${JSON.stringify(SDK)};
      const names = ['SIGTERM', 'SIGINT', 'exit', 'uncaughtException', 'unhandledRejection', 'beforeExit'];
      const listeners = () => names.map((name) => process.listenerCount(name));
      const before = listeners();
      const closed = createClient({ url: ${JSON.stringify(url)}, sdkKey: ${JSON.stringify(sdkKey)}, instance: 'other' });
      const flags = createClient({ url: ${JSON.stringify(url)}, sdkKey: ${JSON.stringify(sdkKey)} });
      await flags.waitForInitialization();
      const open = listeners();
      await closed.close();
      for (let i = 0; i < 12; i += 1) flags.variation(${JSON.stringify(flag)}, { key: String(i) }, false);
      console.log(JSON.stringify({ added: open.map((n, i) => n - before[i]) }));
      const lastLineAt = performance.now();
      process.on('exit', () => console.log(JSON.stringify({ endedAfterMs: performance.now() - lastLineAt })));
    `;
    let runs = 0;
    await expectBelow({ endedAfterMs: 450 }, async () => {
      runs += 1;
      const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let output = '';
      child.stdout.on('data', (piece: Buffer) => {
        output += String(piece);
      });
      const [code] = await once(child, 'close');
      const [first = '', second = ''] = output.trim().split('\n');
      expect(code).toBe(0);
      expect(JSON.parse(first)).toEqual({ added: [0, 0, 0, 0, 0, 1] });
      const { endedAfterMs } = JSON.parse(second) as { endedAfterMs: number };
      console.log(`S10: ended ${endedAfterMs.toFixed(0)} ms after its last line (target 150)`);
      return { endedAfterMs };
    });
    await expect.poll(async () => (await usageOf(flag)).total).toBe(12 * runs);
  });
});
