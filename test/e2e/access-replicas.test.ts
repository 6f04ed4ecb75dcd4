import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { startPostgres } from '../support/postgres.ts';
import { startReplicas } from '../support/replicas.ts';
import { type Service, startService } from '../support/start-service.ts';

/** Two processes over one PostgreSQL: what one decides about access holds at the other. */

const SECRET = 'a secret of a replica that is alone';
const NOTICED_MS = 5_000;
const KEYS = '/api/v1/projects/default/environments/development/sdk-keys';

let one: Service;
let two: Service;
beforeAll(async () => {
  [one, two] = await startReplicas(inject('pgUrl'));
});
afterAll(async () => {
  await one[Symbol.asyncDispose]();
  await two[Symbol.asyncDispose]();
});

/** Looks again until it is so, or gives up. */
async function eventually(look: () => Promise<boolean>): Promise<boolean> {
  const deadline = performance.now() + NOTICED_MS;
  while (performance.now() < deadline) {
    if (await look()) return true;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return false;
}

describe('two replicas', () => {
  test('make one first project and write one first key', async () => {
    const { body } = await one.admin.send<{ total: number }>('GET', '/api/v1/projects');
    expect(body.total).toBe(1);
    const written = [one, two].filter(({ dataDir }) => existsSync(`${dataDir}/development.env`));
    expect(written).toHaveLength(1);
    const keys = await one.admin.send<{ total: number }>('GET', KEYS);
    expect(keys.body.total).toBe(1);
  });

  test('know each other’s sessions', async () => {
    const { cookie } = one.admin;
    expect((await two.send('GET', '/api/v1/session', { headers: { cookie } })).status).toBe(200);
  });

  test('open a key that the other has made, and close one that the other has revoked', async () => {
    const { body } = await one.admin.send<{ document: { id: string }; secret: string }>('POST', KEYS, {
      body: { name: 'both', kind: 'server' },
    });
    const statusAtTwo = async () => (await two.as(body.secret)('GET', '/sdk/v1/payload')).status;
    expect(await eventually(async () => (await statusAtTwo()) === 200)).toBe(true);
    await one.admin.send('DELETE', `${KEYS}/${body.document.id}`);
    expect(await eventually(async () => (await statusAtTwo()) === 401)).toBe(true);
  });

  test('never let two administrators take away each other’s role', async () => {
    const roles = { '*': 'admin' };
    const body = { email: 'second@example.test', name: 'Second', password: 'the harbour at night', roles };
    const made = await one.admin.send<{ document: { id: string } }>('POST', '/api/v1/members', { body });
    const second = await two.signIn(body);
    const members = { first: one.admin.memberId, second: made.body.document.id };
    for (let round = 0; round < 20; round++) {
      const demote = { body: { roles: { '*': 'viewer' } } };
      const answers = await Promise.all([
        one.admin.send('PATCH', `/api/v1/members/${members.second}`, demote),
        second.send('PATCH', `/api/v1/members/${members.first}`, demote),
      ]);
      const listed = await Promise.all(
        [one.admin, second].map(({ send }) =>
          send<{ items?: { roles: Record<string, string> }[] }>('GET', '/api/v1/members'),
        ),
      );
      const items = listed.find(({ status }) => status === 200)?.body.items ?? [];
      expect(items.filter((member) => member.roles['*'] === 'admin').length).toBeGreaterThanOrEqual(1);
      const left = answers[0].status === 200 ? one.admin : second;
      for (const id of Object.values(members)) await left.send('PATCH', `/api/v1/members/${id}`, { body: { roles } });
    }
  });
});

test('a replica whose database is gone goes on serving SDKs, stays ready and says what is wrong', async () => {
  const database = await startPostgres();
  await using alone = await startService({ settings: { DATABASE_URL: database.url, SECRET } });
  const key = await alone.sdkKey('production');
  const ready = () => alone.send('GET', '/health/ready');
  expect(await ready()).toMatchObject({ status: 200, body: { state: 'ready', degraded: false } });

  await database[Symbol.asyncDispose]();

  expect(await eventually(async () => (await ready()).body['degraded'] === true)).toBe(true);
  expect((await ready()).status).toBe(200);
  expect((await alone.as(key)('GET', '/sdk/v1/payload')).status).toBe(200);
  expect(await alone.admin.send('GET', '/api/v1/projects')).toMatchObject({
    status: 503,
    body: { code: 'unavailable' },
  });
});
