import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { createManualClock, type ManualClock } from '@glidepath/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ADMIN, type Service, startService } from '../support/start-service.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const DEVELOPMENT = '/api/v1/projects/default/environments/development';
const GUEST = { email: 'grace@example.test', name: 'Grace', password: 'the harbour at night' };

let clock: ManualClock;
let service: Service;
beforeAll(async () => {
  clock = createManualClock(Date.UTC(2026, 0, 5));
  service = await startService({ clock });
});
afterAll(() => service[Symbol.asyncDispose]());

const pass = (ms: number): void => clock.leapTo(clock.now() + ms);

/** Time passes in these tests, so the administrator signs in again. */
const anAdmin = () => service.signIn(ADMIN);

describe('a first start', () => {
  test('makes the default project with three environments, of which production is critical', async () => {
    const { body } = await service.admin.send('GET', '/api/v1/session');
    expect(body).toMatchObject({
      projects: [{ key: 'default' }],
      environments: [
        { key: 'development', critical: false },
        { key: 'staging', critical: false },
        { key: 'production', critical: true },
      ],
    });
  });

  test('writes a working server key for development into a file that only the owner may read', async () => {
    const file = path.join(service.dataDir, 'development.env');
    const [url, key] = readFileSync(file, 'utf8').trim().split('\n');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(url).toBe(`GLIDEPATH_URL=${service.url}`);
    const payload = await service.as(key?.replace('GLIDEPATH_SDK_KEY=', '') ?? '')('GET', '/sdk/v1/payload');
    expect(payload.status).toBe(200);
  });

  test('keeps its secret in a file that only the owner may read', () => {
    expect(statSync(path.join(service.dataDir, 'secret.key')).mode & 0o777).toBe(0o600);
  });

  test('gives a set-up link that works once', async () => {
    const token = service.listening.setupLink?.split('#')[1];
    const again = await service.send('POST', '/api/v1/setup', { body: { token, ...GUEST } });
    expect(again).toMatchObject({ status: 403, body: { code: 'forbidden' } });
  });

  test('is written down in the audit log', async () => {
    const { body } = await service.admin.send<{ items: { action: string }[] }>('GET', '/api/v1/audit');
    expect(body.items.map(({ action }) => action)).toEqual(['set-up', 'first-start']);
  });
});

describe('a set-up link', () => {
  test('is refused after a day, when it was altered, and when the installation is another', async () => {
    const time = createManualClock(Date.UTC(2026, 0, 5));
    await using fresh = await startService({ clock: time });
    const token = fresh.listening.setupLink?.split('#')[1] ?? '';
    time.leapTo(time.now() + DAY);
    for (const tried of [token, `${token}x`, token.replace('.', 'z.'), '', 'a.b']) {
      const { status } = await fresh.send('POST', '/api/v1/setup', { body: { token: tried, ...GUEST } });
      expect([400, 403]).toContain(status);
    }
  });
});

