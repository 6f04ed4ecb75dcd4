import { createManualClock } from '@glidepath/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSdkSocket, type SdkSocket } from '../support/sdk-socket.ts';
import { type Send, type Service, startService } from '../support/start-service.ts';

const PROJECT = '/api/v1/projects/default';
const PRODUCTION = `${PROJECT}/environments/production`;

interface Rollout {
  readonly id: string;
  readonly flag: string;
  readonly state: string;
  readonly percent: number;
  readonly coverage: { readonly percent: number } | null;
}

const clock = createManualClock(Date.UTC(2026, 4, 5, 12));
const sockets: SdkSocket[] = [];
let service: Service;
let admin: Send;

beforeAll(async () => {
  service = await startService({ clock });
  admin = service.as(await service.token());
});
afterAll(async () => {
  for (const socket of sockets) socket.close();
  await service[Symbol.asyncDispose]();
});

async function ok<T>(method: string, path: string, body?: unknown): Promise<T> {
  const answer = await admin<T>(method, path, body === undefined ? {} : { body });
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
  return answer.body;
}

/** On, with the safe variation for everybody: what a policy releases. */
async function aFlag(key: string): Promise<void> {
  await ok('POST', `${PROJECT}/flags`, { key, type: 'boolean', tags: ['auto'] });
  await ok('PATCH', `${PRODUCTION}/flags/${key}`, {
    instructions: [{ kind: 'turn-on' }, { kind: 'set-fallthrough', serve: { variation: 'off' } }],
  });
}

const deploy = (version: string, status: string) =>
  ok<{ document: { rollouts: readonly { flag: string; state: string }[] } }>('POST', `${PROJECT}/deploys`, {
    service: 'api',
    environment: 'production',
    version,
    status,
  });

async function instance(name: string, version: string): Promise<SdkSocket> {
  const socket = await openSdkSocket({ url: service.url, key: await service.sdkKey('production') });
  sockets.push(socket);
  socket.hello(null, { app: { name: 'api', version, instance: name } });
  await socket.take('welcome');
  return socket;
}

const rolloutOf = async (flag: string) => {
  const { items } = await ok<{ items: readonly Rollout[] }>('GET', `${PROJECT}/rollouts?flag=${flag}`);
  return items[0];
};
/** A second passes, and everybody looks who looks every second. */
const becomes = (flag: string, expected: object) =>
  expect
    .poll(
      () => {
        clock.moveTo(clock.now() + 1_000);
        return rolloutOf(flag);
      },
      { timeout: 10_000 },
    )
    .toMatchObject(expected);

describe('a deploy', () => {
  test('starts the release of the flags of its tag once every instance runs the version', async () => {
    await ok('POST', `${PROJECT}/release-policies`, {
      name: 'Canary',
      environment: 'production',
      tag: 'auto',
      template: 'canary',
    });
    await aFlag('new-checkout');
    const [first, second] = [await instance('a', '1.3.0'), await instance('b', '1.3.0')];
    const { document } = await deploy('1.4.0', 'started');
    expect(document.rollouts).toMatchObject([{ flag: 'new-checkout', state: 'waiting' }]);
    await becomes('new-checkout', { state: 'waiting', coverage: { percent: 0, instances: 2 } });

    first.close();
    await instance('a', '1.4.0');
    await becomes('new-checkout', { state: 'waiting', coverage: { percent: 50 } });
    second.close();
    await instance('b', '1.4.0');
    await becomes('new-checkout', { percent: 5 });
    expect((await deploy('1.4.0', 'succeeded')).document.rollouts).toMatchObject([{ flag: 'new-checkout' }]);
  });

  test('that fails takes back what still waits for it', async () => {
    await aFlag('new-banner');
    await deploy('1.5.0', 'started');
    await becomes('new-banner', { state: 'waiting' });
    await deploy('1.5.0', 'failed');
    await becomes('new-banner', { state: 'aborted' });
    expect(await rolloutOf('new-checkout')).toMatchObject({ percent: 5 });
  });
});

describe('a release policy', () => {
  test('is read, edited with the revision that was seen, and removed', async () => {
    const POLICIES = `${PROJECT}/release-policies`;
    const body = { name: 'Web', environment: 'staging', tag: 'web', service: 'web' };
    const { document } = await ok<{ document: { id: string } }>('POST', POLICIES, body);
    expect(document).toMatchObject({ ...body, template: 'standard', coverage: 100, delayMinutes: 0, isEnabled: true });
    const one = `${POLICIES}/${document.id}`;
    const patch = (match: string) =>
      admin('PATCH', one, { body: { isEnabled: false }, headers: { 'if-match': match } });
    expect((await patch('"4"')).status).toBe(412);
    expect(await patch('"1"')).toMatchObject({ status: 200, body: { document: { isEnabled: false, revision: 2 } } });
    expect(await ok('GET', one)).toMatchObject({ isEnabled: false });
    const wrong = await admin('POST', POLICIES, {
      body: { ...body, template: 'employees-first', environment: 'moon' },
    });
    expect(wrong).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/environment' }, { pointer: '/segment' }] },
    });
    await admin('DELETE', one);
    expect((await admin('GET', one)).status).toBe(404);
  });
});
