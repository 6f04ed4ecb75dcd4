import { BROWSER_CLOSE } from '@glidepath/core/protocol';
import { createManualClock, type ManualClock } from '@glidepath/server';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type BrowserSocket, openBrowserSocket } from '../support/browser-socket.ts';
import { ENVIRONMENT, type FlagWorld, flagsThatDepend, flagWorld } from '../support/flag-world.ts';
import { type Service, startService, stopUnder } from '../support/start-service.ts';

/** The stream of browsers: who is let in, what is sent when, and what is not. */

const APP = 'https://app.example';

let service: Service;
let clock: ManualClock;
let world: FlagWorld;
let key: string;
let environmentId: string;
const open: BrowserSocket[] = [];

beforeAll(async () => {
  clock = createManualClock(Date.UTC(2026, 0, 5));
  service = await startService({ clock, random: () => 0.5 });
  world = flagWorld(service);
  const environments = await service.app.store.documents('environment');
  environmentId = environments.find(({ key: name }) => name === ENVIRONMENT)?.id ?? '';
  key = await service.sdkKey(ENVIRONMENT, { kind: 'client', origins: [APP] });
  await world.flag({ key: 'plain', clientSide: true });
  await flagsThatDepend(world);
});
afterEach(() => {
  for (const socket of open.splice(0)) socket.close();
});
afterAll(() => stopUnder(clock, service));

async function connect(origin = APP): Promise<BrowserSocket> {
  const socket = await openBrowserSocket({ url: service.url, key, origin });
  open.push(socket);
  return socket;
}

async function page(context: object = { key: 'u1' }, fields: object = {}): Promise<BrowserSocket> {
  const socket = await connect();
  socket.hello({ context, ...fields });
  return socket;
}

/** Lets all that falls due within so long happen. */
function pass(ms: number): void {
  for (let left = ms; left > 0; left -= 25) clock.moveTo(clock.now() + Math.min(left, 25));
}

async function until(look: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await look())) await new Promise((resolve) => setImmediate(resolve));
}

const valuesOf = (socket: BrowserSocket) => socket.frames.filter(({ t }) => t === 'values');