describe('signing in', () => {
  test('answers a wrong password and an unknown address alike', async () => {
    const wrong = { email: ADMIN.email, password: 'not the right password' };
    const unknown = { email: 'nobody@example.test', password: ADMIN.password };
    const [first, second] = await Promise.all(
      [wrong, unknown].map((body) => service.send('POST', '/api/v1/session', { body })),
    );
    expect(first?.status).toBe(401);
    expect({ ...first?.body, instance: '' }).toEqual({ ...second?.body, instance: '' });
  });

  test('sets a cookie that scripts cannot read and other sites do not send along', async () => {
    const { headers } = await service.send('POST', '/api/v1/session', {
      body: { email: ADMIN.email, password: ADMIN.password },
    });
    expect(headers.get('set-cookie')).toMatch(/^glidepath_session=[\w-]{43}; .*Path=\/; HttpOnly; SameSite=Lax$/);
  });

  test('takes the cookie of a service that is published over https to its own host', async () => {
    await using secure = await startService({ settings: { PUBLIC_URL: 'https://flags.example' } });
    expect(secure.admin.cookie).toMatch(/^__Host-glidepath_session=/);
    const { headers } = await secure.send('GET', '/health/live');
    expect(headers.get('strict-transport-security')).toMatch(/max-age=\d{8}/);
  });

  test('never takes up a session id that came with the request', async () => {
    const planted = 'A'.repeat(43);
    const { headers } = await service.send('POST', '/api/v1/session', {
      body: { email: ADMIN.email, password: ADMIN.password },
      headers: { cookie: `glidepath_session=${planted}` },
    });
    expect(headers.get('set-cookie')).not.toContain(planted);
    const { status } = await service.send('GET', '/api/v1/session', {
      headers: { cookie: `glidepath_session=${planted}` },
    });
    expect(status).toBe(401);
  });

  test('is slowed down after five wrong attempts on one account, and says for how long', async () => {
    await using strict = await startService({ settings: { LIMIT_SIGN_INS: '5' } });
    const attempt = () =>
      strict.send('POST', '/api/v1/session', { body: { email: ADMIN.email, password: 'not the right password' } });
    for (let n = 0; n < 5; n++) expect((await attempt()).status).toBe(401);
    const sixth = await attempt();
    expect(sixth).toMatchObject({ status: 429, body: { code: 'too-many-requests' } });
    expect(Number(sixth.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});

describe('attempts to sign in', () => {
  const attempt = (strict: Service, address: string, n: number) =>
    strict.send('POST', '/api/v1/session', {
      body: { email: `nobody-${n}@example.test`, password: 'not the right password' },
      headers: { 'x-forwarded-for': address },
    });

  test('T70: are counted by the address that a known proxy names', async () => {
    const still = createManualClock(Date.UTC(2026, 0, 5));
    await using strict = await startService({
      clock: still,
      settings: { LIMIT_SIGN_INS: '5', TRUST_PROXY: '127.0.0.0/8' },
    });
    for (let n = 0; n < 5; n++) expect((await attempt(strict, '203.0.113.1', n)).status).toBe(401);
    expect((await attempt(strict, '203.0.113.1', 6)).status).toBe(429);
    expect((await attempt(strict, '203.0.113.2', 7)).status).toBe(401);
    // What the client itself claims stands before what the proxy has added.
    expect((await attempt(strict, '198.51.100.9, 203.0.113.1', 8)).status).toBe(429);
  });

  test('T70: are counted by where they come from when no proxy is known, whatever they claim', async () => {
    const still = createManualClock(Date.UTC(2026, 0, 5));
    await using strict = await startService({ clock: still, settings: { LIMIT_SIGN_INS: '5' } });
    for (let n = 0; n < 5; n++) expect((await attempt(strict, `203.0.113.${n}`, n)).status).toBe(401);
    expect((await attempt(strict, '203.0.113.99', 9)).status).toBe(429);
  });
});

describe('a session', () => {
  test('ends after twelve hours without use, and not before', async () => {
    const { send } = await anAdmin();
    pass(11 * HOUR);
    expect((await send('GET', '/api/v1/session')).status).toBe(200);
    pass(11 * HOUR);
    expect((await send('GET', '/api/v1/session')).status).toBe(200);
    pass(12 * HOUR);
    expect((await send('GET', '/api/v1/session')).status).toBe(401);
  });

  test('ends after seven days however much it is used', async () => {
    const { send } = await anAdmin();
    for (let half = 1; half < 14 * 2; half++) {
      pass(6 * HOUR);
      expect((await send('GET', '/api/v1/session')).status).toBe(200);
    }
    pass(6 * HOUR);
    expect((await send('GET', '/api/v1/session')).status).toBe(401);
  });

  test('is over once its member has signed out, and others are not', async () => {
    const [one, other] = [await anAdmin(), await anAdmin()];
    expect((await one.send('DELETE', '/api/v1/session')).status).toBe(204);
    expect((await one.send('GET', '/api/v1/session')).status).toBe(401);
    expect((await other.send('GET', '/api/v1/session')).status).toBe(200);
  });

  test('is over at once when its member is blocked, and does not come back with the member', async () => {
    const admin = await anAdmin();
    const guest = await aGuestOf(admin);
    const { send } = await service.signIn(guest);
    await admin.send('PATCH', `/api/v1/members/${guest.id}`, { body: { disabled: true } });
    expect((await send('GET', '/api/v1/session')).status).toBe(401);
    await admin.send('PATCH', `/api/v1/members/${guest.id}`, { body: { disabled: false } });
    expect((await send('GET', '/api/v1/session')).status).toBe(401);
  });

  test('has new rights at once when roles change', async () => {
    const admin = await anAdmin();
    const guest = await aGuestOf(admin);
    const { send } = await service.signIn(guest);
    const rename = () => send('PATCH', DEVELOPMENT, { body: { name: 'Dev' } });
    expect((await rename()).status).toBe(403);
    await admin.send('PATCH', `/api/v1/members/${guest.id}`, { body: { roles: { default: 'admin' } } });
    expect((await rename()).status).toBe(200);
    await admin.send('PATCH', `/api/v1/members/${guest.id}`, { body: { roles: {} } });
    expect((await rename()).status).toBe(404);
  });

  test('of one member ends with a new password; who changed it goes on under a new one', async () => {
    const guest = await aGuestOf(await anAdmin());
    const [here, elsewhere] = [await service.signIn(guest), await service.signIn(guest)];
    const changed = await here.send('PATCH', '/api/v1/session', {
      body: { currentPassword: guest.password, password: 'another way to the harbour' },
    });
    expect(changed.status).toBe(200);
    const cookie = changed.headers.get('set-cookie')?.split(';')[0] ?? '';
    expect((await service.send('GET', '/api/v1/session', { headers: { cookie } })).status).toBe(200);
    for (const { send } of [here, elsewhere]) expect((await send('GET', '/api/v1/session')).status).toBe(401);
    await expect(service.signIn(guest)).rejects.toThrow(/401/);
  });

  test('does not change its password without the present one', async () => {
    const guest = await aGuestOf(await anAdmin());
    const { send } = await service.signIn(guest);
    const body = { currentPassword: 'a wrong password', password: 'another way to the harbour' };
    expect((await send('PATCH', '/api/v1/session', { body })).status).toBe(401);
  });
});

let guests = 0;
async function aGuestOf(admin: Service['admin']) {
  guests += 1;
  const credentials = { ...GUEST, email: `guest-${guests}@example.test` };
  const { body } = await admin.send<{ document: { id: string } }>('POST', '/api/v1/members', {
    body: { ...credentials, roles: { '*': 'viewer' } },
  });
  return { ...credentials, id: body.document.id };
}

describe('a write with a cookie', () => {
  const body = { name: 'Development' };

  test('is refused without the CSRF token of its session', async () => {
    const [mine, others] = [await anAdmin(), await anAdmin()];
    const patch = (headers: Readonly<Record<string, string>>) =>
      service.send('PATCH', DEVELOPMENT, { body, headers: { cookie: mine.cookie, ...headers } });
    for (const headers of [{}, { 'x-glidepath-csrf': '' }, { 'x-glidepath-csrf': others.csrf }]) {
      expect(await patch(headers)).toMatchObject({ status: 403, body: { code: 'csrf-failed' } });
    }
    expect((await patch({ 'x-glidepath-csrf': mine.csrf })).status).toBe(200);
  });

  test.for([
    'https://evil.example',
    'null',
    'http://localhost',
    'http://localhost:1',
    'https://SELF',
    'http://SELF.evil.example',
    'http://SELF@evil.example',
  ])('is refused from the origin %s', async (pattern) => {
    const { send } = await anAdmin();
    const origin = pattern.replace('SELF', new URL(service.url).host);
    expect(await send('PATCH', DEVELOPMENT, { body, headers: { origin } })).toMatchObject({
      status: 403,
      body: { code: 'csrf-failed' },
    });
  });

  test('passes from its own origin', async () => {
    const { send } = await anAdmin();
    const { status } = await send('PATCH', DEVELOPMENT, { body, headers: { origin: service.url } });
    expect(status).toBe(200);
  });

  test('is refused when the browser says that another site began it', async () => {
    const { send } = await anAdmin();
    const { status } = await send('PATCH', DEVELOPMENT, { body, headers: { 'sec-fetch-site': 'cross-site' } });
    expect(status).toBe(403);
  });

  test('is refused as a form, and as text', async () => {
    const { send } = await anAdmin();
    for (const type of ['application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data; boundary=x']) {
      const { status } = await send('PATCH', DEVELOPMENT, { body: '{"name":"x"}', headers: { 'content-type': type } });
      expect(status).toBe(415);
    }
  });

  test('cannot even begin a session from another site', async () => {
    const { status } = await service.send('POST', '/api/v1/session', {
      body: { email: ADMIN.email, password: ADMIN.password },
      headers: { origin: 'https://evil.example' },
    });
    expect(status).toBe(403);
  });
});

test('no GET of any route changes anything', async () => {
  const { send } = await anAdmin();
  const seq = async () => (await send<{ items: { seq: number }[] }>('GET', '/api/v1/audit?limit=1')).body.items[0]?.seq;
  const before = await seq();
  for (const { method, url } of service.routes.filter((route) => route.method === 'GET')) {
    const path = url
      .replace(':p', 'default')
      .replace(':e', 'development')
      .replace(/:\w+|\*/g, '1');
    await send(method, path);
  }
  expect(await seq()).toBe(before);
});

describe('members', () => {
  test('have addresses of their own, whatever the case', async () => {
    const admin = await anAdmin();
    const body = { ...GUEST, email: ADMIN.email.toUpperCase(), roles: { '*': 'viewer' } };
    expect(await admin.send('POST', '/api/v1/members', { body })).toMatchObject({
      status: 409,
      body: { code: 'already-exists', errors: [{ pointer: '/email' }] },
    });
  });

  test('keep at least one administrator, however it is tried', async () => {
    const admin = await anAdmin();
    const self = `/api/v1/members/${admin.memberId}`;
    const refused = { status: 409, body: { code: 'last-admin' } };
    expect(await admin.send('PATCH', self, { body: { roles: { '*': 'editor' } } })).toMatchObject(refused);
    expect(await admin.send('PATCH', self, { body: { disabled: true } })).toMatchObject(refused);
    expect(await admin.send('DELETE', self)).toMatchObject(refused);
  });

  test('cannot both be the last administrator who leaves', async () => {
    await using fresh = await startService();
    for (let round = 0; round < 20; round++) {
      const body = { ...GUEST, email: `second-${round}@example.test`, roles: { '*': 'admin' } };
      const made = await fresh.admin.send<{ document: { id: string } }>('POST', '/api/v1/members', { body });
      const second = `/api/v1/members/${made.body.document.id}`;
      const other = await fresh.signIn(body);
      const demote = { body: { roles: { '*': 'viewer' } } };
      const answers = await Promise.all([
        fresh.admin.send('PATCH', second, demote),
        other.send('PATCH', `/api/v1/members/${fresh.admin.memberId}`, demote),
      ]);
      const done = answers.filter(({ status }) => status === 200);
      expect(done.length).toBeLessThanOrEqual(1);
      const left = answers[0].status === 200 ? fresh.admin : other;
      // Whoever is left gives the first administrator the role back, for the next round.
      await left.send('PATCH', `/api/v1/members/${fresh.admin.memberId}`, { body: { roles: { '*': 'admin' } } });
      await fresh.admin.send('DELETE', second);
    }
    const { body } = await fresh.admin.send<{ items: { roles: Record<string, string> }[] }>('GET', '/api/v1/members');
    expect(body.items.filter(({ roles }) => roles['*'] === 'admin')).toHaveLength(1);
  });

  test('are edited by revision, and a stale edit answers what is there now', async () => {
    const admin = await anAdmin();
    const { id } = await aGuestOf(admin);
    const edit = (name: string) =>
      admin.send('PATCH', `/api/v1/members/${id}`, { body: { name }, headers: { 'if-match': '"1"' } });
    expect((await edit('Grace H.')).headers.get('etag')).toBe('"2"');
    expect(await edit('Grace M.')).toMatchObject({
      status: 412,
      body: { code: 'revision-conflict', current: { name: 'Grace H.', revision: 2 } },
    });
  });

  test('with a common password are not made', async () => {
    const admin = await anAdmin();
    const body = { ...GUEST, email: 'common@example.test', password: 'password1234', roles: {} };
    expect(await admin.send('POST', '/api/v1/members', { body })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/password' }] },
    });
  });
});

describe('an API token', () => {
  test('works until it expires, is removed, or its maker loses access', async () => {
    const admin = await anAdmin();
    const make = async (from: Service['admin'], input = {}) =>
      (
        await from.send<{ document: { id: string }; secret: string }>('POST', '/api/v1/api-tokens', {
          body: { name: 'ci', role: 'viewer', ...input },
        })
      ).body;
    const read = (secret: string) =>
      service
        .as(secret)('GET', DEVELOPMENT)
        .then(({ status }) => status);

    const guest = await aGuestOf(admin);
    const guests = await make(await service.signIn(guest));
    expect(await read(guests.secret)).toBe(200);
    await admin.send('DELETE', `/api/v1/members/${guest.id}`);
    expect(await read(guests.secret)).toBe(401);

    const removed = await make(admin);
    await admin.send('DELETE', `/api/v1/api-tokens/${removed.document.id}`);
    expect(await read(removed.secret)).toBe(401);

    const short = await make(admin, { expiresInDays: 1 });
    expect(await read(short.secret)).toBe(200);
    pass(DAY);
    expect(await read(short.secret)).toBe(401);
  });

  test('cannot have a stronger role than its maker', async () => {
    const guest = await aGuestOf(await anAdmin());
    const { send } = await service.signIn(guest);
    expect(await send('POST', '/api/v1/api-tokens', { body: { name: 'ci', role: 'editor' } })).toMatchObject({
      status: 403,
      body: { errors: [{ pointer: '/role' }] },
    });
  });

  test('of a pipeline says so and kills nothing; a role that may not do what it is for is refused', async () => {
    const admin = await anAdmin();
    const only = ['code.upload', 'deploy.record'];
    const make = (role: string) =>
      admin.send<{ secret: string }>('POST', '/api/v1/api-tokens', { body: { name: 'ci', role, only } });
    expect(await make('viewer')).toMatchObject({ status: 400, body: { errors: [{ pointer: '/role' }] } });
    const send = service.as((await make('operator')).body.secret);
    expect((await send('GET', '/api/v1/token')).body).toMatchObject({ role: 'operator', only });
    const killed = await send('POST', `${DEVELOPMENT}/flags/any/kill`, { body: { reason: 'INC-1' } });
    expect(killed).toMatchObject({ status: 403, body: { detail: expect.stringContaining('flag.kill') } });
  });

  test('cannot make another token', async () => {
    const admin = await anAdmin();
    const { body } = await admin.send<{ secret: string }>('POST', '/api/v1/api-tokens', {
      body: { name: 'ci', role: 'admin' },
    });
    const { status } = await service.as(body.secret)('POST', '/api/v1/api-tokens', {
      body: { name: 'more', role: 'admin' },
    });
    expect(status).toBe(403);
  });

  test('is held back after 300 requests a minute', async () => {
    const still = createManualClock(Date.UTC(2026, 0, 5));
    await using strict = await startService({ clock: still, settings: { LIMIT_API_REQUESTS: '300' } });
    const send = strict.as(await strict.token());
    const statuses: number[] = [];
    for (let n = 0; n < 301; n++) statuses.push((await send('GET', '/api/v1/projects')).status);
    expect(statuses.slice(0, 300).every((status) => status === 200)).toBe(true);
    expect(statuses[300]).toBe(429);
  });
});

describe('an SDK key', () => {
  const poll = (secret: string) =>
    service
      .as(secret)('GET', '/sdk/v1/payload')
      .then(({ status }) => status);
  type Made = { readonly document: { readonly id: string; readonly lastFour: string }; readonly secret: string };
  const make = async (admin: Service['admin'], input = {}) =>
    (
      await admin.send<Made>('POST', `${DEVELOPMENT}/sdk-keys`, {
        body: { name: 'shop', kind: 'server', ...input },
      })
    ).body;

  test('opens its environment at once, and nothing once it is revoked', async () => {
    const admin = await anAdmin();
    const { document, secret } = await make(admin);
    expect(secret.endsWith(document.lastFour)).toBe(true);
    expect(await poll(secret)).toBe(200);
    expect((await admin.send('DELETE', `${DEVELOPMENT}/sdk-keys/${document.id}`)).status).toBe(204);
    expect(await poll(secret)).toBe(401);
  });

  test('works on beside its successor for a day', async () => {
    const admin = await anAdmin();
    const old = await make(admin);
    const { body: fresh } = await admin.send<Made>('POST', `${DEVELOPMENT}/sdk-keys/${old.document.id}/rotate`);
    expect(await Promise.all([poll(old.secret), poll(fresh.secret)])).toEqual([200, 200]);
    pass(DAY);
    expect(await Promise.all([poll(old.secret), poll(fresh.secret)])).toEqual([401, 200]);
  });

  test('of another environment is not there', async () => {
    const admin = await anAdmin();
    const { document } = await make(admin);
    const elsewhere = `/api/v1/projects/default/environments/production/sdk-keys/${document.id}`;
    expect((await admin.send('DELETE', elsewhere)).status).toBe(404);
    expect((await admin.send('POST', `${elsewhere}/rotate`)).status).toBe(404);
  });

  test('for browsers does not open what is for servers', async () => {
    const { secret } = await make(await anAdmin(), { kind: 'client', origins: ['https://shop.example'] });
    expect(await poll(secret)).toBe(403);
  });
});

describe('a repeated request', () => {
  test('with the same Idempotency-Key applies once and answers the same', async () => {
    const { send } = await anAdmin();
    const ask = () =>
      send('POST', '/api/v1/projects', { body: { key: 'twice' }, headers: { 'idempotency-key': 'make-twice' } });
    const [first, second] = [await ask(), await ask()];
    expect(first.status).toBe(201);
    expect(second.body).toEqual(first.body);
  });

  test('never shows a secret a second time', async () => {
    const { send } = await anAdmin();
    const ask = () =>
      send('POST', `${DEVELOPMENT}/sdk-keys`, {
        body: { name: 'once', kind: 'server' },
        headers: { 'idempotency-key': 'make-key' },
      });
    expect((await ask()).status).toBe(201);
    expect(await ask()).toMatchObject({ status: 409, body: { code: 'idempotency-conflict' } });
    const { body } = await send<{ items: { name: string }[] }>('GET', `${DEVELOPMENT}/sdk-keys`);
    expect(body.items.filter(({ name }) => name === 'once')).toHaveLength(1);
  });
});

describe('environments', () => {
  test('that are added later have every flag, switched off', async () => {
    const { send } = await anAdmin();
    const flags = '/api/v1/projects/default/flags';
    await send('POST', flags, { body: { key: 'early', type: 'boolean' } });
    const { status, body } = await send('POST', '/api/v1/projects/default/environments', { body: { key: 'qa' } });
    expect(status).toBe(201);
    expect(body).toMatchObject({ document: { key: 'qa', version: 2, position: 3 }, versions: { qa: 2 } });
    const config = await send('GET', '/api/v1/projects/default/environments/qa/flags/early');
    expect(config.body).toMatchObject({ on: false });
  });

  test('are not made twice, also not in another case', async () => {
    const { send } = await anAdmin();
    const again = await send('POST', '/api/v1/projects/default/environments', { body: { key: 'Production' } });
    expect(again).toMatchObject({ status: 409, body: { code: 'already-exists' } });
  });
});

describe('figures', () => {
  test('are for this machine, unless a proxy stands in front', async () => {
    expect((await service.send('GET', '/metrics')).status).toBe(200);
    await using behind = await startService({ settings: { TRUST_PROXY: '10.0.0.0/8' } });
    expect((await behind.send('GET', '/metrics')).status).toBe(403);
  });

  test('are for whoever shows the token, where there is one', async () => {
    const token = 'a token for the figures';
    await using strict = await startService({ settings: { METRICS_TOKEN: token } });
    const read = (headers = {}) => strict.send<string>('GET', '/metrics', { headers });
    expect((await read()).status).toBe(401);
    expect((await read({ authorization: 'Bearer another' })).status).toBe(401);
    const { status, body } = await read({ authorization: `Bearer ${token}` });
    expect(status).toBe(200);
    expect(body).toContain('glidepath_connections');
  });
});
