import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Fleet, startFleet } from '../support/fleet-control.ts';
import { type ServerProcess, startServer } from '../support/processes.ts';
import { enter, type SignedIn } from '../support/start-service.ts';

const CLIENTS = 50;
const KEYS = 20_000;
const FLAG = '/api/v1/projects/default/environments/production/flags/new-checkout';
/** Two-sided 99.9 %. */
const Z = 3.2905;

interface DeliveryAnswer {
  readonly connected: number;
  readonly applied: number;
  readonly gone: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly slowestMs: number;
  readonly stragglers: readonly unknown[];
  readonly complete: boolean;
}

interface WriteAnswer {
  readonly versions: Readonly<Record<string, number>>;
  readonly delivery: Readonly<Record<string, DeliveryAnswer>>;
}

describe('a server, 50 SDK clients and an administrator, each in a process of their own', () => {
  let dataDir: string;
  let server: ServerProcess;
  let admin: SignedIn;
  let fleet: Fleet;
  let sdkKey: string;
  let url: string;

  beforeAll(async () => {
    dataDir = mkdtempSync(path.join(os.tmpdir(), 'glidepath-kill-'));
    server = await startServer({
      GLIDEPATH_DATA_DIR: dataDir,
      GLIDEPATH_LOG_LEVEL: 'warn',
      GLIDEPATH_LIMIT_HANDSHAKES_PER_KEY: '1000',
    });
    if (server.url === null) throw new Error(server.output());
    url = server.url;
    admin = await enter(url, server.setupLink);
    const made = await admin.send<{ secret: string }>(
      'POST',
      '/api/v1/projects/default/environments/production/sdk-keys',
      {
        body: { name: 'fleet', kind: 'server' },
      },
    );
    sdkKey = made.body.secret;
    fleet = startFleet();
  });
  afterAll(async () => {
    await fleet[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
    rmSync(dataDir, { recursive: true, force: true });
  });

  test('a flag made through the API is served by every SDK', async () => {
    const created = await admin.send('POST', '/api/v1/projects/default/flags', {
      body: { key: 'new-checkout', type: 'boolean' },
    });
    expect(created.status).toBe(201);
    const turnedOn = await admin.send('PATCH', FLAG, { body: { instructions: [{ kind: 'turn-on' }] } });
    expect(turnedOn.status).toBe(200);
    expect(await fleet.ask({ do: 'connect', count: CLIENTS, url, sdkKey })).toEqual({ ready: CLIENTS });
    expect((await fleet.ask({ do: 'values', flag: 'new-checkout' })).values).toEqual(Array(CLIENTS).fill(true));
  });

  test('25 % of 20,000 keys get it, within the binomial interval of 99.9 %', async () => {
    const { status, body } = await admin.send<WriteAnswer>('PATCH', `${FLAG}?waitForApplied=5s`, {
      body: { instructions: [{ kind: 'set-split', at: 'fallthrough', weights: { on: 25_000, off: 75_000 } }] },
    });
    expect(status).toBe(200);
    expect(body.delivery['production']).toMatchObject({ connected: CLIENTS, applied: CLIENTS });
    const { counts } = await fleet.ask({ do: 'split', flag: 'new-checkout', keys: KEYS });
    const deviation = Z * Math.sqrt(KEYS * 0.25 * 0.75);
    expect(Math.abs((counts?.['on'] ?? 0) - KEYS * 0.25)).toBeLessThan(deviation);
    expect((counts?.['on'] ?? 0) + (counts?.['off'] ?? 0)).toBe(KEYS);
  });

  test('a kill is applied by every one of them, and the answer proves it', async () => {
    const { status, body } = await admin.send<WriteAnswer>('POST', `${FLAG}/kill?waitForApplied=5s`, {
      body: { reason: 'on fire' },
    });
    expect(status).toBe(200);
    const delivery = body.delivery['production'];
    expect(delivery).toMatchObject({ connected: CLIENTS, applied: CLIENTS, gone: 0, stragglers: [], complete: true });
    const { p50Ms = -1, p99Ms = -1, slowestMs = -1 } = delivery ?? {};
    console.log(
      `kill applied by ${CLIENTS}: p50 ${p50Ms} ms, p99 ${p99Ms} ms, slowest ${slowestMs} ms (target 300 ms and 1 s)`,
    );
    expect(p50Ms).toBeGreaterThanOrEqual(0);
    expect(p99Ms).toBeGreaterThanOrEqual(p50Ms);
    expect(slowestMs).toBeLessThan(3_000);
    expect((await fleet.ask({ do: 'values', flag: 'new-checkout' })).values).toEqual(Array(CLIENTS).fill(false));
    expect((await fleet.ask({ do: 'versions' })).versions).toEqual(Array(CLIENTS).fill(body.versions['production']));
  });

  test('a restore brings back exactly what was', async () => {
    const restored = await admin.send('POST', `${FLAG}/restore?waitForApplied=5s`, {
      body: { reason: 'put out', as: 'before' },
    });
    expect(restored.status).toBe(200);
    const { counts } = await fleet.ask({ do: 'split', flag: 'new-checkout', keys: KEYS });
    expect(Math.abs((counts?.['on'] ?? 0) / KEYS - 0.25)).toBeLessThan(0.02);
  });

  test('the SDKs keep their values when the server is killed, and catch up by themselves when it is back', async () => {
    const { port } = new URL(url);
    server.kill('SIGKILL');
    await server.ended();
    expect((await fleet.ask({ do: 'values', flag: 'new-checkout' })).values).not.toContain(null);
    server = await startServer({
      GLIDEPATH_DATA_DIR: dataDir,
      GLIDEPATH_PORT: port,
      GLIDEPATH_LIMIT_HANDSHAKES_PER_KEY: '1000',
    });
    const back = await enter(url, null);
    const written = await back.send<WriteAnswer>('PATCH', FLAG, { body: { instructions: [{ kind: 'turn-off' }] } });
    const version = written.body.versions['production'];
    await expect
      .poll(async () => (await fleet.ask({ do: 'versions' })).versions, { timeout: 60_000, interval: 250 })
      .toEqual(Array(CLIENTS).fill(version));
    expect((await fleet.ask({ do: 'values', flag: 'new-checkout' })).values).toEqual(Array(CLIENTS).fill(false));
  });

  test.for<[string, () => string]>([
    ['with the server up', () => url],
    ['with no server there', () => 'http://127.0.0.1:9'],
  ])('a script that creates a client, evaluates once and ends is not kept alive: %s', async ([, where]) => {
    const script = path.join(dataDir, `once-${where().length}.mjs`);
    const sdk = fileURLToPath(new URL('../../sdk-node/dist/index.js', import.meta.url));
    writeFileSync(
      script,
      `import { createClient } from ${JSON.stringify(sdk)};
       const flags = createClient(${JSON.stringify({ url: where(), sdkKey, logger: false })});
       console.log(flags.variation('new-checkout', { key: 'u-1' }, 'fallback'));
       const ended = performance.now();
       process.on('exit', () => console.log(performance.now() - ended));`,
    );
    const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (piece: Buffer) => {
      output += piece;
    });
    const [code] = await once(child, 'exit');
    const [value, lingered] = output.trim().split('\n');
    expect(code).toBe(0);
    expect(value).toBe('fallback');
    console.log(`lingered ${Number(lingered).toFixed(0)} ms (target 150 ms)`);
    expect(Number(lingered)).toBeLessThan(450);
  });
});
