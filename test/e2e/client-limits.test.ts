import { BROWSER_CLOSE } from '@glidepath/core/protocol';
import { createManualClock, type ManualClock } from '@glidepath/server';
import { afterEach, describe, expect, inject, test } from 'vitest';
import { type BrowserSocket, openBrowserSocket } from '../support/browser-socket.ts';
import { ENVIRONMENT, type FlagWorld, flagWorld } from '../support/flag-world.ts';
import { newDatabase } from '../support/postgres.ts';
import { type Service, type ServiceOptions, startService, stopUnder } from '../support/start-service.ts';

/** Streams of browsers when there are too many, when a page does not read, and when the server stops. */

interface World {
  readonly service: Service;
  readonly clock: ManualClock;
  readonly flags: FlagWorld;
  page(): Promise<BrowserSocket>;
  /** Lets all that falls due within so long happen. */
  pass(ms: number): void;
}

const started: { readonly service: Service; readonly clock: ManualClock; readonly sockets: BrowserSocket[] }[] = [];
afterEach(async () => {
  for (const { service, clock, sockets } of started.splice(0)) {
    for (const socket of sockets) socket.close();
    await stopUnder(clock, service);
  }
});

async function open(options: ServiceOptions = {}): Promise<World> {
  const clock = createManualClock(Date.UTC(2026, 0, 5));
  const service = await startService({ clock, random: () => 0.5, ...options });
  const key = await service.sdkKey(ENVIRONMENT, { kind: 'client' });
  const sockets: BrowserSocket[] = [];
  started.push({ service, clock, sockets });
  return {
    service,
    clock,
    flags: flagWorld(service),
    async page() {
      const socket = await openBrowserSocket({ url: service.url, key });
      sockets.push(socket);
      socket.hello({ context: { key: 'u1' } });
      return socket;
    },
    pass(ms) {
      for (let left = ms; left > 0; left -= 250) clock.moveTo(clock.now() + Math.min(left, 250));
    },
  };
}

describe('too many pages', () => {
  test('from one network are sent away, and the others stay; whoever leaves makes room', async () => {
    const { page } = await open({ streamLimits: { connections: 10 } });
    const first = [await page(), await page()];
    for (const socket of first) await socket.take('values');
    const third = await page();
    expect((await third.closed).code).toBe(BROWSER_CLOSE.busy);
    first[0]?.close();
    await first[0]?.closed;
    await expect.poll(async () => (await page()).take('values').catch(() => null)).not.toBeNull();
    expect(first[1]?.isOpen).toBe(true);
  });

  test('of one key are sent away too, also where they come at once and the database is asked for each', async () => {
    const { service, flags } = await open({
      streamLimits: { connections: 10 },
      settings: {
        TRUST_PROXY: '127.0.0.1/32',
        DATABASE_URL: await newDatabase(inject('pgUrl')),
        SECRET: 'a database of its own, and a secret that is long enough',
      },
    });
    await flags.flag({ key: 'plain', clientSide: true });
    const key = await service.sdkKey(ENVIRONMENT, { kind: 'client' });
    const from = (n: number) => openBrowserSocket({ url: service.url, key, address: `203.0.113.${n}` });
    const sockets = await Promise.all(Array.from({ length: 10 }, (_, i) => from(i)));
    started.at(-1)?.sockets.push(...sockets);
    const { body } = await service.send<{ epoch: string }>('POST', '/client/v1/evaluate', { body: { id: key } });
    // They have seen more than this server, which has to look.
    const basis = { epoch: body.epoch, v: 1_000 };
    for (const socket of sockets) socket.hello({ context: { key: 'u1' }, basis });
    const ends = await Promise.all(
      sockets.map((socket) =>
        Promise.race([socket.take('values').then(() => 'served'), socket.closed.then(({ code }) => code)]),
      ),
    );
    expect(ends.filter((end) => end === 'served')).toHaveLength(8);
    expect(ends.filter((end) => end === BROWSER_CLOSE.busy)).toHaveLength(2);
  });

  test('are not let in where the server has as many streams as it may', async () => {
    const { page } = await open({ streamLimits: { connections: 0 } });
    await expect(page()).rejects.toThrow('503');
  });

  test('that ask for values more often than the limit says are sent away', async () => {
    const { page } = await open({ settings: { LIMIT_EVALUATIONS: '2' } });
    for (const socket of [await page(), await page()]) await socket.take('values');
    expect((await (await page()).closed).code).toBe(BROWSER_CLOSE.busy);
  });
});

