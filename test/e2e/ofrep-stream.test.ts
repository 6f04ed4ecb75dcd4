import { createManualClock, type ManualClock } from '@glidepath/server';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { NodeEventSource } from '../support/event-source.ts';
import { ENVIRONMENT, type FlagWorld, flagsThatDepend, flagWorld } from '../support/flag-world.ts';
import { recordingLogger } from '../support/recording-logger.ts';
import { type Send, type Service, startService, stopUnder } from '../support/start-service.ts';

/** Event streams of remote evaluation: tickets, what is told to whom and when, and how a stream ends. */

const FLAGS = '/ofrep/v1/evaluate/flags';
const STREAM = '/ofrep/v1/stream';
const MINUTE = 60_000;
const APP = 'https://app.example';

interface Bulk {
  readonly eventStreams: readonly [
    { readonly endpoint: { readonly requestUri: string }; readonly inactivityDelaySec: number },
  ];
}

let service: Service;
let clock: ManualClock;
let world: FlagWorld;
let server: Send;
let browser: Send;
const logged: string[] = [];
const open: NodeEventSource[] = [];

beforeAll(async () => {
  clock = createManualClock(Date.UTC(2026, 0, 5));
  service = await startService({ clock, random: () => 0.5, logger: recordingLogger(logged) });
  world = flagWorld(service);
  server = service.as(await service.sdkKey(ENVIRONMENT));
  browser = service.as(await service.sdkKey(ENVIRONMENT, { kind: 'client', origins: [APP] }));
  await world.flag({ key: 'shown', clientSide: true });
  await flagsThatDepend(world);
});
afterEach(() => {
  for (const source of open.splice(0)) source.close();
});
afterAll(() => stopUnder(clock, service));

async function streamUri(send: Send): Promise<string> {
  const { body } = await send<Bulk>('POST', FLAGS, { body: {} });
  return body.eventStreams[0].endpoint.requestUri;
}

async function listen(uri: string, headers: Readonly<Record<string, string>> = {}): Promise<NodeEventSource> {
  const source = new NodeEventSource(service.url + uri, headers);
  open.push(source);
  await new Promise((resolve) => {
    source.addEventListener('open', resolve, { once: true });
    source.addEventListener('error', resolve, { once: true });
  });
  return source;
}

const nextMessage = (source: NodeEventSource): Promise<MessageEvent> =>
  new Promise((resolve) =>
    source.addEventListener('message', (event) => resolve(event as MessageEvent), { once: true }),
  );

const nextError = (source: NodeEventSource): Promise<void> =>
  new Promise((resolve) => source.addEventListener('error', () => resolve(), { once: true }));

const messagesIn = ({ lines }: NodeEventSource): number => lines.filter((line) => line.startsWith('data:')).length;

/** Whatever was written before this has arrived when it resolves: a heartbeat comes after it. */
async function settled(source: NodeEventSource): Promise<void> {
  const seen = source.lines.length;
  clock.moveTo(clock.now() + 28_000);
  while (!source.lines.slice(seen).some((line) => line.startsWith(': still'))) await new Promise(setImmediate);
}

describe('a ticket', () => {
  test('opens the stream of its environment, again and again, and nothing but it', async () => {
    const uri = await streamUri(browser);
    for (let time = 0; time < 2; time += 1) {
      const { status, headers } = await listen(uri);
      expect(status).toBe(200);
      expect(headers?.get('content-type')).toBe('text/event-stream; charset=utf-8');
      expect(headers?.get('cache-control')).toBe('no-store');
    }
    const ticket = new URLSearchParams(uri.split('?')[1]).get('ticket') ?? '';
    expect(await service.as(ticket)('POST', FLAGS, { body: {} })).toMatchObject({ status: 401 });
  });

  test('holds for 15 minutes', async () => {
    const uri = await streamUri(browser);
    clock.leapTo(clock.now() + 15 * MINUTE - 1);
    expect(await listen(uri)).toMatchObject({ status: 200 });
    clock.leapTo(clock.now() + 1);
    expect(await listen(uri)).toMatchObject({ status: 401, readyState: NodeEventSource.CLOSED });
  });

  test.for<[string, (uri: string) => string]>([
    ['none', () => STREAM],
    ['an empty one', () => `${STREAM}?ticket=`],
    ['two of them', (uri) => `${uri}&ticket=x`],
    ['another signature', (uri) => uri.replace(/\.[^&]*/, (signature) => `.${'A'.repeat(signature.length - 1)}`)],
    ['other claims', (uri) => uri.replace(/ticket=./, 'ticket=X')],
    ['a key in its place', () => `${STREAM}?ticket=gp_srv_${'A'.repeat(49)}`],
  ])('%s opens nothing', async ([, spoil]) => {
    const response = await fetch(service.url + spoil(await streamUri(browser)));
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({ errorCode: 'GENERAL', errorDetails: expect.any(String) });
  });

  test('of a key that is revoked opens nothing any more, and its streams end', async () => {
    const keys = `/api/v1/projects/default/environments/${ENVIRONMENT}/sdk-keys`;
    const made = await service.admin.send<{ document: { id: string }; secret: string }>('POST', keys, {
      body: { name: 'short-lived', kind: 'client' },
    });
    const uri = await streamUri(service.as(made.body.secret));
    const source = await listen(uri);
    const ended = nextError(source);
    await service.admin.send('DELETE', `${keys}/${made.body.document.id}`);
    await ended;
    expect(await listen(uri)).toMatchObject({ status: 401 });
  });

  test('holds a key for a page of its origin only', async () => {
    const uri = await streamUri(browser);
    const allowed = await listen(uri, { origin: APP });
    expect(allowed.headers?.get('access-control-allow-origin')).toBe(APP);
    const foreign = await listen(uri, { origin: 'https://evil.example' });
    expect(foreign.status).toBe(403);
    expect(foreign.headers?.get('access-control-allow-origin')).toBeNull();
  });

  test('is nowhere in the log', async () => {
    const uri = await streamUri(browser);
    await listen(uri);
    await listen(`${uri}x`);
    await service.send('DELETE', uri);
    await service.send('GET', `${uri}&ticket=%zz`);
    const [claims = ''] = (new URLSearchParams(uri.split('?')[1]).get('ticket') ?? '').split('.');
    expect(logged.join('')).toContain("route: '/ofrep/v1/evaluate/flags'");
    expect(logged.join('')).not.toContain(claims);
  });
});

