import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Service, startService } from '../support/start-service.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
let folder: string;
let service: Service;

beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'glidepath-binary-test-'));
  const build = ['scripts/build.mjs', '--binary', `--out=${folder}`];
  const built = spawnSync(process.execPath, build, { cwd: root, encoding: 'utf8' });
  expect(built.status, built.stderr).toBe(0);
  service = await startService();
});
afterAll(async () => {
  await service?.[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

/** Where there is no Node: nothing is on the path. */
async function run(...args: readonly string[]) {
  const env = { HOME: folder, GLIDEPATH_URL: service.url, GLIDEPATH_TOKEN: await service.token() };
  const child = spawn(path.join(folder, 'glidepath'), args, { cwd: folder, env, stdio: 'pipe' });
  let stdout = '';
  child.stdout.on('data', (piece: Buffer) => {
    stdout += piece;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout };
}

test('the command as one file does what the other one does, with jq inside', async () => {
  expect((await run('--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  const flags = '/api/v1/projects/default/flags';
  await service.admin.send('POST', flags, { body: { key: 'new-checkout', type: 'boolean' } });
  const listed = await run('flags', 'list', '--json=key');
  expect([listed.code, JSON.parse(listed.stdout)]).toEqual([0, [{ key: 'new-checkout' }]]);
  expect(await run('flags', 'list', '--jq', '.[].key')).toEqual({ code: 0, stdout: 'new-checkout\n' });
});
