import { createManualClock } from '@glidepath/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openShell } from '../support/cli.ts';
import { openSdkSocket, type SdkSocket } from '../support/sdk-socket.ts';
import { type Service, startService } from '../support/start-service.ts';

const NOON = Date.UTC(2026, 4, 5, 12);
const PROJECT = '/api/v1/projects/default';
const DEPLOYS = `${PROJECT}/deploys`;

interface Deploy {
  readonly id: string;
  readonly service: string;
  readonly version: string;
  readonly status: string;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly instances: number;
  readonly revision: number;
}

interface Reported {
  readonly document: Deploy;
  readonly changeId: string | null;
  readonly repeated: boolean;
}

const clock = createManualClock(NOON);
let service: Service;
let pipeline: string;

beforeAll(async () => {
  service = await startService({ clock });
  pipeline = await service.token({ role: 'operator' });
});
afterAll(() => service[Symbol.asyncDispose]());

let services = 0;
/** A name that no other test uses. */
const aService = () => {
  services += 1;
  return `service-${services}`;
};

const report = (body: Readonly<Record<string, unknown>>, headers = {}) =>
  service.as(pipeline)<Reported>('POST', DEPLOYS, {
    body: { environment: 'production', version: '1.4.0', status: 'started', ...body },
    headers,
  });
const deploysOf = async (name: string, query = '') =>
  (
    await service.admin.send<{ items: readonly Deploy[]; total: number; next?: string }>(
      'GET',
      `${DEPLOYS}?service=${name}${query}`,
    )
  ).body;
const auditOf = async (action: string, name: string) => {
  const { body } = await service.admin.send<{ items: readonly Record<string, unknown>[] }>(
    'GET',
    '/api/v1/audit?project=default&limit=500',
  );
  return body.items.filter((item) => item['action'] === action && JSON.stringify(item).includes(`\`${name}\``));
};

describe('a deploy', () => {
  test('is one, however often and in whatever order it is reported', async () => {
    const name = aService();
    const first = await report({ service: name });
    expect(first).toMatchObject({
      status: 201,
      body: { repeated: false, document: { status: 'started', attempt: 1 } },
    });
    clock.moveTo(clock.now() + 60_000);
    const ended = await report({ service: name, status: 'succeeded', commit: 'c0ffee' });
    expect(ended.status).toBe(200);
    expect(ended.body.document).toMatchObject({
      id: first.body.document.id,
      status: 'succeeded',
      finishedAt: new Date(clock.now()).toISOString(),
      commit: 'c0ffee',
    });
    for (const status of ['started', 'succeeded'])
      expect(await report({ service: name, status })).toMatchObject({
        status: 200,
        body: { repeated: true, changeId: null, document: { status: 'succeeded', revision: 2 } },
      });
    expect(await deploysOf(name)).toMatchObject({ total: 1 });
    expect(await auditOf('record-deploy', name)).toHaveLength(2);
    expect(await report({ service: name, attempt: 2 })).toMatchObject({ status: 201 });
  });

  test('T51: that is reported ten times at once is one, with one record', async () => {
    const name = aService();
    const answers = await Promise.all(Array.from({ length: 10 }, () => report({ service: name, status: 'succeeded' })));
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array<number>(9).fill(200), 201]);
    expect(new Set(answers.map(({ body }) => body.document.id)).size).toBe(1);
    expect(await auditOf('record-deploy', name)).toHaveLength(1);
  });

  test('T51: that is older never replaces a newer one, whenever it is reported', async () => {
    const name = aService();
    const at = (minutes: number) => new Date(NOON + (minutes - 60) * 60_000).toISOString();
    const succeeded = { service: name, status: 'succeeded' };
    await report({ ...succeeded, version: 'new', startedAt: at(10), finishedAt: at(12) });
    await report({ ...succeeded, version: 'old', startedAt: at(1), finishedAt: at(2) });
    expect((await deploysOf(name)).items.map(({ version }) => version)).toEqual(['new', 'old']);
  });

  test('is corrected by somebody who has seen it', async () => {
    const { body } = await report({ service: aService(), status: 'succeeded' });
    const { id } = body.document;
    const patch = (edit: object, match: string) =>
      service.as(pipeline)<{ document: Deploy }>('PATCH', `${DEPLOYS}/${id}`, {
        body: edit,
        headers: { 'if-match': match },
      });
    expect(await patch({ status: 'rolled-back' }, '"7"')).toMatchObject({ status: 412 });
    expect(await patch({ status: 'rolled-back', comment: 'by hand' }, '"1"')).toMatchObject({
      status: 200,
      body: { document: { status: 'rolled-back', revision: 2 } },
    });
    expect(await patch({ finishedAt: '2001-01-01T00:00:00Z' }, '"2"')).toMatchObject({ status: 400 });
    expect(await service.admin.send('GET', `${DEPLOYS}/${id}`)).toMatchObject({ body: { status: 'rolled-back' } });
  });

  test('is told once under an Idempotency-Key, with the answer of the first time', async () => {
    const name = aService();
    const headers = { 'idempotency-key': `deploy-${name}` };
    const first = await report({ service: name }, headers);
    expect(await report({ service: name }, headers)).toMatchObject({
      body: { document: { id: first.body.document.id, revision: 1 } },
    });
  });

  test('is listed page by page, newest first', async () => {
    const name = aService();
    for (const version of ['1.0.0', '1.1.0', '1.2.0']) {
      clock.moveTo(clock.now() + 1_000);
      await report({ service: name, version });
    }
    const first = await deploysOf(name, '&limit=2');
    expect(first.items.map(({ version }) => version)).toEqual(['1.2.0', '1.1.0']);
    const rest = await deploysOf(name, `&limit=2&cursor=${first.next}`);
    expect(rest).toMatchObject({ total: 3, items: [{ version: '1.0.0' }] });
    expect(rest.next).toBeUndefined();
    expect(await deploysOf(name, '&environment=staging')).toMatchObject({ total: 0 });
  });

  test.for<[string, object, number]>([
    ['of an environment that is not there', { environment: 'moon' }, 400],
    ['with a status that there is not', { status: 'done' }, 400],
    ['without a version', { version: '' }, 400],
    ['with an attempt below one', { attempt: 0 }, 400],
    ['with a line break in its service', { service: 'a\nb' }, 400],
    ['with an address that runs code', { url: 'javascript:alert(1)' }, 400],
    ['with a time that is none', { startedAt: 'noon' }, 400],
    ['with a field that there is not', { color: 'red' }, 400],
  ])('%s is refused', async ([, body, status]) => {
    expect((await report({ service: aService(), ...body })).status).toBe(status);
  });

  test('is reported by whoever may, and read in its own project', async () => {
    const viewer = service.as(await service.token({ role: 'viewer' }));
    const body = { environment: 'production', service: aService(), version: '1', status: 'started' };
    expect((await viewer('POST', DEPLOYS, { body })).status).toBe(403);
    const { document } = (await report(body)).body;
    await service.admin.send('POST', '/api/v1/projects', { body: { key: 'other' } });
    const elsewhere = await service.admin.send('GET', `/api/v1/projects/other/deploys/${document.id}`);
    expect(elsewhere.status).toBe(404);
  });
});

