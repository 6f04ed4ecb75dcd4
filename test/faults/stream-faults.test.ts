import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createChance } from '../sim/chance.ts';
import { type Cut, type FaultProxy, type Shape, startFaultProxy } from '../support/fault-proxy.ts';
import { type FlagWriter, makeFlags, openFlagWriter } from '../support/flag-writer.ts';
import { type Fleet, startFleet } from '../support/fleet-control.ts';
import { createHostileService } from '../support/hostile-service.ts';
import { type ServerProcess, startServer } from '../support/processes.ts';
import { closedPort, createListeners, runScript, type ScriptRun, SDK_DIST } from '../support/sdk-script.ts';
import { settled } from '../support/settled.ts';
import { enter, type Service, startService } from '../support/start-service.ts';
import { temporaryFile } from '../support/temporary-file.ts';

const MINUTE_MS = 60_000;
const KEYS = '/api/v1/projects/default/environments/production/sdk-keys';

const SDK_KEY = 'gp_srv_0123456789';
const hostile = createHostileService();
const silent = createServer(watchStreams);
const listeners = createListeners();
const over = new AbortController();
/** Connections to the silent one that are open now, and the most that ever were: streams, and any. */
const seen = { streams: { now: 0, most: 0 }, any: { now: 0, most: 0 } };
/** Processes whose minute passes while all else is tested. */
let harassed: Promise<ScriptRun>;
let isolated: Promise<ScriptRun>;
let idle: Promise<IdleMinute>;

/** Answers nothing, and counts. */
function watchStreams(socket: Socket): void {
  void countUntilClosed(seen.any, socket);
  socket.once('data', (head: Buffer) => {
    if (/^upgrade:/im.test(String(head))) void countUntilClosed(seen.streams, socket);
  });
}

async function countUntilClosed(count: { now: number; most: number }, socket: Socket): Promise<void> {
  count.now += 1;
  socket.once('close', () => {
    count.now -= 1;
  });
  // Who leaves one connection for another may be seen to come before being seen to go.
  await settled();
  count.most = Math.max(count.most, count.now);
}

/** What came of streams on which nothing is said for a minute, behind a proxy that ends what is idle for six seconds. */
interface IdleMinute {
  readonly connections: readonly string[] | undefined;
  readonly reconnects: readonly number[] | undefined;
  readonly endedIdle: number;
  readonly missed: number;
}

/** A tenth of all times that are in use: a minute of idling, ten without a change, heartbeats as they come. */
async function idleMinute(clients: number): Promise<IdleMinute> {
  await using service = await startService({ streamLimits: { heartbeatMs: 2_500, silenceMs: 7_500 } });
  const flags = await makeFlags(service.admin.send, 2);
  const world = await worldOf(() => service.url, await service.token(), await service.sdkKey('production'), flags);
  await using proxy = world.proxy;
  proxy.shape({ idleMs: 6_000 });
  await using fleet = startFleet();
  const request = { count: clients, url: proxy.url, sdkKey: world.sdkKey, options: { events: false as const } };
  await fleet.ask({ do: 'connect', ...request, watch: flags });
  await pause(MINUTE_MS, undefined, { signal: over.signal });
  const { connections, reconnects } = await fleet.ask({ do: 'states' });
  await expectConverged(fleet, world, clients, 5_000);
  return { connections, reconnects, endedIdle: proxy.endedIdle, missed: clients - proxy.open };
}

beforeAll(async () => {
  idle = idleMinute(20);
  const base = { sdkKey: SDK_KEY, logger: false };
  const short = { timeouts: { connectMs: 300, idleMs: 1_000 }, poll: { intervalMs: 1_000 } };
  const quick = { ...short, reconnect: { minMs: 10, maxMs: 50 }, events: { flushIntervalMs: 100 } };
  const url = await listeners.open(hostile.server);
  harassed = runScript(
    `
    const options = ${JSON.stringify({ ...base, ...quick, url })};
    const clients = ['stream', 'poll', 'once'].map((mode) => createClient({ ...options, mode, instance: mode }));
    const until = performance.now() + ${MINUTE_MS};
    while (performance.now() < until) {
      for (const client of clients) client.variation('x', { key: 'u' }, false);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    say({ states: clients.map((client) => client.status.state) });
  `,
    { signal: over.signal },
  );
  isolated = runScript(
    `
    const options = ${JSON.stringify(base)};
    for (const url of ${JSON.stringify([await listeners.open(silent), await closedPort()])}) createClient({ ...options, url });
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const resident = () => (gc(), process.memoryUsage().rss);
    const before = { cpu: process.cpuUsage(), resident: resident(), at: performance.now() };
    await new Promise((resolve) => setTimeout(resolve, ${MINUTE_MS}));
    const { user, system } = process.cpuUsage(before.cpu);
    const share = (user + system) / 1000 / (performance.now() - before.at);
    say({ share, grownMb: (resident() - before.resident) / 2 ** 20 });
  `,
    { flags: ['--expose-gc'], signal: over.signal },
  );
  // Whoever asks for one test of many waits for neither.
  for (const run of [harassed, isolated, idle]) run.catch(() => undefined);
});
afterAll(async () => {
  over.abort();
  listeners.stop();
  await idle.catch(() => undefined);
});

