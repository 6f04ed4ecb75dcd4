import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { type FlagWriter, makeFlags, openFlagWriter } from '../support/flag-writer.ts';
import { startFleet } from '../support/fleet-control.ts';
import { freePort } from '../support/free-port.ts';
import { expectBelow } from '../support/least.ts';
import { type ServerProcess, startServer } from '../support/processes.ts';
import { runScript } from '../support/sdk-script.ts';
import { enter, type SignedIn } from '../support/start-service.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const TEN_YEARS = 3_652 * DAY;
/** How far wall clocks are off, one after the other. */
const LEAPS = [HOUR, -HOUR, DAY, -DAY, TEN_YEARS, -TEN_YEARS];
const HERE = '/api/v1/projects/default/environments/production';

/** Loaded before anything else: what the process takes for the time of day can be moved, by a function or a signal. */
const MOVABLE = `
  const Real = Date;
  let offset = 0;
  globalThis.Date = class extends Real {
    constructor(...given) {
      if (given.length === 0) super(Real.now() + offset);
      else super(...given);
    }
    static now() {
      return Real.now() + offset;
    }
  };
  globalThis.moveWallClock = (ms) => (offset = ms);
  const leaps = JSON.parse(process.env.WALL_CLOCK_LEAPS ?? '[]');
  if (leaps.length > 0) process.on('SIGUSR2', () => {
    moveWallClock(leaps.shift() ?? 0);
    console.log('it is now ' + new Date().getUTCFullYear());
  });
`;

interface Made {
  readonly document: { readonly id: string };
  readonly secret: string;
}

const folder = mkdtempSync(path.join(os.tmpdir(), 'glidepath-wall-clock-'));
const preload = path.join(folder, 'movable.mjs');
let server: ServerProcess;
let url: string;
let admin: SignedIn;
let proxy: FaultProxy;
let writer: FlagWriter;

