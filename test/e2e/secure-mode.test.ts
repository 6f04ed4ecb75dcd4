import { createCipheriv, createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import type { ContextInput } from '@glidepath/core';
import { BROWSER_CLOSE } from '@glidepath/core/protocol';
import { canonicalContext } from '@glidepath/core/sdk';
import { createManualClock, type ManualClock } from '@glidepath/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBrowserSocket } from '../support/browser-socket.ts';
import { ENVIRONMENT, flagWorld } from '../support/flag-world.ts';
import { type Service, startService, stopUnder } from '../support/start-service.ts';

/** T58: whom an environment answers that takes nobody's word for who they are. */

const HERE = `/api/v1/projects/default/environments/${ENVIRONMENT}`;
const HOUR = 3_600_000;
const ANA = { user: { key: 'ana', plan: 'pro' }, org: { key: 'acme' } };

interface Made {
  readonly document: { readonly id: string };
  readonly secret: string;
}

let service: Service;
let clock: ManualClock;
let id: string;
let key: Made;
let elsewhere: string;

beforeAll(async () => {
  clock = createManualClock(Date.UTC(2026, 0, 5));
  service = await startService({ clock, random: () => 0.5 });
  const world = flagWorld(service);
  await world.flag({ key: 'for-pros', clientSide: true }, [
    { kind: 'set-fallthrough', serve: { variation: 'off' } },
    {
      kind: 'add-rule',
      rule: { clauses: [{ attribute: 'plan', operator: 'in', values: ['pro'] }], serve: { variation: 'on' } },
    },
  ]);
  id = await service.sdkKey(ENVIRONMENT, { kind: 'client' });
  key = await newKey();
  elsewhere = await service.sdkKey('staging');
  await setMode('required');
});
afterAll(() => stopUnder(clock, service));

async function newKey(): Promise<Made> {
  const { body } = await service.admin.send<Made>('POST', `${HERE}/sdk-keys`, {
    body: { name: 'server', kind: 'server' },
  });
  return body;
}

async function setMode(secureMode: 'off' | 'required'): Promise<void> {
  expect((await service.admin.send('PATCH', HERE, { body: { secureMode } })).status).toBe(200);
}

const derived = (secret: string, use: 'mac' | 'seal') =>
  Buffer.from(hkdfSync('sha256', secret, '', `glidepath/${use}`, 32));
const hashOf = (secret: string, context: ContextInput) =>
  createHmac('sha256', derived(secret, 'mac')).update(canonicalContext(context)).digest('hex');

/** Written down by hand: what other SDKs have to do. */
function sealed(secret: string, context: ContextInput, expiresAt: number): string {
  const header = `v1.${createHash('sha256').update(secret).digest('hex').slice(0, 16)}`;
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', derived(secret, 'seal'), iv).setAAD(Buffer.from(header));
  const text = JSON.stringify({ c: JSON.parse(canonicalContext(context)), e: expiresAt });
  const bytes = Buffer.concat([iv, cipher.update(text), cipher.final(), cipher.getAuthTag()]);
  return `${header}.${bytes.toString('base64url')}`;
}
const inAnHour = () => clock.now() + HOUR;

interface Answered {
  readonly status: number;
  readonly value: unknown;
}

/** Asks at both doors, which must agree. */
async function asks(who: object): Promise<Answered> {
  const { status, body } = await service.send<{ put?: { value: unknown }[] }>('POST', '/client/v1/evaluate', {
    body: { id, ...who },
  });
  const socket = await openBrowserSocket({ url: service.url, key: id });
  socket.hello(who);
  if (status === 200) {
    const { put } = await socket.take('values');
    expect(put[0]?.value).toBe(body.put?.[0]?.value);
  } else {
    const { code } = await socket.closed;
    expect(code).toBe(status === 403 ? BROWSER_CLOSE.forbidden : BROWSER_CLOSE.malformed);
    expect(socket.frames.every(({ t }) => t === 'goodbye')).toBe(true);
  }
  socket.close();
  return { status, value: body.put?.[0]?.value };
}

const SERVED = { status: 200, value: true };

describe('T58: an environment in secure mode', () => {
  test('answers a context with its hash, whatever the order of its members', async () => {
    const hash = hashOf(key.secret, ANA);
    expect(await asks({ context: ANA, hash })).toEqual(SERVED);
    expect(await asks({ context: { org: { key: 'acme' }, user: { plan: 'pro', key: 'ana' } }, hash })).toEqual(SERVED);
    const single = { kind: 'user', key: 7, plan: 'pro' };
    expect(await asks({ context: single, hash: hashOf(key.secret, single) })).toEqual(SERVED);
  });

  test('answers a sealed context as it was sealed', async () => {
    expect(await asks({ sealed: sealed(key.secret, ANA, inAnHour()) })).toEqual(SERVED);
    const other = { context: { key: 'eve', plan: 'free' } };
    expect(await asks({ ...other, sealed: sealed(key.secret, ANA, inAnHour()) })).toEqual(SERVED);
  });

  test.for([
    ['one flag', '/for-pros'],
    ['all flags', ''],
  ])('lets a client key ask OpenFeature’s protocol for %s of nobody but the anonymous', async ([, path]) => {
    const ask = async (secret: string, context: object) => {
      const { status, body } = await service.as(secret)('POST', `/ofrep/v1/evaluate/flags${path}`, {
        body: { context },
      });
      return [status, JSON.stringify(body).includes('"value":true')];
    };
    const pro = { targetingKey: 'ana', plan: 'pro' };
    const crowd = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`k${i}`, { key: 'k', anonymous: true }]));
    expect(await ask(id, pro)).toEqual([403, false]);
    expect(await ask(id, { ...pro, anonymous: true, org: { targetingKey: 'acme' } })).toEqual([403, false]);
    expect(await ask(id, { ...pro, anonymous: 'true' })).toEqual([403, false]);
    expect(await ask(id, { ...crowd, user: { key: 'ana', plan: 'pro' } })).toEqual([200, false]);
    expect(await ask(id, { ...pro, anonymous: true })).toEqual([200, true]);
    expect(await ask(key.secret, pro)).toEqual([200, true]);
  });

  test('answers whoever is anonymous in every kind, and nobody who is so in some', async () => {
    const device = { key: 'd1', anonymous: true };
    expect((await asks({ context: { key: 'a1', anonymous: true } })).status).toBe(200);
    expect((await asks({ context: { user: { key: 'a1', anonymous: true }, device } })).status).toBe(200);
    expect((await asks({ context: { user: { key: 'ana' }, device } })).status).toBe(403);
    for (const anonymous of ['true', 1, [true], null]) {
      expect((await asks({ context: { key: 'ana', anonymous } })).status).toBe(403);
    }
  });

  test.for<[string, () => object | Promise<object>]>([
    ['without a hash', () => ({ context: ANA })],
    ['without a key, for attributes can be forged too', () => ({ context: { plan: 'pro' } })],
    ['without anything', () => ({})],
    ['with a wrong hash', () => ({ context: ANA, hash: '0'.repeat(64) })],
    ['with an empty hash', () => ({ context: ANA, hash: '' })],
    [
      'with the hash of another context',
      () => ({ context: ANA, hash: hashOf(key.secret, { ...ANA, org: { key: 'x' } }) }),
    ],
    ['with the hash of its keys only', () => ({ context: ANA, hash: hashOf(key.secret, { user: { key: 'ana' } }) })],
    ['with the hash of another environment', () => ({ context: ANA, hash: hashOf(elsewhere, ANA) })],
    ['with a hash under the client key', () => ({ context: ANA, hash: hashOf(id, ANA) })],
    ['sealed in another environment', () => ({ sealed: sealed(elsewhere, ANA, inAnHour()) })],
    ['sealed and expired', () => ({ sealed: sealed(key.secret, ANA, clock.now()) })],
    ['sealed for more than a day', () => ({ sealed: sealed(key.secret, ANA, clock.now() + 25 * HOUR) })],
    ['sealed and cut off', () => ({ sealed: sealed(key.secret, ANA, inAnHour()).slice(0, -1) })],
    ['sealed and nearly empty', () => ({ sealed: `${sealed(key.secret, ANA, inAnHour()).slice(0, 20)}AAAA` })],
    [
      'sealed under the name of another key',
      async () => {
        const [, , content] = sealed(key.secret, ANA, inAnHour()).split('.');
        const [version, print] = sealed((await newKey()).secret, ANA, inAnHour()).split('.');
        return { sealed: [version, print, content].join('.') };
      },
    ],
  ])('does not answer a context %s', async ([, who]) => {
    expect(await asks(await who())).toEqual({ status: 403, value: undefined });
  });

  test.for<[string, object]>([
    ['a list of hashes', { context: ANA, hash: ['x'] }],
    ['a list of tokens', { sealed: ['x'] }],
    ['an object for a token', { sealed: { v1: 'x' } }],
    ['a list of contexts', { context: [ANA] }],
  ])('takes %s for no text', async ([, who]) => {
    expect((await asks(who)).status).toBe(400);
  });

  test('no bit of a sealed context can be altered', async () => {
    const token = sealed(key.secret, ANA, inAnHour());
    for (let at = 3; at < token.length; at += 7) {
      const altered = `${token.slice(0, at)}${token[at] === 'b' ? 'c' : 'b'}${token.slice(at + 1)}`;
      const { status } = await service.send('POST', '/client/v1/evaluate', { body: { id, sealed: altered } });
      expect([at, status]).toEqual([at, 403]);
    }
  });

  test('believes both keys while one is rotated, and then the new one only', async () => {
    const old = await newKey();
    const rotated = await service.admin.send<Made>('POST', `${HERE}/sdk-keys/${old.document.id}/rotate`, {
      body: { overlapHours: 1 },
    });
    for (const { secret } of [old, rotated.body]) {
      expect(await asks({ context: ANA, hash: hashOf(secret, ANA) })).toEqual(SERVED);
      expect(await asks({ sealed: sealed(secret, ANA, inAnHour()) })).toEqual(SERVED);
    }
    clock.leapTo(clock.now() + HOUR);
    expect((await asks({ context: ANA, hash: hashOf(old.secret, ANA) })).status).toBe(403);
    expect((await asks({ sealed: sealed(old.secret, ANA, inAnHour()) })).status).toBe(403);
    expect(await asks({ context: ANA, hash: hashOf(rotated.body.secret, ANA) })).toEqual(SERVED);
  });

  test('gives those up whose key was revoked, and goes on with others', async () => {
    const short = await newKey();
    const socket = await openBrowserSocket({ url: service.url, key: id });
    socket.hello({ context: ANA, hash: hashOf(short.secret, ANA) });
    await socket.take('values');
    const other = await openBrowserSocket({ url: service.url, key: id });
    other.hello({ context: { key: 'a1', anonymous: true } });
    await other.take('values');
    await service.admin.send('DELETE', `${HERE}/sdk-keys/${short.document.id}`);
    expect((await socket.closed).code).toBe(BROWSER_CLOSE.forbidden);
    await other.arrived();
    expect(other.isOpen).toBe(true);
    other.close();
  });

  test('gives a page up when the token that it came with expires, and one with a newer token when that does', async () => {
    const pass = (ms: number) => {
      clock.leapTo(clock.now() + ms);
      // The wheel turns once more for what has become due by then.
      clock.moveTo(clock.now() + 1_000);
    };
    const open = async (who: object) => {
      const socket = await openBrowserSocket({ url: service.url, key: id });
      socket.hello(who);
      await socket.take('values');
      return socket;
    };
    const short = sealed(key.secret, ANA, clock.now() + 40_000);
    const gone = await open({ sealed: short });
    const renewed = await open({ sealed: short });
    const signed = await open({ context: ANA, hash: hashOf(key.secret, ANA) });
    renewed.send({ t: 'identify', n: 1, sealed: sealed(key.secret, ANA, clock.now() + 60_000) });
    await renewed.take('values');
    const all = [gone, renewed, signed];
    const beat = async () => {
      for (const socket of all) socket.send({ t: 'hb' });
      await Promise.all(all.map((socket) => socket.isOpen && socket.arrived()));
    };
    pass(38_000);
    await beat();
    expect(all.map(({ isOpen }) => isOpen)).toEqual([true, true, true]);
    pass(1_000);
    expect((await gone.closed).code).toBe(BROWSER_CLOSE.forbidden);
    await beat();
    expect([renewed.isOpen, signed.isOpen]).toEqual([true, true]);
    pass(20_000);
    expect((await renewed.closed).code).toBe(BROWSER_CLOSE.forbidden);
    await beat();
    expect(signed.isOpen).toBe(true);
    signed.close();
  });

  test('does not let a page become somebody else without a hash', async () => {
    const socket = await openBrowserSocket({ url: service.url, key: id });
    socket.hello({ context: { key: 'a1', anonymous: true } });
    await socket.take('values');
    socket.send({ t: 'identify', n: 1, context: ANA, hash: hashOf(key.secret, ANA) });
    expect(await socket.take('values')).toMatchObject({ n: 1, put: [{ value: true }] });
    socket.send({ t: 'identify', n: 2, context: ANA });
    expect((await socket.closed).code).toBe(BROWSER_CLOSE.forbidden);
  });
});

describe('an environment without secure mode', () => {
  test('answers everybody, but nobody with a sealed context that is not right; when it is required, the unsigned have to leave', async () => {
    await setMode('off');
    expect(await asks({ context: ANA })).toEqual(SERVED);
    expect(await asks({ sealed: sealed(key.secret, ANA, inAnHour()) })).toEqual(SERVED);
    expect((await asks({ sealed: sealed(key.secret, ANA, clock.now()) })).status).toBe(403);
    const sockets = await Promise.all(
      [{ context: ANA }, { sealed: sealed(key.secret, ANA, inAnHour()) }].map(async (who) => {
        const socket = await openBrowserSocket({ url: service.url, key: id });
        socket.hello(who);
        await socket.take('values');
        return socket;
      }),
    );
    await setMode('required');
    expect((await sockets[0]?.closed)?.code).toBe(BROWSER_CLOSE.forbidden);
    await sockets[1]?.arrived();
    expect(sockets[1]?.isOpen).toBe(true);
    sockets[1]?.close();
  });
});