/** A server whose times are shorter, a proxy before it, and somebody who writes past the proxy. */
interface World {
  readonly proxy: FaultProxy;
  readonly writer: FlagWriter;
  readonly sdkKey: string;
}

async function worldOf(url: () => string, token: string, sdkKey: string, flags: readonly string[]): Promise<World> {
  const proxy = await startFaultProxy(portOf(url()));
  return { proxy, sdkKey, writer: await openFlagWriter({ url, token, sdkKey, flags }) };
}

const portOf = (url: string): number => Number(new URL(url).port);

/** Every client got to where the server is, and what any of them has ever served was the environment at that version. */
async function expectConverged(fleet: Fleet, { writer }: World, clients: number, withinMs: number): Promise<void> {
  const there = Array(clients).fill(writer.version);
  await expect.poll(async () => (await fleet.ask({ do: 'versions' })).versions, { timeout: withinMs }).toEqual(there);
  const { seen = [], rejections } = await fleet.ask({ do: 'seen' });
  for (const sights of seen) {
    expect(sights.at(-1)).toMatchObject({ version: writer.version, values: writer.at(writer.version) });
    const wrong = sights.filter(
      ({ version, values }, i) => values !== writer.at(version) || version <= (sights[i - 1]?.version ?? 0),
    );
    expect(wrong).toEqual([]);
  }
  expect(rejections).toEqual([]);
}

const connectionsOf = async (fleet: Fleet) => (await fleet.ask({ do: 'states' })).connections;

