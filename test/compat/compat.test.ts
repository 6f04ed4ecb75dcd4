import { execFile, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createClient } from '@glidepath/sdk-node';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Service, startService } from '../support/start-service.ts';
import type { Golden } from './freeze.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = fileURLToPath(new URL('../..', import.meta.url));
/** Every finished stage of the product; a missing folder fails here. */
const STAGES = ['1', '2', '3'];

test('every frozen stage is there, and each is tested', () => {
  expect(readdirSync(here).filter((name) => /^\d+$/.test(name))).toEqual(STAGES);
});

describe.each(STAGES)('what was frozen at stage %s', (stage) => {
  const folder = path.join(here, stage);
  const { sdkKey, golden } = JSON.parse(readFileSync(path.join(folder, 'golden.json'), 'utf8')) as {
    readonly sdkKey: string;
    readonly golden: readonly Golden[];
  };
  let dataDir: string;
  let service: Service;

  beforeAll(async () => {
    dataDir = mkdtempSync(path.join(os.tmpdir(), 'glidepath-compat-'));
    for (const file of ['glidepath.db', 'secret.key']) cpSync(path.join(folder, file), path.join(dataDir, file));
    service = await startService({ dataDir });
  });
  afterAll(async () => {
    await service[Symbol.asyncDispose]();
    rmSync(dataDir, { recursive: true, force: true });
  });

  test('its SQLite database gives the same 500 answers through the API', async () => {
    expect(golden).toHaveLength(500);
    expect(await answersOf(service, golden)).toEqual(golden.map(answerOf));
  });

  test('its audit log still verifies', async () => {
    const { body } = await service.admin.send('GET', '/api/v1/audit/verify');
    expect(body).toMatchObject({ state: 'intact' });
  });

  test("today's SDK, with a key from then, gives the same 500 answers", async () => {
    expect(await answersOfSdk(service.url, sdkKey, golden)).toEqual(golden.map(answerOf));
  });

  test("its SDK gives the same 500 answers from today's server", async () => {
    const project = mkdtempSync(path.join(os.tmpdir(), 'glidepath-compat-sdk-'));
    const installed = path.join(project, 'node_modules/@glidepath/sdk-node');
    mkdirSync(installed, { recursive: true });
    spawnSync('tar', ['xzf', path.join(folder, 'sdk-node.tgz'), '-C', installed, '--strip-components=1']);
    symlinkSync(path.join(root, 'sdk-node/node_modules/ws'), path.join(project, 'node_modules/ws'));
    writeFileSync(path.join(project, 'answers.mjs'), PROGRAM);
    // Not synchronously: the service lives in this process.
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      ['answers.mjs', service.url, sdkKey, path.join(folder, 'golden.json')],
      { cwd: project, timeout: 60_000, maxBuffer: 16 * 1024 * 1024 },
    );
    rmSync(project, { recursive: true, force: true });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual(golden.map(answerOf));
  });

  test('its PostgreSQL database gives the same 500 answers', async () => {
    expect(existsSync(path.join(folder, 'postgres.sql'))).toBe(true);
    const url = await freshDatabase();
    const client = new pg.Client(url);
    await client.connect();
    await client.query(readFileSync(path.join(folder, 'postgres.sql'), 'utf8'));
    await client.end();
    const postgresDir = mkdtempSync(path.join(os.tmpdir(), 'glidepath-compat-pg-'));
    await using onPostgres = await startService({
      dataDir: postgresDir,
      settings: { DATABASE_URL: url, SECRET: 'frozen secret of a test database' },
    });
    const newKey = await onPostgres.sdkKey('production');
    expect(await answersOfSdk(onPostgres.url, newKey, golden)).toEqual(golden.map(answerOf));
  });
});

/** Runs beside the frozen package, in a process of its own. */
const PROGRAM = `
  import { readFileSync } from 'node:fs';
  import { createClient } from '@glidepath/sdk-node';
  const [url, sdkKey, file] = process.argv.slice(2);
  const { golden } = JSON.parse(readFileSync(file, 'utf8'));
  const flags = createClient({ url, sdkKey });
  await flags.waitForInitialization({ timeoutSeconds: 10, need: 'fresh' });
  const answers = golden.map(({ flag, context }) => {
    const { value, variation, reason } = flags.variationDetail(flag, context, null);
    return { value, variation, reason: { kind: reason.kind } };
  });
  process.stdout.write(JSON.stringify(answers));
  await flags.close();
`;

type Answer = Pick<Golden, 'value' | 'variation' | 'reason'>;

const answerOf = ({ value, variation, reason }: Answer): Answer => ({ value, variation, reason: { kind: reason.kind } });

async function answersOf(service: Service, golden: readonly Golden[]): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  for (const { flag, context } of golden) {
    const route = `/api/v1/projects/default/environments/production/flags/${flag}/evaluate`;
    const { body } = await service.admin.send<Golden>('POST', route, { body: { context } });
    answers.push(answerOf(body));
  }
  return answers;
}

async function answersOfSdk(url: string, sdkKey: string, golden: readonly Golden[]): Promise<readonly Answer[]> {
  await using flags = createClient({ url, sdkKey, logger: false });
  expect(await flags.waitForInitialization({ need: 'fresh' })).toMatchObject({ status: 'ready' });
  return golden.map(({ flag, context }) => answerOf(flags.variationDetail(flag, context as never, null as unknown)));
}

async function freshDatabase(): Promise<string> {
  const url = new URL(inject('pgUrl'));
  const client = new pg.Client(url.href);
  await client.connect();
  const name = `compat_${process.pid}_${Math.random().toString(36).slice(2)}`;
  await client.query(`CREATE DATABASE ${name}`);
  await client.end();
  url.pathname = `/${name}`;
  return url.href;
}