beforeAll(async () => {
  writeFileSync(preload, MOVABLE);
  server = await startServer({
    GLIDEPATH_DATA_DIR: path.join(folder, 'data'),
    GLIDEPATH_LOG_LEVEL: 'warn',
    NODE_OPTIONS: `--import=${pathToFileURL(preload)}`,
    WALL_CLOCK_LEAPS: JSON.stringify(LEAPS),
  });
  if (server.url === null) throw new Error(server.output());
  url = server.url;
  admin = await enter(url, server.setupLink);
  const flags = await makeFlags(admin.send, 2);
  const { body } = await admin.send<Made>('POST', '/api/v1/api-tokens', { body: { name: 'writer', role: 'admin' } });
  writer = await openFlagWriter({ url: () => url, token: body.secret, sdkKey: (await newKey()).secret, flags });
  proxy = await startFaultProxy(Number(new URL(url).port));
});
afterAll(async () => {
  await proxy[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

async function newKey(): Promise<Made> {
  return (await admin.send<Made>('POST', `${HERE}/sdk-keys`, { body: { name: 'sdk', kind: 'server' } })).body;
}

async function rotated({ document }: Made, overlapHours: number): Promise<Made> {
  return (await admin.send<Made>('POST', `${HERE}/sdk-keys/${document.id}/rotate`, { body: { overlapHours } })).body;
}

const statusFor = async (secret: string): Promise<number> =>
  (await fetch(`${url}/sdk/v1/payload`, { headers: { authorization: `Bearer ${secret}` } })).status;

describe('T45: a wall clock that is an hour, a day or ten years off, either way', () => {
  test('of an SDK: changes arrive and evaluations are counted, over one connection; back-off goes on as it was', async () => {
    const { secret: sdkKey } = await newKey();
    const { port } = new URL(url);
    const nowhere = await freePort();
    const [flag = ''] = writer.flags;
    const accepted = proxy.accepted;
    let written: Promise<void> = Promise.resolve();
    const { code, lines, errors } = await runScript(
      `
      const delays = [];
      const start = globalThis.setTimeout;
      globalThis.setTimeout = (run, ms, ...more) => (delays.push(ms), start(run, ms, ...more));
      const flags = createClient({
        url: ${JSON.stringify(proxy.url)}, sdkKey: ${JSON.stringify(sdkKey)}, logger: false,
        reconnect: { minMs: 100, maxMs: 400 }, events: { flushIntervalMs: 3_600_000 },
      });
      globalThis.setTimeout = start;
      const until = async (holds) => { while (!holds()) await new Promise((resolve) => start(resolve, 5)); };
      await flags.waitForInitialization();
      await until(() => flags.status.connection === 'streaming');
      const evaluate = () => flags.variation(${JSON.stringify(flag)}, { key: 'u' }, null);
      for (const leap of ${JSON.stringify(LEAPS)}) {
        moveWallClock(leap);
        const before = flags.status.environmentVersion;
        say({ write: true });
        await until(() => flags.status.environmentVersion > before);
        evaluate();
        const { ok } = await flags.flush({ timeoutMs: 10_000 });
        const { state, connection, reconnects } = flags.status;
        say({ leap, ok, state, connection, reconnects });
      }
      moveWallClock(0);
      say({ cut: true });
      await until(() => flags.status.connection === 'disconnected');
      for (const leap of [${TEN_YEARS}, ${-TEN_YEARS}, 0, ${-DAY}]) {
        moveWallClock(leap);
        await new Promise((resolve) => start(resolve, 250));
      }
      say({ heal: true });
      await until(() => flags.status.connection === 'streaming');
      say({ value: evaluate(), state: flags.status.state, least: Math.min(...delays), most: Math.max(...delays) });
      await flags.close();
    `,
      {
        flags: [`--import=${pathToFileURL(preload)}`],
        onOutput(piece) {
          if (piece.includes('"write"')) written = written.then(() => writer.write());
          if (piece.includes('"heal"')) proxy.retarget(Number(port));
          if (!piece.includes('"cut"')) return;
          proxy.retarget(nowhere);
          proxy.reset();
        },
      },
    );
    await written;
    expect(errors).toBe('');
    expect(code).toBe(0);
    const fine = { ok: true, state: 'ready', connection: 'streaming', reconnects: 0 };
    expect(lines.filter((line) => 'leap' in line)).toEqual(LEAPS.map((leap) => ({ leap, ...fine })));
    const end = lines.find((line) => 'least' in line) as { least: number; most: number };
    console.log(`T45: ${proxy.accepted - accepted} connections in all; timers of`, end);
    expect(end).toMatchObject({ state: 'ready', value: writer.at(writer.version)?.startsWith('true') });
    expect(end.least).toBeGreaterThanOrEqual(0);
    // Never longer than what is asked for least often: the report of evaluations, with its jitter.
    expect(end.most).toBeLessThanOrEqual(1.2 * HOUR);
    // One stream, a report for each leap, and attempts at 50 ms or more from each other while it was cut off.
    expect(proxy.accepted - accepted).toBeLessThan(50);
    const usage = () => admin.send<{ total: number }>('GET', `${HERE}/flags/${flag}/usage?interval=minute`);
    expect((await usage()).body.total).toBe(LEAPS.length + 1);
  });

  test('of the server: keys end when its own clock says so, sessions and streams go on, and nobody connects anew', async () => {
    const old = await newKey();
    await rotated(old, 24);
    await using fleet = startFleet();
    const clients = 20;
    const request = { count: clients, url, sdkKey: old.secret, watch: writer.flags };
    expect(await fleet.ask({ do: 'connect', ...request })).toEqual({ ready: clients });
    for (const [i] of LEAPS.entries()) {
      server.kill('SIGUSR2');
      await expect.poll(() => server.output().match(/it is now/g)).toHaveLength(i + 1);
      expect(await statusFor(old.secret)).toBe(200);
      await writer.write();
      const there = Array(clients).fill(writer.version);
      await expect.poll(async () => (await fleet.ask({ do: 'versions' })).versions).toEqual(there);
      expect((await admin.send('GET', '/api/v1/session')).status).toBe(200);
    }
    const { reconnects, connections } = await fleet.ask({ do: 'states' });
    expect(reconnects).toEqual(Array(clients).fill(0));
    expect(connections).toEqual(Array(clients).fill('streaming'));
    expect((await fleet.ask({ do: 'seen' })).rejections).toEqual([]);
    // It is ten years ago by the wall clock: what expires in a second does so all the same.
    await expectBelow({ lateMs: 5_000 }, async () => {
      const ending = await newKey();
      await rotated(ending, 1 / 3_600);
      const from = performance.now();
      await expect.poll(() => statusFor(ending.secret), { interval: 50 }).toBe(401);
      return { lateMs: performance.now() - from - 1_000 };
    });
  });
});