describe('a page that does not read', () => {
  const large = (key: 'on' | 'off') => key.padEnd(30_000, '.');

  /** Twenty flags that turn with one other: each turn is more than half a megabyte. */
  async function heavy(): Promise<World & { turn(): Promise<void> }> {
    const world = await open();
    await world.flags.flag({ key: 'base' });
    for (let i = 0; i < 20; i += 1) {
      const variations = (['on', 'off'] as const).map((key) => ({ key, value: large(key) }));
      await world.flags.flag({ key: `large-${i}`, type: 'string', clientSide: true, variations }, [
        { kind: 'set-prerequisites', prerequisites: [{ flag: 'base', variations: ['on'] }] },
      ]);
    }
    let isOn = true;
    return {
      ...world,
      async turn() {
        isOn = !isOn;
        await world.flags.change('base', { kind: isOn ? 'turn-on' : 'turn-off' });
        world.pass(1_250);
      },
    };
  }

  test('is told no more than it takes, and of what is right at last once it reads', async () => {
    const { page, turn, pass } = await heavy();
    const socket = await page();
    await socket.take('values');
    socket.pause();
    for (let i = 0; i < 15; i += 1) await turn();
    socket.resume();
    await expect
      .poll(() => {
        pass(500);
        return Object.values(socket.values()).every((value) => value === large('off'));
      })
      .toBe(true);
    const frames = socket.frames.filter(({ t }) => t === 'values').length;
    expect(frames).toBeLessThan(15);
  });

  test('and asks for one context after the other is told no more than it takes, and of the last one once it reads', async () => {
    const { page, flags, pass, service } = await heavy();
    await flags.change('base', { kind: 'add-targets', variation: 'off', contextKind: 'user', keys: ['last'] });
    const socket = await page();
    await socket.take('values');
    socket.pause();
    const contexts = [...Array.from({ length: 28 }, (_, i) => `u${i}`), 'last'];
    for (const [i, key] of contexts.entries()) socket.send({ t: 'identify', n: i + 1, context: { key } });
    await expect
      .poll(async () => String((await service.send<string>('GET', '/metrics')).body))
      .toContain('glidepath_browser_evaluations_total{cause="identify"}');
    socket.resume();
    await expect
      .poll(() => {
        pass(500);
        return Object.values(socket.values()).every((value) => value === large('off'));
      })
      .toBe(true);
    const frames = socket.frames.filter(({ t }) => t === 'values').length;
    expect(frames).toBeLessThan(20);
  });

  test('for half a minute is cut off', async () => {
    const { page, turn, pass, service } = await heavy();
    const socket = await page();
    await socket.take('values');
    socket.pause();
    for (let i = 0; i < 15; i += 1) await turn();
    pass(31_000);
    await expect
      .poll(async () => String((await service.send<string>('GET', '/metrics')).body))
      .toContain('glidepath_connections_ended_total{reason="slow"} 1');
    socket.resume();
    expect((await socket.closed).code).toBe(1006);
  });
});

describe('a server that stops', () => {
  test('asks its pages to go elsewhere over some seconds, and closes whoever stays', async () => {
    const { page, pass, service } = await open();
    const socket = await page();
    await socket.take('values');
    const stopped = service.app.stop();
    pass(5_250);
    expect(await socket.take('goodbye')).toMatchObject({ reason: 'drain', spread: 10_000 });
    await expect(page()).rejects.toThrow('503');
    pass(10_250);
    expect((await socket.closed).code).toBe(1012);
    started.length = 0;
    await stopped;
  });
});
