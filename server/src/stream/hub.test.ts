import { aFlagBody, aSegmentBody } from '@glidepath/core/testing';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openSdkSocket, type SdkSocket, UpgradeRefused } from '../../../test/support/sdk-socket.ts';
import type { ItemWrite } from '../store/store.ts';
import { KEY, openStreamFixture, type StreamFixture, settled } from './stream-fixture.ts';

const flag = (key: string, salt = key): ItemWrite => ({ kind: 'flag', key, body: aFlagBody({ salt }) });
const flags = (count: number) => Array.from({ length: count }, (_, i) => flag(`flag-${i}`));
/** A flag whose text takes about so many bytes. */
const heavy = (key: string, bytes: number, salt = key): ItemWrite => ({
  kind: 'flag',
  key,
  body: aFlagBody({ salt, variations: [{ key: 'on', value: 'x'.repeat(bytes) }] }),
});

let service: StreamFixture;
const sockets: SdkSocket[] = [];

async function connect(key = KEY): Promise<SdkSocket> {
  const socket = await openSdkSocket({ url: service.url, key });
  sockets.push(socket);
  return socket;
}

/** Connects, says hello without a basis, takes the full transfer in and acknowledges it. */
async function streaming(key = KEY) {
  const socket = await connect(key);
  socket.hello(null);
  const welcome = await socket.take('welcome');
  await socket.take('begin');
  const commit = await socket.take('commit');
  socket.send(ack({ to: commit.v, digest: commit.digest }));
  return { socket, basis: { epoch: welcome.epoch, version: commit.v, digest: commit.digest } };
}

const ack = (change: { to: number; digest: string }, heldMs = 0) => ({
  t: 'ack',
  v: change.to,
  d8: change.digest.slice(0, 8),
  applyUs: 100,
  heldMs,
});

beforeEach(async () => {
  service = await openStreamFixture();
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.close();
  await service.close();
});

describe('a new stream', () => {
  test('gets everything when it brings nothing', async () => {
    await service.commit(flags(3));
    const socket = await connect();
    socket.hello(null);
    expect(await socket.take('welcome')).toMatchObject({ intent: 'full', reason: 'cold', head: 2, hb: 25_000 });
    expect(await socket.take('begin')).toMatchObject({ v: 2, items: 3 });
    const { items } = await socket.take('items');
    expect(items.map((item) => item.key).sort()).toEqual(['flag-0', 'flag-1', 'flag-2']);
    const { digest } = service.hub.environment(service.environment) ?? {};
    expect(await socket.take('commit')).toEqual({ t: 'commit', v: 2, digest });
  });

  test('gets one merged change from where it stands, also after a restart of the server', async () => {
    await service.commit(flags(20));
    const { socket, basis } = await streaming();
    socket.close();
    await service.commit([flag('flag-1', 'a')]);
    await service.commit([flag('flag-1', 'b'), flag('flag-2', 'c')]);
    service = await service.restart();
    const again = await connect();
    again.hello(basis);
    expect(await again.take('welcome')).toMatchObject({ intent: 'delta', reason: 'behind', head: 4 });
    const change = await again.take('change');
    expect(change).toMatchObject({ from: 2, to: 4 });
    expect(change.ops.map((op) => op.key).sort()).toEqual(['flag-1', 'flag-2']);
  });

  test('gets nothing but the welcome when it is current', async () => {
    await service.commit(flags(3));
    const { basis } = await streaming();
    const again = await connect();
    again.hello(basis);
    expect(await again.take('welcome')).toMatchObject({ intent: 'none', reason: 'current' });
  });

  test('that knows more than this process makes it read the database first', async () => {
    await service.commit(flags(3));
    const { basis } = await streaming();
    const change = await service.commit([flag('flag-1', 'a')], { isAsleep: true });
    const ahead = await connect();
    ahead.hello({ epoch: basis.epoch, version: change.version, digest: change.digest });
    expect(await ahead.take('welcome')).toMatchObject({ intent: 'none', head: 3 });
  });

  test('that claims a version which never was is taken back to the truth', async () => {
    await service.commit(flags(3));
    const { basis } = await streaming();
    const ahead = await connect();
    ahead.hello({ ...basis, version: 900 });
    expect(await ahead.take('welcome')).toMatchObject({ intent: 'full', reason: 'ahead', rebase: true });
    expect(await ahead.take('begin')).toMatchObject({ v: 2, rebase: true });
  });

  test('is ended when it says no hello within five seconds', async () => {
    const socket = await connect();
    await service.pass(4_900);
    expect(socket.isOpen).toBe(true);
    await service.pass(500);
    expect((await socket.closed).code).toBe(4408);
  });

  test.for<[string, (socket: SdkSocket) => unknown, number]>([
    ['a second hello', (socket) => [null, null].map((basis) => socket.hello(basis)), 4400],
    ['something before its hello', (socket) => socket.send({ t: 'hb' }), 4400],
    ['another version of the protocol', (socket) => socket.hello(null, { proto: 99 }), 4400],
    ['a binary frame', (socket) => socket.sendRaw(Buffer.from('{"t":"hb"}')), 1003],
    ['no JSON', (socket) => socket.sendRaw('{'), 1007],
    ['a hello over 4 KiB', (socket) => socket.hello(null, { padding: 'x'.repeat(4_096) }), 1009],
    ['a frame over 64 KiB', (socket) => socket.sendRaw('x'.repeat(65_537)), 1009],
  ])('is ended when it sends %s', async ([, misbehave, code]) => {
    const socket = await connect();
    misbehave(socket);
    expect((await socket.closed).code).toBe(code);
  });

  test('may send what the server does not know', async () => {
    const socket = await connect();
    socket.sendRaw(JSON.stringify({ t: 'hello', from: 'tomorrow' }));
    expect((await socket.closed).code).toBe(1007);
    const other = await connect();
    other.send({ t: 'fresh', from: 'tomorrow' });
    other.hello(null, { fresh: true });
    await other.take('commit');
    other.send({ t: 'fresh' });
    await settled();
    expect(other.isOpen).toBe(true);
  });
});