describe('a network that fails between the server and its SDKs', () => {
  const HEARTBEAT_MS = 500;
  const flagCount = 20;
  let service: Service;
  let world: World;
  let fleet: Fleet;

  beforeAll(async () => {
    // The first heartbeat comes after the time that a hello may take.
    const streamLimits = { helloMs: 2 * HEARTBEAT_MS, heartbeatMs: HEARTBEAT_MS, silenceMs: 10_000 };
    service = await startService({ streamLimits });
    const flags = await makeFlags(service.admin.send, flagCount);
    world = await worldOf(() => service.url, await service.token(), await service.sdkKey('production'), flags);
  });
  afterEach(async () => {
    world.proxy.shape({});
    await fleet[Symbol.asyncDispose]();
  });
  afterAll(async () => {
    await world.proxy[Symbol.asyncDispose]();
    await service[Symbol.asyncDispose]();
  });

  const connected = async (count: number, options = {}) => {
    const { proxy, sdkKey, writer } = world;
    fleet = startFleet();
    // Evaluations are reported over connections of their own, and it is the streams that are counted here.
    const request = {
      count,
      url: proxy.url,
      sdkKey,
      options: { events: false as const, ...options },
      watch: writer.flags,
    };
    expect(await fleet.ask({ do: 'connect', ...request })).toEqual({ ready: count });
  };
  const transfers = async (intent: string): Promise<number> => {
    const { body } = await service.send<string>('GET', '/metrics');
    const lines = body
      .split('\n')
      .filter((line) => line.startsWith('glidepath_transfers_total') && line.includes(intent));
    return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
  };

  test('T23: a black hole is noticed within 3 s, for 60 as times are a twentieth, and left behind with what was missed, over one connection each', async () => {
    const clients = 50;
    const idleMs = 3_000;
    await connected(clients, { timeouts: { idleMs, connectMs: idleMs } });
    await expect.poll(() => connectionsOf(fleet)).toEqual(Array(clients).fill('streaming'));
    const before = { full: await transfers('"full"'), delta: await transfers('"delta"') };
    world.proxy.countFrom();
    world.proxy.blackhole();
    const begun = performance.now();
    await world.writer.write();
    await expect.poll(() => connectionsOf(fleet), { timeout: 3 * idleMs }).toEqual(Array(clients).fill('disconnected'));
    console.log(`T23: noticed after ${Math.round(performance.now() - begun)} ms (allowed ${idleMs} ms of silence)`);
    world.proxy.heal();
    await expectConverged(fleet, world, clients, 15_000);
    await expect.poll(() => connectionsOf(fleet), { timeout: 15_000 }).toEqual(Array(clients).fill('streaming'));
    expect(world.proxy.mostOpen).toBeLessThanOrEqual(clients);
    expect(world.proxy.open).toBe(clients);
    expect(await transfers('"full"')).toBe(before.full);
    expect((await transfers('"delta"')) - before.delta).toBe(clients);
  });

  test('T25: connections that are cut after 1, 98, 195 … 7,664 bytes, in hello, snapshot and changes, leave nothing half applied', async () => {
    const step = 97;
    const clients = 80;
    const cuts = Array.from(
      { length: clients },
      (_, i): Cut => ({
        afterBytes: 1 + i * step,
        how: i % 2 === 0 ? 'reset' : 'end',
      }),
    );
    world.proxy.cutNext(cuts);
    const writing = world.writer.run(20);
    await connected(clients);
    await writing.stop();
    const { reconnects } = await fleet.ask({ do: 'states' });
    await expectConverged(fleet, world, clients, 15_000);
    console.log(
      `T25: ${reconnects?.filter((count) => count > 0).length} of ${clients} were cut after their first state`,
    );
  });

  test.for([10, 30])(
    'T26: a network that loses %i of a hundred segments and reorders a quarter keeps no change from anybody for good',
    async (percent) => {
      const clients = 20;
      const { next: random } = createChance(percent);
      const { proxy, writer } = world;
      const before = { accepted: proxy.accepted, lost: proxy.lost };
      await connected(clients, {
        timeouts: { idleMs: 3_000, connectMs: 3_000 },
        reconnect: { minMs: 200, maxMs: 1_000 },
      });
      proxy.shape({ loss: { lostShare: percent / 100, reorderedShare: 0.25, random } });
      const writing = writer.run(20);
      await pause(2_000);
      await expect.poll(() => proxy.lost - before.lost).toBeGreaterThan(clients);
      await writing.stop();
      const late = (await fleet.ask({ do: 'versions' })).versions?.filter((version) => version !== writer.version);
      proxy.shape({});
      const healedAt = performance.now();
      await expectConverged(fleet, world, clients, 30_000);
      const lost = proxy.lost - before.lost;
      console.log(
        `T26: ${lost} segments lost (${percent} %), ${proxy.accepted - before.accepted - clients} reconnects, ${late?.length} of`,
        `${clients} behind; all there ${Math.round(performance.now() - healedAt)} ms after it healed (target 30,000)`,
      );
    },
  );

  test('T25: a frame that takes longer than the idle time arrives over one connection all the same', async () => {
    const body = {
      key: 'large',
      type: 'string',
      variations: ['a', 'b'].map((key) => ({ key, value: key.repeat(30_000) })),
    };
    expect(await service.admin.send('POST', '/api/v1/projects/default/flags', { body })).toMatchObject({ status: 201 });
    const { accepted } = world.proxy;
    world.proxy.shape({ pieceBytes: 1_200, delayMs: 100 });
    await connected(1, { timeouts: { idleMs: 2_500 } });
    expect(world.proxy.accepted).toBe(accepted + 1);
    expect(await fleet.ask({ do: 'values', flag: 'large' })).toEqual({
      values: [expect.stringMatching(/^[ab]{30000}$/)],
    });
  });
});

test('T25: everything in pieces of 1 to 3 bytes, two seconds late, or a kilobyte a second, is the same in the end', async () => {
  await using service = await startService();
  const flags = await makeFlags(service.admin.send, 8);
  const world = await worldOf(() => service.url, await service.token(), await service.sdkKey('production'), flags);
  const { sdkKey, writer } = world;
  await using fleet = startFleet();
  const shapes: readonly Shape[] = [
    { pieceBytes: 1 },
    { pieceBytes: 2 },
    { pieceBytes: 3 },
    { delayMs: 2_000 },
    { pieceBytes: 100, delayMs: 100 },
  ];
  const proxies = [world.proxy];
  while (proxies.length < shapes.length) proxies.push(await startFaultProxy(portOf(service.url)));
  const connecting = proxies.map(({ url, shape }, i) => {
    shape(shapes[i] ?? {});
    return fleet.ask({ do: 'connect', count: 1, url, sdkKey, options: { events: false }, watch: flags });
  });
  const writing = writer.run(1);
  expect(await Promise.all(connecting)).toContainEqual({ ready: shapes.length });
  await writing.stop();
  await expectConverged(fleet, world, shapes.length, 30_000);
  await expect.poll(() => connectionsOf(fleet)).toEqual(Array(shapes.length).fill('streaming'));
  for (const proxy of proxies) await proxy[Symbol.asyncDispose]();
});