describe('a page', () => {
  test('is welcomed and gets all values of client-side flags for its context, and no other', async () => {
    const socket = await page();
    expect(await socket.take('welcome')).toMatchObject({ overrides: true, hb: 25_000 });
    expect(await socket.take('values')).toMatchObject({ n: 0, full: true, del: [], count: 3 });
    expect(socket.values()).toEqual({ plain: true, dependent: true, 'for-testers': true });
  });

  test('is asked to come again where its environment becomes critical, so that no override goes on acting', async () => {
    const setCritical = async (critical: boolean) => {
      const path = `/api/v1/projects/default/environments/${ENVIRONMENT}`;
      expect((await service.admin.send('PATCH', path, { body: { critical } })).status).toBe(200);
    };
    const socket = await page();
    await socket.take('values');
    await setCritical(true);
    expect(await socket.take('goodbye')).toMatchObject({ reason: 'age', spread: 10_000 });
    expect(await (await page()).take('welcome')).toMatchObject({ overrides: false });
    await setCritical(false);
  });

  test('is told a moment after a change which values differ, through prerequisites and segments too', async () => {
    const socket = await page();
    const first = await socket.take('values');
    await world.change('base', { kind: 'turn-off' });
    await world.changeSegment('testers', { kind: 'add-members', list: 'included', contextKind: 'user', keys: ['u1'] });
    pass(75);
    await socket.arrived();
    expect(valuesOf(socket)).toHaveLength(1);
    pass(200);
    const next = await socket.take('values');
    expect(next).toMatchObject({ n: 0, full: false, del: [], count: 3, epoch: first.epoch, v: first.v + 2 });
    expect(next.put.map(({ key: name, value }) => [name, value]).sort()).toEqual([
      ['dependent', false],
      ['for-testers', false],
    ]);
    await world.change('base', { kind: 'turn-on' });
    await world.changeSegment('testers', {
      kind: 'remove-members',
      list: 'included',
      contextKind: 'user',
      keys: ['u1'],
    });
    pass(2_000);
    await socket.take('values');
    expect(socket.values()).toEqual({ plain: true, dependent: true, 'for-testers': true });
  });

  test('is told of nothing that makes no difference to it; the heartbeat says that it is up to date', async () => {
    const socket = await page();
    const { v } = await socket.take('values');
    await world.change('hidden', { kind: 'turn-off' });
    await world.changeSegment('testers', { kind: 'add-members', list: 'included', contextKind: 'user', keys: ['u2'] });
    pass(30_000);
    expect((await socket.take('hb')).v).toBe(v + 2);
    expect(valuesOf(socket)).toHaveLength(1);
    await world.change('hidden', { kind: 'turn-on' });
  });

  test('is told at most once a second, and then of everything', async () => {
    const socket = await page();
    await socket.take('values');
    await world.change('plain', { kind: 'turn-off' });
    pass(300);
    await socket.take('values');
    await world.change('plain', { kind: 'turn-on' });
    await world.change('base', { kind: 'turn-off' });
    pass(700);
    await socket.arrived();
    expect(valuesOf(socket)).toHaveLength(2);
    await world.change('base', { kind: 'turn-on' });
    pass(300);
    expect((await socket.take('values')).put.map(({ key: name }) => name)).toEqual(['plain']);
    expect(valuesOf(socket)).toHaveLength(3);
  });

  test('is told of a kill at once, however lately it was told of something else', async () => {
    await world.flag({ key: 'to-kill', clientSide: true });
    const socket = await page();
    await socket.take('values');
    await world.change('plain', { kind: 'turn-off' });
    pass(300);
    await socket.take('values');
    await world.kill('to-kill');
    expect(await socket.take('values')).toMatchObject({ urgent: true, put: [{ key: 'to-kill', value: false }] });
    await world.change('plain', { kind: 'turn-on' });
  });

  test('loses a flag that is not for browsers any more, and gets one that becomes so', async () => {
    await world.flag({ key: 'shy' });
    const socket = await page();
    await socket.take('values');
    await world.changeShared('shy', { kind: 'set-client-side', clientSide: true });
    pass(300);
    expect((await socket.take('values')).put).toMatchObject([{ key: 'shy', value: true }]);
    await world.changeShared('shy', { kind: 'set-client-side', clientSide: false });
    pass(2_000);
    expect(await socket.take('values')).toMatchObject({ put: [], del: ['shy'] });
  });

  test('gets everything anew for another context, under its number', async () => {
    await world.changeSegment('testers', { kind: 'add-members', list: 'included', contextKind: 'user', keys: ['u7'] });
    const socket = await page();
    await socket.take('values');
    socket.send({ t: 'identify', n: 4, context: { key: 'u7' } });
    expect(await socket.take('values')).toMatchObject({ n: 4, full: true });
    expect(socket.values()).toMatchObject({ 'for-testers': false });
    pass(2_000);
    await world.changeSegment('testers', {
      kind: 'remove-members',
      list: 'included',
      contextKind: 'user',
      keys: ['u7'],
    });
    pass(300);
    expect(await socket.take('values')).toMatchObject({
      n: 4,
      full: false,
      put: [{ key: 'for-testers', value: true }],
    });
  });

  test('that goes through users too fast gets the last of them, a little later', async () => {
    const socket = await page();
    await socket.take('values');
    for (let n = 1; n <= 60; n += 1) socket.send({ t: 'identify', n, context: { key: `u${n}` } });
    const answered = () => valuesOf(socket).map((frame) => ('n' in frame ? frame.n : 0));
    while (!answered().includes(30)) await socket.take('values');
    await until(() => {
      pass(1_100);
      return answered().at(-1) === 60;
    });
    expect(answered().length).toBeLessThan(40);
  });

  test('that comes back gets what differs since; with a version from elsewhere it gets everything', async () => {
    const gone = await page();
    const { epoch, v } = await gone.take('values');
    gone.close();
    const same = await page({ key: 'u1' }, { basis: { epoch, v } });
    expect(await same.take('values')).toMatchObject({ full: false, put: [], del: [] });
    await world.change('hidden', { kind: 'turn-off' });
    await world.change('plain', { kind: 'turn-off' });
    const later = await page({ key: 'u1' }, { basis: { epoch, v } });
    expect(await later.take('values')).toMatchObject({ full: false, put: [{ key: 'plain', value: false }], del: [] });
    for (const basis of [
      { epoch: 'ffffffffffffffff', v },
      { epoch, v: 0 },
      { epoch, v: v + 1_000 },
      { epoch, v: -1 },
      7,
    ]) {
      const other = await page({ key: 'u1' }, { basis });
      expect(await other.take('values')).toMatchObject({ full: true, epoch });
    }
    await world.change('hidden', { kind: 'turn-on' });
    await world.change('plain', { kind: 'turn-on' });
  });

  test('is counted in the delivery of a version on a line of its own, where its values differ', async () => {
    const [one, two] = [await page(), await page({ key: 'u9' })];
    const { v } = await one.take('values');
    await two.take('values');
    await world.changeSegment('testers', { kind: 'add-members', list: 'included', contextKind: 'user', keys: ['u9'] });
    pass(300);
    await two.take('values');
    const delivery = () => service.app.hub.delivery(environmentId, v + 1);
    expect(await delivery()).toMatchObject({ browsers: { connected: 1, applied: 0 }, connected: 0, complete: true });
    two.send({ t: 'ack', v: v + 1, applyUs: 1, heldMs: 0 });
    await until(async () => (await delivery())?.browsers.applied === 1);
    await world.changeSegment('testers', {
      kind: 'remove-members',
      list: 'included',
      contextKind: 'user',
      keys: ['u9'],
    });
  });

  test('is asked to leave when it has been there for long, and cut when it is silent', async () => {
    const socket = await page();
    await socket.take('values');
    pass(74_000);
    for (let minute = 0; minute < 30; minute += 1) {
      socket.send({ t: 'hb' });
      await socket.arrived();
      pass(60_000);
    }
    expect(await socket.take('goodbye')).toMatchObject({ reason: 'age' });
    pass(76_000);
    expect((await socket.closed).code).toBe(1006);
  });
});

