import { createManualClock, type ManualClock } from '@glidepath/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ADMIN, type Send, type Service, type SignedIn, startService, stopUnder } from '../support/start-service.ts';

const DEVICES = '/api/v1/device-logins';
const GRANT = { name: 'Command line', role: 'editor', projects: ['default'], expiresInDays: 7 };

let clock: ManualClock;
let service: Service;
let admin: SignedIn;

beforeAll(async () => {
  clock = createManualClock(Date.UTC(2026, 0, 5));
  service = await startService({ clock });
  admin = await service.signIn(ADMIN);
});
afterAll(() => stopUnder(clock, service));

interface Begun {
  readonly deviceCode: string;
  readonly userCode: string;
  readonly verificationUrl: string;
}

async function begin(name = 'laptop'): Promise<Begun> {
  const { status, body } = await service.send<Begun>('POST', DEVICES, { body: { name } });
  expect(status).toBe(201);
  return body;
}

const collect = async ({ deviceCode }: Begun) => service.send('POST', `${DEVICES}/token`, { body: { deviceCode } });
const pass = (ms: number) => clock.moveTo(clock.now() + ms);
const allow = (send: Send, { userCode }: Begun, grant: object = GRANT) =>
  send('POST', `${DEVICES}/${userCode}/allow`, { body: grant });

async function member(name: string, role: string): Promise<SignedIn & { readonly id: string }> {
  const credentials = { email: `${name}@example.test`, password: 'the harbour at night' };
  const body = { ...credentials, name, roles: { default: role } };
  const made = await admin.send<{ document: { id: string } }>('POST', '/api/v1/members', { body });
  return { ...(await service.signIn(credentials)), id: made.body.document.id };
}

describe('a device without a browser', () => {
  test('gets a token of whoever types its code, once, and the audit log says who, what and where', async () => {
    const begun = await begin();
    expect(begun.userCode).toMatch(/^[B-DF-HJ-NP-TV-XZ]{4}-[B-DF-HJ-NP-TV-XZ]{4}$/);
    expect(begun.verificationUrl).toBe(`${service.url}/cli`);
    pass(5_000);
    expect((await collect(begun)).body).toEqual({ state: 'pending', intervalSeconds: 5 });

    const typed = begun.userCode.toLowerCase().replace('-', '');
    expect((await admin.send('GET', `${DEVICES}/${typed}`)).body).toMatchObject({ name: 'laptop' });
    expect((await allow(admin.send, begun)).status).toBe(204);
    const { body } = await collect(begun);
    expect(body).toMatchObject({ state: 'allowed', document: { role: 'editor', projects: ['default'] } });
    const own = await service.as(String(body['secret']))('GET', '/api/v1/token');
    expect([own.status, own.body['name']]).toEqual([200, 'Command line']);
    expect((await collect(begun)).body).toEqual({ state: 'expired' });

    const audit = await admin.send<{ items: { action: string; actor: string; content: { summary: string[] } }[] }>(
      'GET',
      '/api/v1/audit?limit=2',
    );
    expect(audit.body.items).toMatchObject([
      { action: 'create-api-token', actor: `member:${admin.memberId}`, origin: 'cli' },
      { action: 'allow-device', actor: `member:${admin.memberId}`, origin: 'ui' },
    ]);
    expect(JSON.stringify(audit.body)).toMatch(/the device \\"laptop\\" at (::1|127\.0\.0\.1)/);
    expect(JSON.stringify(audit.body)).not.toContain(String(body['secret']));
  });

  test('is told to slow down when it asks too often, and that it is too late after ten minutes', async () => {
    const begun = await begin();
    expect((await collect(begun)).body).toEqual({ state: 'slow-down', intervalSeconds: 10 });
    pass(5_000);
    expect((await collect(begun)).body).toEqual({ state: 'slow-down', intervalSeconds: 15 });
    pass(15_000);
    expect((await collect(begun)).body).toEqual({ state: 'pending', intervalSeconds: 15 });
    pass(10 * 60_000);
    expect((await collect(begun)).body).toEqual({ state: 'expired' });
    expect((await allow(admin.send, begun)).status).toBe(404);
  });

  test('is told when it is turned away, and nobody can let it in any more', async () => {
    const begun = await begin();
    expect((await admin.send('POST', `${DEVICES}/${begun.userCode}/decline`, { body: {} })).status).toBe(204);
    expect((await allow(admin.send, begun)).status).toBe(404);
    expect((await collect(begun)).body).toEqual({ state: 'declined' });
  });

  test('gets nothing that its owner may not do, neither then nor when it fetches it', async () => {
    const begun = await begin();
    const ed = await member('ed', 'editor');
    expect((await allow(ed.send, begun, { ...GRANT, role: 'admin' })).status).toBe(403);
    expect((await allow(ed.send, begun, { ...GRANT, projects: ['other'] })).status).toBe(400);
    expect((await allow(ed.send, begun)).status).toBe(204);
    await admin.send('PATCH', `/api/v1/members/${ed.id}`, { body: { roles: { default: 'viewer' } } });
    expect((await collect(begun)).status).toBe(403);
    await admin.send('PATCH', `/api/v1/members/${ed.id}`, { body: { disabled: true } });
    expect((await collect(begun)).body).toEqual({ state: 'declined' });
  });

  test('cannot go on, by its name, with what people are asked or what the audit log says', async () => {
    const begun = await begin('x` at ::1 is "yours". The machine `y');
    const { body } = await admin.send<{ name: string }>('GET', `${DEVICES}/${begun.userCode}`);
    expect(body.name).toBe("x' at ::1 is 'yours'. The machine 'y");
  });

  test.for(['\u001b[2J', '\u202e', 'x'.repeat(65)])('may not call itself %j', async (name) => {
    expect((await service.send('POST', DEVICES, { body: { name } })).status).toBe(400);
  });
});

test('codes of devices can neither be made nor tried as fast as one likes', async () => {
  const own = createManualClock(Date.UTC(2026, 0, 5));
  const strict = await startService({ clock: own, settings: { LIMIT_SIGN_INS: '5' } });
  const statuses = async (send: () => Promise<{ readonly status: number }>) => {
    const seen: number[] = [];
    for (let count = 0; count < 6; count += 1) seen.push((await send()).status);
    return seen;
  };
  expect(await statuses(() => strict.admin.send('GET', `${DEVICES}/BCDF-GHJK`))).toEqual([
    404, 404, 404, 404, 404, 429,
  ]);
  expect(await statuses(() => strict.send('POST', DEVICES, { body: { name: 'x' } }))).toEqual([
    201, 201, 201, 201, 201, 429,
  ]);
  await stopUnder(own, strict);
});
