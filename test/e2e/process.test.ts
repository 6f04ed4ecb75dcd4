import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { openFakeClock } from '../support/fake-clock.ts';
import { expectBelow } from '../support/least.ts';
import { startServer } from '../support/processes.ts';
import { ADMIN } from '../support/start-service.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function aFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'glidepath-process-'));
  folders.push(folder);
  return folder;
}

const settings = (folder: string) => ({ GLIDEPATH_DATA_DIR: folder, GLIDEPATH_LOG_LEVEL: 'warn' });

describe('the server as a process', () => {
  test('prints the lines that people and scripts wait for', async () => {
    const folder = aFolder();
    await using server = await startServer(settings(folder));
    const [ready, setup, key, ...rest] = server.output().split('\n');
    expect(ready).toMatch(/^Glidepath \d+\.\d+\.\d+\S* ready at http:\/\/localhost:\d+$/);
    expect(setup).toMatch(/^Set-up link \(valid 24 h, one use\): http:\/\/localhost:\d+\/setup#\S+$/);
    expect(key).toBe(`Development SDK key: in ${path.join(folder, 'development.env')}`);
    expect(rest).toEqual(['']);
  });

  test('keeps what it has across a restart, and shows no set-up link any more', async () => {
    const folder = aFolder();
    const files = () => ['secret.key', 'development.env'].map((name) => readFileSync(path.join(folder, name), 'utf8'));
    const first = await startServer(settings(folder));
    const token = first.setupLink?.split('#')[1];
    const made = await fetch(`${first.url}/api/v1/setup`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token, ...ADMIN }),
    });
    expect(made.status).toBe(201);
    const before = files();
    first.kill('SIGTERM');
    expect(await first.ended()).toBe(0);

    await using second = await startServer(settings(folder));
    expect(second.setupLink).toBeNull();
    expect(files()).toEqual(before);
    const signedIn = await fetch(`${second.url}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: ADMIN.email, password: ADMIN.password }),
    });
    expect(signedIn.status).toBe(200);
  });

  test('stops with exit code 0 within two seconds when nobody is connected', async () => {
    await using server = await startServer(settings(aFolder()));
    const asked = performance.now();
    server.kill('SIGTERM');
    expect(await server.ended()).toBe(0);
    expect(performance.now() - asked).toBeLessThan(3 * 2_000);
  });

  test('stops at once on the second signal', async () => {
    await using server = await startServer(settings(aFolder()));
    const asked = performance.now();
    server.kill('SIGTERM');
    server.kill('SIGTERM');
    expect(await server.ended()).toBe(0);
    expect(performance.now() - asked).toBeLessThan(3 * 2_000);
  });

  test('does not start with a mistake in its settings, and names it in one line', async () => {
    await using server = await startServer({ ...settings(aFolder()), GLIDEPATH_PORT: 'http' });
    expect(await server.ended()).toBe(1);
    expect(server.output()).toBe('GLIDEPATH_PORT: "http" is not accepted: must be a whole number from 0 to 65535.\n');
  });

  test('does not start where others could reach it without https', async () => {
    await using server = await startServer({ ...settings(aFolder()), GLIDEPATH_HOST: '0.0.0.0' });
    expect(await server.ended()).toBe(1);
    expect(server.output()).toMatch(/^GLIDEPATH_HOST: "0\.0\.0\.0" .*GLIDEPATH_PUBLIC_URL.*GLIDEPATH_TRUST_PROXY/);
  });

  test('does not start twice on one folder', async () => {
    const folder = aFolder();
    await using first = await startServer(settings(folder));
    await using second = await startServer(settings(folder));
    expect(await second.ended()).toBe(1);
    expect(second.output()).toContain('owner.lock');
    expect((await fetch(`${first.url}/health/ready`)).status).toBe(200);
  });

  test('explains every setting when asked for help', async () => {
    await using server = await startServer({}, { args: ['--help'] });
    expect(await server.ended()).toBe(0);
    expect(server.output()).toMatch(/GLIDEPATH_PORT +4000 /);
  });

  test('follows the clock of a test, but not as a release', async () => {
    await using clock = await openFakeClock();
    const withClock = { ...settings(aFolder()), GLIDEPATH_TEST_CLOCK: String(clock.port) };
    await using tested = await startServer(withClock);
    await clock.advance(24 * 3_600_000);
    const token = tested.setupLink?.split('#')[1];
    const late = await fetch(`${tested.url}/api/v1/setup`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token, ...ADMIN }),
    });
    expect(late.status).toBe(403);
    const release = fileURLToPath(new URL('../../server/dist/main.js', import.meta.url));
    const text = readFileSync(release, 'utf8');
    for (const trace of ['GLIDEPATH_TEST_CLOCK', 'GLIDEPATH_FAILPOINTS', 'failpoint'])
      expect(text).not.toContain(trace);
  });

  test('T65: answers giants in a moment and does not grow by them', async () => {
    await using server = await startServer(settings(aFolder()));
    const resident = async () => {
      const figures = await (await fetch(`${server.url}/metrics`)).text();
      return Number(/^process_resident_memory_bytes (\S+)$/m.exec(figures)?.[1]);
    };
    const send = async (body: string) => {
      const asked = performance.now();
      const status = await fetch(`${server.url}/api/v1/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      }).then(
        (response) => response.status,
        // The server closes before all of it was sent.
        () => 413,
      );
      return { status, ms: performance.now() - asked };
    };
    const names = Array.from({ length: 1_000_000 }, (_, n) => `"k${n}":${n}`);
    const giants = [`"${'x'.repeat(10_000_000)}"`, `{${names.join(',')}}`, '['.repeat(250_000), '{"a":'.repeat(50_000)];
    for (const giant of giants) await send(giant);
    const before = await resident();
    for (const giant of giants)
      await expectBelow({ ms: 1_000 }, async () => {
        const { status, ms } = await send(giant);
        expect(status).toBeGreaterThanOrEqual(400);
        expect(status).toBeLessThan(500);
        return { ms };
      });
    expect((await resident()) - before).toBeLessThan(20 * 1_024 * 1_024);
  });

  test('T60: writes no secret, password or address of a person to its log, however much it logs', async () => {
    await using server = await startServer({ ...settings(aFolder()), GLIDEPATH_LOG_LEVEL: 'trace' });
    const setupToken = server.setupLink?.split('#')[1] ?? '';
    const ask = (route: string, body: unknown, headers: Readonly<Record<string, string>> = {}) =>
      fetch(server.url + route, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      });
    const made = await ask('/api/v1/setup', { token: setupToken, ...ADMIN });
    const cookie = made.headers.get('set-cookie')?.split(';')[0] ?? '';
    const { csrfToken } = (await made.json()) as { csrfToken: string };
    const signedIn = { cookie, 'x-glidepath-csrf': csrfToken };
    const token = await ask('/api/v1/api-tokens', { name: 'ci', role: 'admin' }, signedIn);
    const { secret } = (await token.json()) as { secret: string };
    const wrong = 'a wrong password of somebody';
    await ask('/api/v1/session', { email: ADMIN.email, password: wrong });
    await ask(`/api/v1/projects?key=${secret}`, `{"password":"${wrong}"`, { authorization: `Bearer ${secret}` });
    await fetch(`${server.url}/nowhere/${secret}`, { headers: { authorization: `Bearer ${secret}x` } });
    const output = server.output().replace(/^Set-up link.*$/m, '');
    expect(output).toContain('"msg":"answered"');
    for (const canary of [
      setupToken,
      ADMIN.password,
      ADMIN.email,
      wrong,
      secret,
      csrfToken,
      cookie.split('=')[1] ?? '',
    ]) {
      expect(output).not.toContain(canary);
    }
  });

  test('leaves nothing behind in the folder that others may read', async () => {
    const folder = aFolder();
    await using server = await startServer(settings(folder));
    expect(server.url).not.toBeNull();
    const open = execFileSync('find', [folder, '-type', 'f', '-perm', '/077'], { encoding: 'utf8' });
    expect(open).toBe('');
  });
});