describe('before the upgrade', () => {
  const refusal = async (options: { key?: string; protocols?: string[] }) => {
    const attempt = openSdkSocket({ url: service.url, key: KEY, ...options });
    const error = await attempt.then(
      () => null,
      (reason: unknown) => reason,
    );
    if (!(error instanceof UpgradeRefused)) throw new Error(`not refused: ${String(error)}`);
    return error;
  };

  test('an unknown key gets 401, and an unknown sub-protocol 426', async () => {
    expect((await refusal({ key: 'nobody' })).status).toBe(401);
    expect((await refusal({ protocols: ['glidepath.v9'] })).status).toBe(426);
    expect((await refusal({ protocols: [] })).status).toBe(426);
  });

  test('a request without an upgrade gets 426', async () => {
    const answer = await fetch(`${service.url}/sdk/v1/stream`, { headers: { authorization: `Bearer ${KEY}` } });
    expect(answer.status).toBe(426);
    expect(await answer.json()).toMatchObject({ code: 'unsupported-protocol', min: 1, max: 1 });
  });

  test('who comes over a limit gets 503, a key that loops 429, with Retry-After', async () => {
    await service.close();
    service = await openStreamFixture({ limits: { connections: 2, handshakesPerSecondOfKey: 0.1 } });
    const first = await connect();
    await connect();
    expect((await refusal({})).status).toBe(503);
    first.close();
    await first.closed;
    await settled();
    const looping = await refusal({});
    expect(looping.status).toBe(429);
    expect(Number(looping.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    service.pressure.isOverloaded = true;
    expect((await refusal({ key: 'key-2' })).status).toBe(503);
  });
});

describe('a change', () => {
  test('reaches every stream of its environment at once', async () => {
    await service.commit(flags(3));
    const all = await Promise.all([streaming(), streaming(), streaming('key-2')]);
    const change = await service.commit([flag('flag-1', 'new'), { kind: 'flag', key: 'flag-2', body: null }]);
    for (const { socket } of all) {
      const frame = await socket.take('change');
      expect(frame).toMatchObject({ from: 2, to: 3, digest: change.digest });
      expect(frame.urgent).toBeUndefined();
      expect(frame.ops.map((op) => op.op)).toEqual(['put', 'del']);
    }
  });

  test('of another process is seen at the next look', async () => {
    const { socket } = await streaming();
    await service.commit(flags(1), { isAsleep: true });
    await service.pass(1_250);
    expect(await socket.take('change')).toMatchObject({ from: 1, to: 2 });
  });

  test('that is larger than a frame travels in several', async () => {
    const { socket } = await streaming();
    await service.commit(Array.from({ length: 10 }, (_, i) => heavy(`heavy-${i}`, 30_000)));
    const change = await socket.take('change');
    const rest = await socket.take('ops');
    expect(change.frames).toBe(2);
    expect([...change.ops, ...rest.ops]).toHaveLength(10);
  });

  test('of history brings everything anew, even at a lower version', async () => {
    await service.commit(flags(3));
    const { socket } = await streaming();
    await service.commit(flags(4));
    await socket.take('change');
    const database = new Database(service.databaseFile);
    database.prepare('UPDATE env SET epoch = ?').run('ffffffffffffffff');
    database.close();
    await service.pass(1_250);
    expect(await socket.take('begin')).toMatchObject({ epoch: 'ffffffffffffffff', v: 3, items: 4 });
    await socket.take('commit');
    await service.commit([flag('flag-9')]);
    expect(await socket.take('change')).toMatchObject({ from: 3, to: 4 });
  });
});

describe('while the database is away', () => {
  test('new SDKs are served from memory, and what was committed since comes afterwards', async () => {
    await service.commit(flags(3));
    const early = await streaming();
    const database = new Database(service.databaseFile);
    database.exec('ALTER TABLE env RENAME TO env_away');
    await service.pass(1_250);
    await expect.poll(() => service.hub.isCurrent).toBe(false);
    const { socket, basis } = await streaming();
    expect(basis.version).toBe(2);
    database.exec('ALTER TABLE env_away RENAME TO env');
    database.close();
    await service.commit(flags(4), { isAsleep: true });
    await service.pass(1_250);
    for (const one of [early.socket, socket]) expect(await one.take('change')).toMatchObject({ from: 2, to: 3 });
    expect(service.hub.isCurrent).toBe(true);
    expect(service.logged.map(({ level }) => level)).toEqual(['warn', 'info']);
  });

  test('a stream that knows more is sent away to try again', async () => {
    const database = new Database(service.databaseFile);
    database.exec('ALTER TABLE env RENAME TO env_away');
    const socket = await connect();
    socket.hello({ epoch: '00112233aabbccdd', version: 7, digest: '0'.repeat(32) });
    expect((await socket.closed).code).toBe(1013);
    database.exec('ALTER TABLE env_away RENAME TO env');
    database.close();
  });
});

describe('a stream that asks again', () => {
  test('gets the decision of the handshake, and a heartbeat when there is nothing to send', async () => {
    await service.commit(flags(20));
    const { socket, basis } = await streaming();
    socket.send({ t: 'resync', basis });
    expect(await socket.take('hb')).toEqual({ t: 'hb', v: 2, d8: basis.digest.slice(0, 8) });
    await service.pass(5_000);
    socket.send({ t: 'resync', basis: null });
    expect(await socket.take('begin')).toMatchObject({ v: 2 });
  });

  test('is ended when it asks all the time', async () => {
    const { socket, basis } = await streaming();
    socket.send({ t: 'resync', basis });
    socket.send({ t: 'resync', basis });
    expect((await socket.closed).code).toBe(4400);
  });
});

describe('proof of delivery', () => {
  test('counts who was connected at the commit, who applied and how long it took', async () => {
    await service.commit(flags(3));
    const [a, b] = [await streaming(), await streaming('key-2')];
    const change = await service.commit([flag('flag-1', 'new')], { urgent: true });
    const { environment } = service;
    const frame = await a.socket.take('change');
    expect(frame.urgent).toBe(true);
    await service.pass(40);
    a.socket.send(ack(frame));
    await expect.poll(() => service.hub.delivery(environment, change.version)).toMatchObject({ applied: 1 });
    const half = await service.hub.delivery(environment, change.version);
    expect(half).toMatchObject({ connected: 2, applied: 1, gone: 0, complete: false });
    expect(half?.stragglers).toMatchObject([{ application: 'checkout', version: 2 }]);

    const waiting = service.hub.waitForApplied(environment, change.version, 5_000);
    await service.pass(60);
    b.socket.send(ack(await b.socket.take('change'), 30));
    expect(await waiting).toMatchObject({ connected: 2, applied: 2, slowestMs: 70, complete: true, stragglers: [] });
  });

  test('does not count an acknowledgement of another state', async () => {
    const { socket } = await streaming();
    const change = await service.commit(flags(1));
    const frame = await socket.take('change');
    socket.send({ ...ack(frame), d8: '00000000' });
    socket.send({ t: 'resync', basis: null });
    await socket.take('begin');
    expect(await service.hub.delivery(service.environment, change.version)).toMatchObject({ applied: 0 });
  });

  test('counts who leaves as gone, and then is complete', async () => {
    const { socket } = await streaming();
    const change = await service.commit(flags(1), { urgent: true });
    const waiting = service.hub.waitForApplied(service.environment, change.version, 5_000);
    socket.close();
    expect(await waiting).toMatchObject({ connected: 1, applied: 0, gone: 1, complete: true });
  });

  test('answers with what is known when somebody stays behind', async () => {
    await streaming();
    const change = await service.commit(flags(1), { urgent: true });
    const waiting = service.hub.waitForApplied(service.environment, change.version, 1_000);
    await service.pass(1_250);
    expect(await waiting).toMatchObject({ connected: 1, applied: 0, complete: false });
  });

  test('is kept with the version for later', async () => {
    const { socket } = await streaming();
    const change = await service.commit(flags(1), { urgent: true });
    socket.send(ack(await socket.take('change')));
    await service.hub.waitForApplied(service.environment, change.version, 1_000);
    await service.pass(250);
    await expect.poll(() => service.store.delivery(service.environment, change.version)).toHaveLength(1);
    service = await service.restart();
    expect(await service.hub.delivery(service.environment, change.version)).toMatchObject({
      connected: 1,
      applied: 1,
      complete: true,
    });
    expect(await service.hub.delivery(service.environment, 99)).toBeNull();
  });

  test('shows the live SDKs and what they cannot read', async () => {
    const { socket } = await streaming();
    const change = await service.commit(flags(1));
    socket.send({ ...ack(await socket.take('change')), unsupported: ['flag-0'] });
    await expect
      .poll(() => service.hub.connections(service.environment))
      .toMatchObject([
        { sdk: 'node/0.0.0', application: { name: 'checkout' }, version: change.version, unsupported: ['flag-0'] },
      ]);
  });

  test('raises an alarm when many refuse a version', async () => {
    const all = await Promise.all(Array.from({ length: 6 }, () => streaming()));
    const change = await service.commit(flags(1));
    for (const { socket } of all) {
      await socket.take('change');
      socket.send({ t: 'nack', v: change.version, code: 'digest' });
    }
    await expect.poll(() => service.logged.filter(({ level }) => level === 'error')).toHaveLength(1);
    expect(service.logged.find(({ level }) => level === 'error')?.fields).toMatchObject({
      version: 2,
      changeId: change.changeId,
    });
  });
});

describe('time', () => {
  test('brings heartbeats that name the position, every 20 to 30 seconds', async () => {
    await service.commit(flags(3));
    const { socket, basis } = await streaming();
    await service.pass(13_000);
    expect(await socket.take('hb')).toEqual({ t: 'hb', v: 2, d8: basis.digest.slice(0, 8) });
    await service.pass(25_250);
    await socket.take('hb');
    expect(socket.frames.filter((frame) => frame.t === 'hb')).toHaveLength(2);
  });

  test('ends a stream that was silent for 75 seconds, and none that answers', async () => {
    const [silent, alive] = [await streaming(), await streaming()];
    for (let second = 0; second < 76; second += 19) {
      await service.pass(19_000);
      alive.socket.send({ t: 'hb' });
      await expect
        .poll(() => Math.min(...service.hub.connections(service.environment).map((view) => view.lastSeenMs)))
        .toBe(0);
    }
    expect((await silent.socket.closed).code).toBe(1006);
    expect(alive.socket.isOpen).toBe(true);
  });

  test('asks a stream of half an hour to reconnect', async () => {
    await service.close();
    service = await openStreamFixture({ limits: { ageMs: 20_000 } });
    const { socket } = await streaming();
    await service.pass(20_250);
    expect(await socket.take('goodbye')).toEqual({ t: 'goodbye', reason: 'age' });
    expect(socket.isOpen).toBe(true);
  });
});

describe('a key that is revoked', () => {
  test('loses its streams, and only those', async () => {
    const [revoked, other] = [await streaming('key-1'), await streaming('key-2')];
    service.hub.revoke(['key-1']);
    expect(await revoked.socket.take('goodbye')).toEqual({ t: 'goodbye', reason: 'revoked' });
    expect((await revoked.socket.closed).code).toBe(4401);
    expect(other.socket.isOpen).toBe(true);
  });
});

describe('a stream that does not read', () => {
  const chunk = (round: number) => Array.from({ length: 8 }, (_, i) => heavy(`heavy-${i}`, 60_000, `salt-${round}`));

  const lastOf = ({ frames }: SdkSocket) => frames.findLast((frame) => frame.t === 'change');

  /** Fills the system's buffers and one of ours, about 16 MB, at the pace of one who reads. */
  async function stuff(reader?: SdkSocket): Promise<number> {
    let version = 0;
    for (let round = 0; round < 34; round += 1) {
      ({ version } = await service.commit(chunk(round)));
      if (reader) await expect.poll(() => lastOf(reader)?.to, { interval: 5 }).toBe(version);
    }
    await service.hub.waitForVersion(service.environment, version, 1_000);
    return version;
  }

  test('is passed over, and gets one merged change when it reads again', async () => {
    await service.commit(Array.from({ length: 12 }, (_, i) => heavy(`other-${i}`, 60_000)));
    const [slow, quick] = [await streaming(), await streaming()];
    slow.socket.pause();
    const version = await stuff(quick.socket);
    await service.pass(2_000);
    const seen = slow.socket.frames.length;
    slow.socket.resume();
    await expect
      .poll(async () => {
        await service.pass(250);
        return lastOf(slow.socket)?.to;
      })
      .toBe(version);
    const changes = slow.socket.frames.slice(seen).filter((frame) => frame.t === 'change');
    expect(changes.some((change) => change.to - change.from > 1)).toBe(true);
    for (const [i, change] of changes.entries()) if (i > 0) expect(change.from).toBe(changes[i - 1]?.to);
  });

  test('gets an urgent change before its turn, merged with what it missed', async () => {
    const slow = await streaming();
    slow.socket.pause();
    await stuff();
    const kill = await service.commit([flag('kill-me')], { urgent: true });
    await service.hub.waitForVersion(service.environment, kill.version, 1_000);
    slow.socket.resume();
    await expect
      .poll(() => slow.socket.frames.findLast((frame) => frame.t === 'change'))
      .toMatchObject({
        to: kill.version,
        urgent: true,
      });
  });

  test('is ended after half a minute', async () => {
    const slow = await streaming();
    slow.socket.pause();
    await stuff();
    await service.pass(29_000);
    expect(service.hub.connectionCount).toBe(1);
    await service.pass(2_000);
    await expect.poll(() => service.hub.connectionCount).toBe(0);
    expect(await service.metrics.text()).toContain('glidepath_connections_ended_total{reason="slow"} 1');
  });

  test('is ended first when memory is short', async () => {
    const [slow, quick] = [await streaming(), await streaming()];
    slow.socket.pause();
    await stuff(quick.socket);
    service.pressure.isMemoryShort = true;
    await service.pass(1_000);
    await expect.poll(() => service.hub.connectionCount).toBe(1);
    expect(quick.socket.isOpen).toBe(true);
  });
});

describe('full transfers', () => {
  test('run at most so many at once; the others wait for their turn and none is lost', async () => {
    await service.close();
    service = await openStreamFixture({ limits: { transfers: 2 } });
    await service.commit([...flags(20), { kind: 'segment', key: 's', body: aSegmentBody() }]);
    const all = await Promise.all(Array.from({ length: 30 }, () => streaming()));
    expect(all.every(({ basis }) => basis.version === 2)).toBe(true);
  });

  test('larger than what a socket may buffer arrive whole', async () => {
    await service.commit(Array.from({ length: 60 }, (_, i) => heavy(`heavy-${i}`, 60_000)));
    const { socket } = await streaming();
    const items = socket.frames.flatMap((frame) => (frame.t === 'items' ? frame.items : []));
    expect(new Set(items.map((item) => item.key)).size).toBe(60);
  });

  test('do not start under pressure, and do once it is over', async () => {
    const socket = await connect();
    service.pressure.isOverloaded = true;
    socket.hello(null);
    await socket.take('welcome');
    await service.pass(1_000);
    expect(socket.frames.map((frame) => frame.t)).toEqual(['welcome']);
    service.pressure.isOverloaded = false;
    await service.pass(250);
    await socket.take('commit');
  });
});

describe('a drain', () => {
  test('asks everybody to leave over a while, lets nobody in, and closes who stays', async () => {
    const [polite, stubborn] = [await streaming(), await streaming()];
    let isOver = false;
    const draining = service.hub.drain().then(() => {
      isOver = true;
    });
    const late = await streaming();
    await service.pass(5_000);
    expect(await polite.socket.take('goodbye')).toEqual({ t: 'goodbye', reason: 'drain', spread: 10_000 });
    await expect(openSdkSocket({ url: service.url, key: KEY })).rejects.toMatchObject({ status: 503 });
    polite.socket.close();
    late.socket.close();
    await service.pass(9_500);
    expect([isOver, stubborn.socket.isOpen]).toEqual([false, true]);
    await service.pass(750);
    await draining;
    expect((await stubborn.socket.closed).code).toBe(1012);
  });

  test('is over as soon as the last stream left', async () => {
    const { socket } = await streaming();
    const draining = service.hub.drain();
    socket.close();
    await draining;
    expect(service.hub.connectionCount).toBe(0);
    await expect(openSdkSocket({ url: service.url, key: KEY })).rejects.toMatchObject({ status: 503 });
  });
});
