import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createClient } from '@glidepath/sdk-node';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ServerProcess, startServer } from '../support/processes.ts';
import { enter } from '../support/start-service.ts';

const FLAG = '/api/v1/projects/default/environments/production/flags/new-checkout';
const CAUGHT_UP_MS = 10_000;
const release = fileURLToPath(new URL('../../server/dist/main.js', import.meta.url));
const testBuild = fileURLToPath(new URL('../../server/dist-test/main.js', import.meta.url));

interface Written {
  readonly changeId: string;
  readonly versions: Readonly<Record<string, number>>;
}

describe('a server that is killed in the middle of a change', () => {
  let dataDir: string;
  let port: string;
  let token: string;
  let sdkKey: string;

  beforeEach(async () => {
    dataDir = mkdtempSync(path.join(os.tmpdir(), 'glidepath-killed-'));
    await using server = await startServer({ GLIDEPATH_DATA_DIR: dataDir });
    const url = server.url ?? '';
    port = new URL(url).port;
    const admin = await enter(url, server.setupLink);
    const secretOf = async (route: string, body: object): Promise<string> =>
      (await admin.send<{ secret: string }>('POST', route, { body })).body.secret;
    token = await secretOf('/api/v1/api-tokens', { name: 'test', role: 'admin' });
    sdkKey = await secretOf('/api/v1/projects/default/environments/production/sdk-keys', {
      name: 'test',
      kind: 'server',
    });
    await admin.send('POST', '/api/v1/projects/default/flags', { body: { key: 'new-checkout', type: 'boolean' } });
    server.kill('SIGTERM');
    await server.ended();
  });
  afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

  const start = (settings: Readonly<Record<string, string>> = {}): Promise<ServerProcess> =>
    startServer({ GLIDEPATH_DATA_DIR: dataDir, GLIDEPATH_PORT: port, ...settings });
  const turnOn = async (server: ServerProcess): Promise<Response> =>
    fetch(`${server.url}${FLAG}`, {
      method: 'PATCH',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'idempotency-key': 'one-and-only',
      },
      body: JSON.stringify({ instructions: [{ kind: 'turn-on' }] }),
    });

  test.for([
    ['between commit and broadcast', 'after-commit'],
    ['between commit and answer', 'before-answer'],
  ])('T11: %s: the SDKs have it soon after the restart, and a retry changes nothing', async ([, failpoint]) => {
    const first = await start({ GLIDEPATH_FAILPOINTS: `${failpoint}=kill` });
    await using flags = createClient({ url: first.url ?? '', sdkKey, logger: false });
    await flags.waitForInitialization({ need: 'fresh' });
    expect(flags.variation('new-checkout', { key: 'u-1' }, null as unknown)).toBe(false);
    await expect(turnOn(first)).rejects.toThrow();
    expect(await first.ended()).toBe('SIGKILL');

    await using second = await start();
    const restartedAt = performance.now();
    await expect
      .poll(() => flags.variation('new-checkout', { key: 'u-1' }, false), { timeout: 3 * CAUGHT_UP_MS })
      .toBe(true);
    const took = performance.now() - restartedAt;
    console.log(`T11 ${failpoint}: caught up ${Math.round(took)} ms after the restart (target ${CAUGHT_UP_MS} ms)`);

    const version = flags.status.environmentVersion;
    const retried = await turnOn(second);
    expect(retried.status).toBe(200);
    const written = (await retried.json()) as Written;
    expect(written.versions).toEqual({ production: version });
    const again = (await (await turnOn(second)).json()) as Written;
    expect(again.changeId).toBe(written.changeId);
    expect(flags.status.environmentVersion).toBe(version);
  });

  test('T11: a change that was not committed when the server died is not there, and a retry makes it', async () => {
    const first = await start({ GLIDEPATH_FAILPOINTS: 'before-commit=kill' });
    await expect(turnOn(first)).rejects.toThrow();
    expect(await first.ended()).toBe('SIGKILL');
    await using second = await start();
    const before = await fetch(`${second.url}${FLAG}`, { headers: { authorization: `Bearer ${token}` } });
    expect(await before.json()).toMatchObject({ on: false, revision: 1 });
    expect((await turnOn(second)).status).toBe(200);
    const after = await fetch(`${second.url}${FLAG}`, { headers: { authorization: `Bearer ${token}` } });
    expect(await after.json()).toMatchObject({ on: true, revision: 2 });
  });

  test('T15: a second server on the same file is refused within 2 s, by the name of the file', async () => {
    await using first = await start();
    const startedAt = performance.now();
    await using second = await startServer({ GLIDEPATH_DATA_DIR: dataDir });
    expect(await second.ended()).not.toBe(0);
    const took = performance.now() - startedAt;
    console.log(`T15: refused after ${Math.round(took)} ms, start of the process included (target 2000 ms)`);
    expect(took).toBeLessThan(6_000);
    expect(second.output()).toContain(dataDir);
    first.kill('SIGKILL');
    await first.ended();
    await using third = await start();
    expect(third.url).not.toBeNull();
  });

  test('an idle server stops within 2 s of SIGTERM', async () => {
    const server = await start();
    const askedAt = performance.now();
    server.kill('SIGTERM');
    expect(await server.ended()).toBe(0);
    const took = performance.now() - askedAt;
    console.log(`stopped after ${Math.round(took)} ms (target 2000 ms)`);
    expect(took).toBeLessThan(6_000);
  });
});

test('the released server knows neither failpoints nor the clock of tests', () => {
  const names = ['before-answer', 'after-commit', 'before-commit', 'GLIDEPATH_FAILPOINTS', 'GLIDEPATH_TEST_CLOCK'];
  const [released, built] = [release, testBuild].map((file) => readFileSync(file, 'utf8'));
  for (const name of names) {
    expect(built, name).toContain(name);
    expect(released, name).not.toContain(name);
  }
});