describe('the door', () => {
  const closedAfter = async (socket: BrowserSocket) => (await socket.closed).code;

  test.for<[string, object, string | undefined, number]>([
    ['an unknown key', { id: 'gp_cli_unknown' }, APP, BROWSER_CLOSE.unauthorized],
    ['no key', { id: 7 }, APP, BROWSER_CLOSE.malformed],
    ['a page of another origin', {}, 'https://evil.example', BROWSER_CLOSE.forbidden],
    ['the origin null', {}, 'null', BROWSER_CLOSE.forbidden],
    ['a protocol that is not spoken', { proto: 2 }, APP, BROWSER_CLOSE.malformed],
    ['a context that is none', { context: 'u1' }, APP, BROWSER_CLOSE.malformed],
    ['a list of contexts', { context: [{ key: 'u1' }] }, APP, BROWSER_CLOSE.malformed],
    ['a context that is too large', { context: { key: 'u1', text: 'x'.repeat(33_000) } }, APP, BROWSER_CLOSE.malformed],
    ['a hello that is too long', { context: { key: 'u1', text: 'x'.repeat(49_000) } }, APP, 1009],
    ['a token that is none', { sealed: 'v1.x.y' }, APP, BROWSER_CLOSE.forbidden],
  ])('is shut to %s', async ([, fields, origin, code]) => {
    const socket = await connect(origin);
    socket.hello({ context: { key: 'u1' }, ...fields });
    expect(await closedAfter(socket)).toBe(code);
    expect(socket.frames.every(({ t }) => t === 'goodbye')).toBe(true);
  });

  test('is shut to server keys: their place is in no page', async () => {
    const socket = await connect();
    socket.hello({ id: await service.sdkKey(ENVIRONMENT), context: {} });
    expect(await closedAfter(socket)).toBe(BROWSER_CLOSE.unauthorized);
  });

  test('is open to what is no page', async () => {
    const socket = await openBrowserSocket({ url: service.url, key });
    open.push(socket);
    socket.hello({ context: { key: 'u1' } });
    await socket.take('values');
  });

  test.for<[string, string | Buffer, number]>([
    ['no JSON', 'hello', BROWSER_CLOSE.malformed],
    ['a list', '[]', BROWSER_CLOSE.malformed],
    ['__proto__', '{"t":"hb","__proto__":{}}', BROWSER_CLOSE.malformed],
    ['no hello', '{"t":"hb"}', BROWSER_CLOSE.malformed],
    ['bytes', Buffer.from('{"t":"hb"}'), 1003],
    ['65,537 bytes', 'x'.repeat(65_537), 1009],
  ])('is shut after %s', async ([, content, code]) => {
    const socket = await connect();
    socket.sendRaw(content);
    expect(await closedAfter(socket)).toBe(code);
  });

  test('is shut after a second hello', async () => {
    const socket = await page();
    await socket.take('values');
    socket.hello({ context: { key: 'u1' } });
    expect(await closedAfter(socket)).toBe(BROWSER_CLOSE.malformed);
  });

  test('is shut to whoever says nothing for five seconds', async () => {
    const socket = await connect();
    pass(5_250);
    expect(await closedAfter(socket)).toBe(BROWSER_CLOSE.late);
  });

  test('T67: is shut to whoever sends two hundred messages in a second', async () => {
    const socket = await page();
    await socket.take('values');
    for (let i = 0; i < 200; i += 1) socket.send({ t: 'hb' });
    expect(await closedAfter(socket)).toBe(1008);
  });

  test('T67: is shut to whoever sends one ping after the other', async () => {
    const socket = await page();
    await socket.take('values');
    for (let i = 0; i < 200 && socket.isOpen; i += 1) await Promise.race([socket.arrived(), socket.closed]);
    expect(await closedAfter(socket)).toBe(1008);
  });

  test('T67: takes nothing in more than 64 pieces, and nothing that is compressed', async () => {
    const socket = new WebSocket(`${service.url.replace(/^http/, 'ws')}/client/v1/stream`, { perMessageDeflate: true });
    const closed = new Promise((resolve) => socket.on('close', resolve));
    await new Promise((resolve) => socket.on('open', resolve));
    expect(socket.extensions).toBe('');
    for (let i = 0; i < 1_000; i += 1) socket.send('x', { fin: false });
    expect(await closed).toBe(1008);
  });

  test('lets unknown frames and members pass', async () => {
    const socket = await page({ key: 'u1' }, { later: { than: 'this' } });
    await socket.take('values');
    socket.send({ t: 'from-the-future' });
    await socket.arrived();
    expect(socket.isOpen).toBe(true);
  });

  test('T44: is shut at once to those who came with a key that is revoked', async () => {
    const keys = `/api/v1/projects/default/environments/${ENVIRONMENT}/sdk-keys`;
    const { body } = await service.admin.send<{ document: { id: string }; secret: string }>('POST', keys, {
      body: { name: 'short', kind: 'client' },
    });
    const socket = await openBrowserSocket({ url: service.url, key: body.secret });
    socket.hello({ context: { key: 'u1' } });
    await socket.take('values');
    await service.admin.send('DELETE', `${keys}/${body.document.id}`);
    expect(await socket.take('goodbye')).toMatchObject({ reason: 'revoked' });
    expect(await closedAfter(socket)).toBe(BROWSER_CLOSE.unauthorized);
  });
});