describe('what is connected', () => {
  const versions = async () =>
    (await service.admin.send<{ items: readonly unknown[] }>('GET', `${PROJECT}/environments/staging/versions`)).body
      .items;
  const sockets: SdkSocket[] = [];

  async function connect(app: object): Promise<SdkSocket> {
    const socket = await openSdkSocket({ url: service.url, key: await service.sdkKey('staging') });
    sockets.push(socket);
    socket.hello(null, { app });
    await socket.take('welcome');
    const { v, digest } = await socket.take('commit');
    socket.send({ t: 'ack', v, d8: digest.slice(0, 8), applyUs: 1, heldMs: 0 });
    return socket;
  }
  /** The service looks every second of its own clock. */
  const seen = (expected: readonly object[]) =>
    expect
      .poll(
        () => {
          clock.moveTo(clock.now() + 1_000);
          return versions();
        },
        { timeout: 5_000 },
      )
      .toEqual(expected);

  afterAll(() => {
    for (const socket of sockets) socket.close();
  });

  test('is counted by service and version, and told beside deploys', async () => {
    const api = { service: 'api', version: '1.4.0' };
    expect(await versions()).toEqual([]);
    await connect({ name: 'api', version: '1.3.0', instance: 'a' });
    await connect({ name: 'api', version: '1.4.0', instance: 'b' });
    const third = await connect({ name: 'api', version: '1.4.0', instance: 'c' });
    await connect({ name: 'web' });
    await connect({});
    await seen([
      { ...api, version: '1.3.0', instances: 1, onLatest: 1 },
      { ...api, instances: 2, onLatest: 2 },
      { service: 'web', version: '', instances: 1, onLatest: 1 },
    ]);
    expect(await report({ ...api, environment: 'staging' })).toMatchObject({ body: { document: { instances: 2 } } });
    third.close();
    await seen([
      { ...api, version: '1.3.0', instances: 1, onLatest: 1 },
      { ...api, instances: 1, onLatest: 1 },
      { service: 'web', version: '', instances: 1, onLatest: 1 },
    ]);
  });
});

describe('`glidepath deploy record`', () => {
  test('reports from any pipeline, with nothing but a token', async () => {
    using shell = openShell({ GLIDEPATH_URL: service.url, GLIDEPATH_TOKEN: pipeline });
    const args = ['deploy', 'record', '--service', 'cli-api', '--version', '1.4.0', '--env', 'production'];
    const first = await shell.run([...args, '--commit', 'c0ffee', '--link', 'https://ci.example/7', '--by', 'ann']);
    expect(first).toMatchObject({
      code: 0,
      stdout: '✓ recorded deploy of cli-api 1.4.0 to production: succeeded\n',
      stderr: '',
    });
    expect(await deploysOf('cli-api')).toMatchObject({
      items: [{ status: 'succeeded', commit: 'c0ffee', url: 'https://ci.example/7', deployedBy: 'ann' }],
    });
    const again = await shell.run([...args, '--json']);
    expect(JSON.parse(again.stdout)).toMatchObject({ repeated: true });
    expect(await shell.run([...args, '--status', 'done'])).toMatchObject({ code: 2 });
  });
});
