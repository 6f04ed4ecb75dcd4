import { once } from 'node:events';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { createClient } from '../index.ts';
import { startTestServer, type TestServer } from '../testing.ts';

const user = { key: 'u-42' };
const open: AsyncDisposable[] = [];

afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one[Symbol.asyncDispose]();
});

async function aServer(flags: Record<string, unknown>): Promise<TestServer> {
  const server = await startTestServer({ flags });
  open.push(server);
  return server;
}

/** Connected, with the values. */
async function aClient({ url, sdkKey }: TestServer, options: Parameters<typeof createClient>[0] = {}) {
  const client = createClient({ url, sdkKey, logger: false, reconnect: { minMs: 10, maxMs: 20 }, ...options });
  open.push(client);
  expect(await client.waitForInitialization({ need: 'fresh' })).toMatchObject({ status: 'ready' });
  return client;
}

describe('a server that a test started', () => {
  test('serves its values to a real client, and changes as they are set', async () => {
    const server = await aServer({ 'new-checkout': false, limits: { perMinute: 6 } });
    const client = await aClient(server);
    expect(client.variation('limits', user, {})).toEqual({ perMinute: 6 });
    for (const [key, value] of [
      ['new-checkout', true],
      ['page-size', 20],
    ] as const) {
      const changed = new Promise((resolve) => client.on('change', resolve, { once: true }));
      server.set(key, value);
      expect(await changed).toMatchObject({ keys: [key], source: 'stream' });
    }
    expect(client.variation('new-checkout', user, false)).toBe(true);
    expect(client.variation('page-size', user, 0)).toBe(20);
    await client.flush();
    expect(server.received.map(({ path }) => path)).toContain('/sdk/v1/events');
    expect(server.received[0]).toMatchObject({ path: '/sdk/v1/stream', body: { t: 'hello' } });
  });

  test('serves clients that poll', async () => {
    const server = await aServer({ 'new-checkout': true });
    const client = await aClient(server, { mode: 'poll' });
    expect([client.status.source, client.variation('new-checkout', user, false)]).toEqual(['poll', true]);
    const answer = await fetch(`${server.url}/sdk/v1/payload`, {
      headers: { authorization: `Bearer ${server.sdkKey}` },
    });
    expect(await answer.json()).toMatchObject({ kind: 'full', version: 1, items: [{ key: 'new-checkout' }] });
    const headers = { authorization: `Bearer ${server.sdkKey}`, 'if-none-match': answer.headers.get('etag') ?? '' };
    expect((await fetch(`${server.url}/sdk/v1/payload`, { headers })).status).toBe(304);
    expect((await fetch(`${server.url}/sdk/v1/payload`)).status).toBe(401);
    expect((await fetch(`${server.url}/elsewhere`)).status).toBe(404);
  });

  test('has a client connect again after it was cut off, and it gets what it missed', async () => {
    const server = await aServer({ 'new-checkout': false });
    const client = await aClient(server);
    server.disconnectAll();
    const changed = new Promise((resolve) => client.on('change', resolve, { once: true }));
    server.set('new-checkout', true);
    await changed;
    expect(client.variation('new-checkout', user, false)).toBe(true);
    expect(client.status.reconnects).toBe(1);
  });

  test('says nothing while it stalls, and everything in order afterwards', async () => {
    const server = await aServer({ step: 0 });
    const client = await aClient(server);
    const steps: unknown[] = [];
    const last = new Promise<void>((resolve) =>
      client.on('change:step', () => {
        steps.push(client.variation('step', user, -1));
        if (steps.length === 2) resolve();
      }),
    );
    server.stall(50);
    server.set('step', 1);
    server.set('step', 2);
    expect(client.variation('step', user, -1)).toBe(0);
    await last;
    expect(steps).toEqual([1, 2]);
  });

  test('refuses a key that is not its own', async () => {
    const server = await aServer({});
    const client = createClient({ url: server.url, sdkKey: 'gp_srv_another', logger: false });
    open.push(client);
    expect(await client.waitForInitialization()).toMatchObject({ status: 'failed', error: { code: 'GP1401' } });
  });

  test('is gone when it was closed, whoever was connected', async () => {
    const server = await aServer({ 'new-checkout': true });
    await aClient(server);
    await server.close();
    await expect(fetch(server.url)).rejects.toThrow();
  });
});

describe('a browser at a server that a test started', () => {
  const frames = (socket: WebSocket, count: number) =>
    new Promise<unknown[]>((resolve) => {
      const all: unknown[] = [];
      socket.on('message', (text) => {
        all.push(JSON.parse(String(text)));
        if (all.length === count) resolve(all);
      });
    });

  test('gets values for its context, for the next one, and each change', async () => {
    const server = await aServer({ 'new-checkout': false });
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/client/v1/stream`);
    await once(socket, 'open');
    const greeted = frames(socket, 4);
    socket.send(JSON.stringify({ t: 'hello', id: server.clientKey, n: 1, context: user }));
    socket.send(JSON.stringify({ t: 'identify', n: 2, context: { key: 'u-43' } }));
    await expect.poll(() => server.received).toHaveLength(2);
    server.set('new-checkout', true);
    expect(await greeted).toMatchObject([
      { t: 'welcome', head: 1 },
      { t: 'values', n: 1, v: 1, full: true, put: [{ key: 'new-checkout', value: false, variation: 'off' }], count: 1 },
      { t: 'values', n: 2, v: 1, full: true },
      { t: 'values', n: 2, v: 2, full: false, put: [{ key: 'new-checkout', value: true, variation: 'on', rev: 2 }] },
    ]);
  });

  test('is turned away with another key', async () => {
    const server = await aServer({});
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/client/v1/stream`);
    await once(socket, 'open');
    socket.send(JSON.stringify({ t: 'hello', id: 'gp_cli_another', n: 1 }));
    expect((await once(socket, 'close'))[0]).toBe(4401);
  });

  test('may ask from a page of another origin, and poll', async () => {
    const server = await aServer({ 'new-checkout': true });
    const asked = await fetch(`${server.url}/client/v1/evaluate`, {
      method: 'POST',
      body: JSON.stringify({ id: server.clientKey, context: user }),
    });
    expect(asked.headers.get('access-control-allow-origin')).toBe('*');
    expect(await asked.json()).toMatchObject({
      v: 1,
      full: true,
      put: [{ key: 'new-checkout', value: true }],
      count: 1,
    });
    expect((await fetch(`${server.url}/client/v1/evaluate`, { method: 'OPTIONS' })).status).toBe(204);
  });
});
