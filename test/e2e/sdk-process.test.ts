import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { connect, createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { expectBelow } from '../support/least.ts';
import { closedPort, createListeners, runScript, type ScriptRun, SDK_DIST } from '../support/sdk-script.ts';
import { startService } from '../support/start-service.ts';

const SDK_KEY = 'gp_srv_0123456789';
/** Deadlines are asserted at three times the target. */
const SLACK = 3;

const listeners = createListeners();
afterEach(() => listeners.stop());

const http = (answer: RequestListener): Server =>
  createHttpServer(answer).on('upgrade', (request, socket) => {
    // As a server does that knows no upgrades.
    const path = request.url ?? '';
    socket.end(
      `HTTP/1.1 ${path.includes('unauthorized') ? '401 Unauthorized' : '500 No'}\r\ncontent-length: 0\r\n\r\n`,
    );
  });
const endless500s = () => http((_request, response) => response.writeHead(500).end('broken'));
const refusing = () => http((_request, response) => response.writeHead(401).end('{}'));
const silent = () => createServer(() => undefined);

const endedIn = (lines: ScriptRun['lines']) => Number(lines.find((line) => 'endedAfterMs' in line)?.['endedAfterMs']);
const options = (url: string) => JSON.stringify({ url, sdkKey: SDK_KEY, logger: false });

describe('S4, T41: waiting for a service that does not answer', () => {
  test.for([
    ['a closed port', closedPort],
    ['a listener that is silent', () => listeners.open(silent())],
    ['endless 500s', () => listeners.open(endless500s())],
  ] as const)('ends in time at %s, and the process ends by itself', async ([, open]) => {
    const url = await open();
    await expectBelow({ waitedMs: 1_000 + SLACK * 50, endedAfterMs: SLACK * 150 }, async () => {
      const { code, lines, errors } = await runScript(`
        const flags = createClient(${options(url)});
        const begun = performance.now();
        const result = await flags.waitForInitialization({ timeoutSeconds: 1 });
        say({ status: result.status, ms: performance.now() - begun, value: flags.variation('x', { key: 'u' }, 'fallback') });
        const last = performance.now();
        process.on('exit', () => say({ endedAfterMs: performance.now() - last }));
      `);
      expect(errors).toBe('');
      expect(code).toBe(0);
      const [waited, ...rest] = lines;
      expect(waited).toMatchObject({ status: 'timeout', value: 'fallback' });
      expect(lines).toContainEqual({ faults: [] });
      const waitedMs = Number(waited?.['ms']);
      const endedAfterMs = endedIn(rest);
      console.log(`S4: settled after ${waitedMs.toFixed(0)} ms, ended ${endedAfterMs.toFixed(0)} ms after that`);
      expect(waitedMs).toBeGreaterThanOrEqual(999);
      return { waitedMs, endedAfterMs };
    });
  });

  test('fails at once where the key is refused', async () => {
    const url = `${await listeners.open(refusing())}/unauthorized`;
    await expectBelow({ ms: SLACK * 300 }, async () => {
      const { lines } = await runScript(`
        const flags = createClient(${options(url)});
        const begun = performance.now();
        const { status, error } = await flags.waitForInitialization({ timeoutSeconds: 60 });
        say({ status, code: error?.code, ms: performance.now() - begun, state: flags.status.state });
      `);
      expect(lines[0]).toMatchObject({ status: 'failed', code: 'GP1401', state: 'unauthorized' });
      return { ms: Number(lines[0]?.['ms']) };
    });
  });

  test('is over when the service comes, and that is told once', async () => {
    await using service = await startService();
    const sdkKey = await service.sdkKey('production');
    const { port } = new URL(service.url);
    let isUp = false;
    // Stands where the service will be: nothing gets through before it is up.
    const gate = createServer((client) => {
      if (!isUp) {
        client.resetAndDestroy();
        return;
      }
      const upstream = connect(Number(port), '127.0.0.1');
      upstream.on('error', () => client.destroy());
      client.on('error', () => upstream.destroy());
      client.pipe(upstream).pipe(client);
    });
    const url = await listeners.open(gate);
    const { code, lines } = await runScript(
      `
      const flags = createClient(${JSON.stringify({ url, sdkKey, logger: false, reconnect: { minMs: 50, maxMs: 500 } })});
      let ready = 0;
      flags.on('ready', () => (ready += 1));
      const { status } = await flags.waitForInitialization({ timeoutSeconds: 0.5 });
      say({ status });
      const later = await flags.waitForInitialization({ timeoutSeconds: 60 });
      await new Promise((resolve) => setTimeout(resolve, 100));
      say({ later: later.status, state: flags.status.state, ready });
      await flags.close();
    `,
      {
        onOutput: () => {
          isUp = true;
        },
      },
    );
    expect(lines).toEqual([{ status: 'timeout' }, { later: 'ready', state: 'ready', ready: 1 }, { faults: [] }]);
    expect(code).toBe(0);
  });
});

describe('S10: a script that makes a client and ends', () => {
  test.for(['up', 'down'] as const)('ends at once with the service %s', async (how) => {
    await using service = await startService();
    const sdkKey = await service.sdkKey('production');
    const url = how === 'up' ? service.url : await closedPort();
    await expectBelow({ endedAfterMs: SLACK * 150 }, async () => {
      const { code, lines } = await runScript(`
        const flags = createClient(${JSON.stringify({ url, sdkKey, logger: false })});
        flags.variation('x', { key: 'u' }, false);
        const last = performance.now();
        process.on('exit', () => say({ endedAfterMs: performance.now() - last }));
      `);
      expect(code).toBe(0);
      const endedAfterMs = endedIn(lines);
      console.log(`S10: ended after ${endedAfterMs.toFixed(0)} ms (target 150)`);
      return { endedAfterMs };
    });
  });

  test('is not ended by Node while it waits', async () => {
    const url = await listeners.open(silent());
    const { code } = await runScript(`
      await createClient(${options(url)}).waitForInitialization({ timeoutSeconds: 0.3 });
    `);
    expect(code).toBe(0);
  });
});

test('S12: a client listens to no signal and no failure of its process, and to its end only while it is open', async () => {
  await using service = await startService();
  const sdkKey = await service.sdkKey('production');
  const { code, lines } = await runScript(`
    const names = ['SIGTERM', 'SIGINT', 'exit', 'uncaughtException', 'unhandledRejection', 'beforeExit'];
    const added = () => names.map((name, i) => process.listenerCount(name) - before[i]);
    const before = names.map((name) => process.listenerCount(name));
    const flags = createClient(${JSON.stringify({ url: service.url, sdkKey, logger: false })});
    await flags.waitForInitialization();
    flags.variation('x', { key: 'u' }, false);
    say({ open: added() });
    await flags.close();
    say({ closed: added() });
  `);
  expect(code).toBe(0);
  expect(lines).toEqual([{ open: [0, 0, 0, 0, 0, 1] }, { closed: [0, 0, 0, 0, 0, 0] }, { faults: [] }]);
});

describe('S13: many clients', () => {
  test('that are made and closed leave no memory behind', async () => {
    const url = await closedPort();
    const { code, lines } = await runScript(
      `
      const cycle = async (count) => {
        for (let i = 0; i < count; i += 1) {
          await createClient(${options(url)}).close();
          // A socket's end is a matter of the event loop's next turn.
          await new Promise((resolve) => setImmediate(resolve));
        }
        await resources();
        let least = Infinity;
        for (let n = 0; n < 5; n += 1) {
          gc();
          least = Math.min(least, process.memoryUsage().heapUsed);
          await new Promise((resolve) => setImmediate(resolve));
        }
        return least;
      };
      const before = await cycle(500);
      const after = await cycle(10_000);
      say({ grownKb: (after - before) / 1024, resources: await resources() });
    `,
      { flags: ['--expose-gc'] },
    );
    expect(code).toBe(0);
    console.log(`S13: heap grown by ${Number(lines[0]?.['grownKb']).toFixed(0)} kB`);
    expect(Number(lines[0]?.['grownKb'])).toBeLessThan(5 * 1024);
    expect(lines[0]?.['resources']).toEqual([]);
  });

  test('of one URL and key, from both builds of the package, open one socket', async () => {
    let upgrades = 0;
    const url = await listeners.open(
      // Answers nothing, so that nobody has a reason to come again.
      createHttpServer().on('upgrade', () => {
        upgrades += 1;
      }),
    );
    const { code, lines } = await runScript(`
      import { createRequire } from 'node:module';
      const required = createRequire(${JSON.stringify(SDK_DIST)})('./index.cjs');
      const given = ${options(url)};
      const clients = [createClient(given), required.createClient(given), createClient(given)];
      for (const client of clients) await client.waitForInitialization({ timeoutSeconds: 0.2 });
      await clients[0].close();
      const states = clients.map((client) => client.status.state);
      for (const client of clients) await client.close();
      say({ states, isOther: required.createClient !== createClient });
    `);
    expect(code).toBe(0);
    expect(lines[0]).toEqual({ states: ['closed', 'initializing', 'initializing'], isOther: true });
    expect(upgrades).toBe(1);
  });
});

test('S11: closing sends what was counted within its time, once, and leaves nothing open', async () => {
  let reports = 0;
  const url = await listeners.open(
    http((request, response) => {
      request.resume();
      request.on('end', () => {
        if (request.url?.endsWith('/events')) reports += 1;
        setTimeout(() => response.writeHead(202, { 'content-type': 'application/json' }).end('{}'), 500);
      });
    }),
  );
  await expectBelow({ ms: 3_000 }, async () => {
    reports = 0;
    const { lines } = await runScript(`
      const flags = createClient({ ...${options(url)}, bootstrap: { values: Object.fromEntries(Array.from({ length: 10000 }, (_, i) => ['flag-' + i, true])) } });
      for (let i = 0; i < 10000; i += 1) flags.variation('flag-' + i, { key: 'u' }, false);
      const begun = performance.now();
      const results = await Promise.all([flags.close(), flags.close(), flags.close()]);
      say({ results, ms: performance.now() - begun, resources: await resources() });
    `);
    const result = { flushed: true, dropped: 0 };
    expect(lines[0]).toMatchObject({ results: [result, result, result], resources: [] });
    expect(reports).toBe(1);
    return { ms: Number(lines[0]?.['ms']) };
  });
});

test('overrides act in a development environment, and not in production', async () => {
  await using service = await startService();
  for (const [environment, value] of [
    ['development', true],
    ['production', false],
  ] as const) {
    const sdkKey = await service.sdkKey(environment);
    for (const mode of ['stream', 'poll'] as const) {
      const { lines } = await runScript(
        `
        const flags = createClient(${JSON.stringify({ url: service.url, sdkKey, mode, logger: false })});
        await flags.waitForInitialization({ need: 'fresh' });
        say({ value: flags.variation('new-checkout', { key: 'u' }, false) });
        await flags.close();
      `,
        { variables: { GLIDEPATH_OVERRIDES: '{"new-checkout": true}' } },
      );
      expect(lines[0], `${environment} ${mode}`).toEqual({ value });
    }
  }
});

test.for([
  ['on a disk that is full', true],
  ['that it has no right to', false],
] as const)('T43: a cache file %s is told of once, and harms nobody', async ([, isDiskFull]) => {
  const isForbidden = !isDiskFull;
  await using service = await startService();
  const sdkKey = await service.sdkKey('production');
  const folder = mkdtempSync(path.join(os.tmpdir(), 'glidepath-cache-'));
  const cacheFile = path.join(folder, 'flags.json');
  const before = 'what was there';
  writeFileSync(cacheFile, before);
  if (isForbidden) chmodSync(folder, 0);
  const { code, lines } = await runScript(
    `
    // The administrator of a machine may do anything.
    if (${isForbidden} && process.getuid() === 0) process.setuid(65534);
    const told = [];
    const tell = (line) => told.push(line);
    const logger = { debug: tell, info: tell, warn: tell, error: tell };
    const flags = createClient({ ...${JSON.stringify({ url: service.url, sdkKey, cacheFile })}, logger });
    const { status } = await flags.waitForInitialization({ need: 'fresh' });
    const closed = await flags.close();
    say({ status, closed, told: told.map((line) => /GP\\d+/.exec(line)?.[0]) });
  `,
    { isDiskFull },
  );
  if (isForbidden) chmodSync(folder, 0o700);
  expect(code).toBe(0);
  const [told, ...rest] = lines;
  expect(told).toMatchObject({ status: 'ready', closed: { flushed: true } });
  expect(new Set(told?.['told'] as string[])).toEqual(new Set(['GP1108']));
  expect(rest).toEqual([{ faults: [] }]);
  const kept = readdirSync(folder).map((name) => readFileSync(path.join(folder, name), 'utf8'));
  expect(kept).toContain(before);
  rmSync(folder, { recursive: true, force: true });
});