describe('a stream', () => {
  test('says at once that something urgent has changed', async () => {
    const source = await listen(await streamUri(browser));
    const message = nextMessage(source);
    await world.kill('shown');
    expect(await message).toMatchObject({ type: 'message', data: '{"type":"refetchEvaluation"}' });
    await world.change('shown', { kind: 'restore' });
  });

  test('says within two seconds that anything else has changed', async () => {
    const source = await listen(await streamUri(browser));
    const message = nextMessage(source);
    await world.change('shown', { kind: 'turn-off' });
    expect(messagesIn(source)).toBe(0);
    clock.moveTo(clock.now() + 2_250);
    expect(JSON.parse((await message).data as string)).toEqual({ type: 'refetchEvaluation' });
  });

  test('of a client key tells of what client-side flags depend on, and of nothing else', async () => {
    const source = await listen(await streamUri(browser));
    const everything = await listen(await streamUri(server));
    await world.change('hidden', { kind: 'turn-off' });
    await settled(source);
    await settled(everything);
    expect([messagesIn(source), messagesIn(everything)]).toEqual([0, 1]);
    await world.change('base', { kind: 'turn-off' });
    await settled(source);
    expect(messagesIn(source)).toBe(1);
    await world.changeSegment('testers', { kind: 'add-members', list: 'included', contextKind: 'user', keys: ['t1'] });
    await settled(source);
    expect(messagesIn(source)).toBe(2);
    await world.changeShared('for-testers', { kind: 'set-client-side', clientSide: false });
    await settled(source);
    expect(messagesIn(source)).toBe(3);
  });

  test('asks for another evaluation after ten minutes, which brings a new ticket', async () => {
    const before = await browser('POST', FLAGS, { body: {} });
    const source = await listen(await streamUri(browser));
    const message = nextMessage(source);
    for (let minute = 0; minute < 10; minute += 1) clock.moveTo(clock.now() + MINUTE);
    expect(messagesIn(source)).toBe(0);
    clock.moveTo(clock.now() + 2_250);
    await message;
    const headers = { 'if-none-match': before.headers.get('etag') ?? '' };
    expect(await browser('POST', FLAGS, { body: {}, headers })).toMatchObject({ status: 200 });
  });

  test('that comes back tells what it missed, and is silent when it missed nothing', async () => {
    const uri = await streamUri(browser);
    await world.change('shown', { kind: 'turn-on' });
    const late = await listen(uri);
    const message = nextMessage(late);
    clock.moveTo(clock.now() + 2_250);
    const { lastEventId } = await message;
    const current = await listen(uri, { 'last-event-id': lastEventId });
    await settled(current);
    expect(messagesIn(current)).toBe(0);
  });

  test('beats while nothing happens', async () => {
    const source = await listen(await streamUri(browser));
    await settled(source);
    await settled(source);
    expect(messagesIn(source)).toBe(0);
  });
});

describe('a process that may hold five streams', () => {
  test('leaves room for other keys, refuses with a time to come back, and ends all of them when it stops', async () => {
    const small = await startService({ settings: { LIMIT_CONNECTIONS: '5' } });
    const uriOf = async (kind: string) => {
      const { body } = await small.as(await small.sdkKey(ENVIRONMENT, { kind }))<Bulk>('POST', FLAGS, { body: {} });
      return small.url + body.eventStreams[0].endpoint.requestUri;
    };
    const [uri, other] = [await uriOf('client'), await uriOf('client')];
    const streams = [];
    for (let stream = 0; stream < 4; stream += 1) streams.push(await fetch(uri));
    const fifth = await fetch(uri);
    expect(fifth.status).toBe(429);
    expect(fifth.headers.get('retry-after')).toMatch(/^\d+$/);
    streams.push(await fetch(other));
    const sixth = await fetch(other);
    expect(sixth.status).toBe(503);
    expect(sixth.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
    expect(streams.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    await streams[0]?.body?.cancel();
    expect(await (await fetch(`${small.url}/metrics`)).text()).toMatch(/glidepath_event_streams [45]\n/);
    await small[Symbol.asyncDispose]();
    await Promise.all(streams.slice(1).map((stream) => stream.text()));
  });
});
