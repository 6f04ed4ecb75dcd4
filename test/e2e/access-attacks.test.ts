import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Service, startService } from '../support/start-service.ts';

const PASSWORD = 'the harbour at night';

let service: Service;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service[Symbol.asyncDispose]());

async function memberWith(email: string, roles: Readonly<Record<string, string>>) {
  const { body } = await service.admin.send<{ document: { id: string } }>('POST', '/api/v1/members', {
    body: { email, name: email, password: PASSWORD, roles },
  });
  return { id: body.document.id, ...(await service.signIn({ email, password: PASSWORD })) };
}

describe('a leaked token of an administrator', () => {
  test('leaves no sign-in behind, and takes over nobody’s', async () => {
    const send = service.as(await service.token());
    const invitation = { email: 'mallory@example.test', name: 'Mallory', password: PASSWORD, roles: { '*': 'admin' } };
    const own = `/api/v1/members/${service.admin.memberId}`;
    expect(await send('POST', '/api/v1/members', { body: invitation })).toMatchObject({ status: 403 });
    expect(await send('PATCH', own, { body: { password: PASSWORD } })).toMatchObject({ status: 403 });
    expect(await send('DELETE', own)).toMatchObject({ status: 403 });
    expect(await send('GET', own)).toMatchObject({ status: 200 });
  });
});

describe('a project that one may not see', () => {
  test('is not betrayed by asking for a token of it', async () => {
    await service.admin.send('POST', '/api/v1/projects', { body: { key: 'hidden' } });
    const outsider = await memberWith('olga@example.test', { default: 'admin' });
    const ask = async (project: string) => {
      const input = { name: 'probe', role: 'viewer', projects: [project] };
      const { status, body } = await outsider.send('POST', '/api/v1/api-tokens', { body: input });
      return { status, code: body['code'], detail: String(body['detail']).replaceAll(project, '…') };
    };
    expect(await ask('hidden')).toEqual(await ask('not-there'));
  });
});

describe('a token of one environment', () => {
  test('does not read in its changes what the same change did elsewhere', async () => {
    await service.admin.send('POST', '/api/v1/projects/default/flags', { body: { key: 'shared', type: 'boolean' } });
    const instructions = [
      { kind: 'set-targets', variation: 'on', contextKind: 'user', keys: ['canary-of-production'] },
    ];
    const changes = [
      { flag: 'shared', environment: 'development', instructions: [{ kind: 'turn-on' }] },
      { flag: 'shared', environment: 'production', instructions },
    ];
    const made = await service.admin.send('POST', '/api/v1/projects/default/changes', { body: { changes } });
    expect(made.status).toBe(200);
    const send = service.as(await service.token({ environments: ['development'] }));
    const { body } = await send('GET', '/api/v1/projects/default/environments/development/changes');
    expect(JSON.stringify(body)).toContain('turned on in development');
    expect(JSON.stringify(body)).not.toMatch(/canary-of-production|in production/);
  });
});

describe('a password', () => {
  test('that was replaced while it was being checked opens no session', async () => {
    const email = 'rita@example.test';
    const { id } = await memberWith(email, { default: 'viewer' });
    let present = PASSWORD;
    for (let round = 0; round < 5; round++) {
      const next = `${PASSWORD} of round ${round}`;
      const attempts = Array.from({ length: 3 }, () =>
        service.send('POST', '/api/v1/session', { body: { email, password: present } }),
      );
      const replaced = service.admin.send('PATCH', `/api/v1/members/${id}`, { body: { password: next } });
      const answers = await Promise.all(attempts);
      expect((await replaced).status).toBe(200);
      for (const { status, headers } of answers) {
        expect([200, 401]).toContain(status);
        const cookie = headers.get('set-cookie')?.split(';')[0] ?? '';
        const { status: later } = await service.send('GET', '/api/v1/session', { headers: { cookie } });
        expect(later).toBe(401);
      }
      present = next;
    }
  });

  test('is no part of what a repeated request is recognised by', async () => {
    const invite = (password: string) =>
      service.admin.send<{ document: { id: string } }>('POST', '/api/v1/members', {
        body: { email: 'vera@example.test', name: 'Vera', password, roles: {} },
        headers: { 'idempotency-key': 'invite-vera' },
      });
    const first = await invite(PASSWORD);
    const second = await invite(`${PASSWORD}, misspelt`);
    expect(second).toMatchObject({ status: 201, body: { document: { id: first.body.document.id } } });
  });
});

test('addresses of one IPv6 network guess passwords as if they were one', async () => {
  await using behind = await startService({ settings: { LIMIT_SIGN_INS: '5', TRUST_PROXY: '127.0.0.1, ::1' } });
  const guess = async (number: number) => {
    const headers = { 'x-forwarded-for': `2001:db8:1:2::${number}` };
    const body = { email: `somebody${number}@example.test`, password: 'guessed' };
    return (await behind.send('POST', '/api/v1/session', { body, headers })).status;
  };
  const statuses: number[] = [];
  for (let number = 0; number < 7; number++) statuses.push(await guess(number));
  expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429]);
});

test('figures are not for pages whose name leads to this machine', async () => {
  const { port } = new URL(service.url);
  const statusFor = (host: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      const asked = { host: 'localhost', port, path: '/metrics', headers: { host } };
      get(asked, (answer) => resolve(answer.resume().statusCode)).on('error', reject);
    });
  expect(await statusFor(`evil.example:${port}`)).toBe(403);
  for (const own of ['localhost', '127.0.0.1', '[::1]']) expect(await statusFor(`${own}:${port}`)).toBe(200);
});

test('an empty file of the secret is no secret', async () => {
  const dataDir = mkdtempSync(path.join(os.tmpdir(), 'glidepath-secret-'));
  writeFileSync(path.join(dataDir, 'secret.key'), '');
  await expect(startService({ dataDir })).rejects.toThrow(/secret\.key" holds fewer than 32 characters/);
  rmSync(dataDir, { recursive: true });
});

test.for(['/api/v1/members/%00', '/api/v1/audit?actor=%00'])('NUL in %s goes no further', async (asked) => {
  expect(await service.admin.send('GET', asked)).toMatchObject({ status: 400, body: { code: 'bad-request' } });
});

describe('a body from nobody', () => {
  test.for([
    ['a string that never ends', `"${'\\"'.repeat(130_000)}`],
    ['backslashes', `"${'\\'.repeat(260_000)}`],
    ['an endless address', JSON.stringify({ email: `a@${'a.'.repeat(130_000)}`, password: 'x' })],
  ] as const)('of 256 KiB with %s is refused in a moment', async ([, body]) => {
    const started = performance.now();
    expect(await service.send('POST', '/api/v1/session', { body })).toMatchObject({ status: 400 });
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