describe('a server that is killed, stopped and cut off while flags change', () => {
  const clients = 20;
  const soakMs = 45_000;
  const folder = path.dirname(temporaryFile());
  const settings = {
    GLIDEPATH_DATA_DIR: folder,
    GLIDEPATH_LOG_LEVEL: 'silent',
    GLIDEPATH_LIMIT_API_REQUESTS: '1000000',
    GLIDEPATH_LIMIT_HANDSHAKES_PER_KEY: '1000',
  };
  let server: ServerProcess;
  let world: World;
  let fleet: Fleet;

  beforeAll(async () => {
    server = await startServer(settings);
    const url = server.url ?? '';
    const admin = await enter(url, server.setupLink);
    const secretOf = async (route: string, body: object) =>
      (await admin.send<{ secret: string }>('POST', route, { body })).body.secret;
    const token = await secretOf('/api/v1/api-tokens', { name: 'writer', role: 'admin' });
    const sdkKey = await secretOf(KEYS, { name: 'fleet', kind: 'server' });
    world = await worldOf(() => server.url ?? '', token, sdkKey, await makeFlags(admin.send, 12));
    fleet = startFleet();
  });
  afterAll(async () => {
    await fleet[Symbol.asyncDispose]();
    await world.proxy[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  const faults: Readonly<Record<string, () => Promise<void>>> = {
    async kill() {
      server.kill('SIGKILL');
      await server.ended();
      // Another port: whoever tries to connect to the old one may by chance get it for his own end.
      const next = await startServer(settings);
      if (next.url === null) throw new Error(next.output());
      world.proxy.retarget(portOf(next.url));
      server = next;
    },
    async freeze() {
      server.kill('SIGSTOP');
      await pause(1_500);
      server.kill('SIGCONT');
    },
    async reset() {
      world.proxy.reset();
    },
    async blackhole() {
      world.proxy.blackhole();
      await pause(2_000);
      world.proxy.heal();
    },
    async cut() {
      world.proxy.cutNext(Array.from({ length: clients }, (_, i): Cut => ({ afterBytes: 50 + 211 * i, how: 'reset' })));
      world.proxy.reset();
    },
    async slice() {
      world.proxy.shape({ pieceBytes: 3 });
      await pause(1_000);
      world.proxy.shape({});
    },
  };

  test('brings every SDK to its last version, and none ever to a wrong or an older one', {
    timeout: 300_000,
  }, async () => {
    const { proxy, writer, sdkKey } = world;
    const options = {
      timeouts: { idleMs: 4_000, connectMs: 2_000 },
      poll: { intervalMs: 1_000 },
      reconnect: { minMs: 200, maxMs: 1_000 },
    };
    const request = { count: clients, url: proxy.url, sdkKey, options, watch: writer.flags };
    expect(await fleet.ask({ do: 'connect', ...request })).toEqual({ ready: clients });
    const writing = writer.run(20);
    const names = Object.keys(faults);
    const begun = performance.now();
    let hits = 0;
    let count = 0;
    for (; performance.now() - begun < soakMs; count += 1) {
      // Not at the same distance from a write each time.
      await pause(700 + ((count * 389) % 1_000));
      // Half of them wait for a change that is being made.
      for (let ms = 0; count % 2 === 0 && !writer.isWriting && ms < 500; ms += 1) await pause(1);
      if (writer.isWriting || proxy.quietMs < 5) hits += 1;
      await faults[names[count % names.length] ?? '']?.();
    }
    await writing.stop();
    await expectConverged(fleet, world, clients, 20_000);
    console.log(`soak: ${count} faults, ${hits} of them into an open operation, ${writer.version} versions`);
    expect(hits / count).toBeGreaterThanOrEqual(0.3);
  });
});

describe('clients that come and go', () => {
  const TIMES = 1_000;

  test.for([
    ['alive', ['connecting', 'in a transfer', 'streaming']],
    ['dead', ['connecting', 'in back-off']],
  ] as const)('T46: leave nothing behind when the server is %s', async ([kind, phases]) => {
    await using service = await startService();
    await using proxy = await startFaultProxy(portOf(service.url));
    // Transfers take long enough for some to be closed in the middle of one.
    proxy.shape({ pieceBytes: 500, delayMs: 2 });
    await makeFlags(service.admin.send, 5);
    const sdkKey = await service.sdkKey('production');
    const url = kind === 'alive' ? proxy.url : await closedPort();
    await using fleet = startFleet();
    const coming = { do: 'churn', url, sdkKey, closeWhile: phases } as const;
    const resources = async () => (await fleet.ask({ ...coming, count: 0 })).resources;
    const unused = await resources();
    const warmed = await fleet.ask({ ...coming, count: TIMES / 5 });
    await fleet.ask({ ...coming, count: TIMES / 2 });
    const { rejections, closedWhile = {}, heapKb = 0 } = await fleet.ask({ ...coming, count: TIMES / 2 });
    const grownKb = heapKb - (warmed.heapKb ?? 0);
    console.log(
      `T46: ${TIMES} clients; the last half was closed while`,
      closedWhile,
      `heap grown by ${grownKb.toFixed(0)} kB`,
    );
    expect(Object.keys(closedWhile)).toEqual(expect.arrayContaining([...phases]));
    await expect.poll(resources).toEqual(unused);
    expect(rejections).toEqual([]);
    expect(grownKb).toBeLessThan(2 * 1_024);
    await expect.poll(() => service.app.hub.connectionCount).toBe(0);
  });

  test('T46: of a cluster have a connection in each process, and every process ends by itself', async () => {
    await using service = await startService();
    const options = JSON.stringify({ url: service.url, sdkKey: await service.sdkKey('production'), logger: false });
    const folder = mkdtempSync(path.join(os.tmpdir(), 'glidepath-cluster-'));
    const worker = path.join(folder, 'worker.mjs');
    writeFileSync(
      worker,
      `
      import cluster from 'node:cluster';
      import { createClient } from ${JSON.stringify(`${SDK_DIST}index.js`)};
      const flags = createClient(${options});
      await flags.waitForInitialization();
      process.send({ connection: flags.status.connection });
      await new Promise((resolve) => process.once('message', resolve));
      await flags.close();
      cluster.worker.disconnect();
    `,
    );
    const { code, lines, errors } = await runScript(`
      import cluster from 'node:cluster';
      import { once } from 'node:events';
      const flags = createClient(${options});
      await flags.waitForInitialization();
      cluster.setupPrimary({ exec: ${JSON.stringify(worker)}, execArgv: [] });
      const workers = [cluster.fork(), cluster.fork()];
      const ended = workers.map((worker) => once(worker, 'exit'));
      const told = await Promise.all(workers.map((worker) => once(worker, 'message')));
      say({ connections: [flags.status.connection, ...told.map(([{ connection }]) => connection)] });
      for (const worker of workers) worker.send('close');
      const codes = (await Promise.all(ended)).map(([code]) => code);
      say({ codes, connection: flags.status.connection });
      await flags.close();
    `);
    rmSync(folder, { recursive: true, force: true });
    expect(errors).toBe('');
    expect(lines).toEqual([
      { connections: ['streaming', 'streaming', 'streaming'] },
      { codes: [0, 0], connection: 'streaming' },
      { faults: [] },
    ]);
    expect(code).toBe(0);
    await expect.poll(() => service.app.hub.connectionCount).toBe(0);
  });
});

describe('a minute', () => {
  test('T24: without a change, for ten as all times here are a tenth, is outlived by every stream behind a proxy that cuts what is idle for 6 s', async () => {
    const none = Array(20).fill(0);
    const streaming = Array(20).fill('streaming');
    expect(await idle).toEqual({ connections: streaming, reconnects: none, endedIdle: 0, missed: 0 });
  });

  test('S3: of a service that does everything wrong does not bring a process down that listens to nothing', async () => {
    const { code, lines, errors } = await harassed;
    expect(errors).toBe('');
    // Degraded: it was sent states that were not what they said.
    const state = expect.toBeOneOf(['initializing', 'degraded']);
    expect(lines).toEqual([{ states: [state, state, state] }, { faults: [] }]);
    expect(code).toBe(0);
    console.log('S3:', hostile.done);
    expect(hostile.wrongs.filter((wrong) => !((hostile.done[wrong] ?? 0) > 1))).toEqual([]);
  });

  test('T30: without a network is next to nothing: one stream at a time, no CPU, no memory', async () => {
    const { code, lines } = await isolated;
    expect(code).toBe(0);
    const { share, grownMb } = lines[0] as { share: number; grownMb: number };
    console.log(`T30: ${(share * 100).toFixed(2)} % of one core (target 2 %), ${grownMb.toFixed(1)} MB more`, seen);
    expect(seen.streams.most).toBe(1);
    // Beside the stream, one poll that helps out while that is silent.
    expect(seen.any.most).toBeLessThanOrEqual(2);
    expect(share).toBeLessThan(3 * 0.02);
    expect(grownMb).toBeLessThan(5);
  });
});
