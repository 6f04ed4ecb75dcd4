import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { NodeEventSource } from '../support/event-source.ts';
import { ENVIRONMENT, type FlagWorld, flagWorld } from '../support/flag-world.ts';
import { startReplicas } from '../support/replicas.ts';
import type { Service } from '../support/start-service.ts';

/** Two processes over one PostgreSQL: a client may ask either. */

const FLAGS = '/ofrep/v1/evaluate/flags';
const KEYS = `/api/v1/projects/default/environments/${ENVIRONMENT}/sdk-keys`;

interface Made {
  readonly document: { readonly id: string };
  readonly secret: string;
}
interface Bulk {
  readonly eventStreams: readonly [{ readonly endpoint: { readonly requestUri: string } }];
}

let one: Service;
let two: Service;
let world: FlagWorld;
let key: Made;
beforeAll(async () => {
  [one, two] = await startReplicas(inject('pgUrl'));
  world = flagWorld(one);
  await world.flag({ key: 'first', clientSide: true });
  await world.flag({ key: 'second', clientSide: true });
  key = (await one.admin.send<Made>('POST', KEYS, { body: { name: 'pages', kind: 'client' } })).body;
});
afterAll(async () => {
  await one[Symbol.asyncDispose]();
  await two[Symbol.asyncDispose]();
});

/** The other replica hears of a key, and of a change, a little later. */
async function eventually<T>(look: () => Promise<T | null>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const bulkOf = (service: Service) =>
  eventually(async () => {
    const answer = await service.as(key.secret)<Bulk>('POST', FLAGS, { body: {} });
    return answer.status === 200 ? answer : null;
  });

describe('two replicas', () => {
  test('answer alike, under one ETag', async () => {
    // Asked again, for between the two ten minutes may end.
    const tag = await eventually(async () => {
      const [here, there] = [await bulkOf(one), await bulkOf(two)].map(({ headers }) => headers.get('etag'));
      return here !== undefined && here === there ? here : null;
    });
    expect(tag).toMatch(/^W\/"[0-9a-f]{32}\.\w+"$/);
  });

  test('take each other’s tickets, tell of each other’s changes, and end the streams of a key that the other revokes', async () => {
    const { body } = await bulkOf(one);
    await bulkOf(two);
    const source = new NodeEventSource(two.url + body.eventStreams[0].endpoint.requestUri);
    await new Promise((resolve) => source.addEventListener('open', resolve, { once: true }));
    const told = new Promise((resolve) => source.addEventListener('message', resolve, { once: true }));
    await world.kill('first');
    await told;
    expect((await two.as(key.secret)('POST', `${FLAGS}/first`, { body: {} })).body).toMatchObject({
      reason: 'DISABLED',
    });
    const ended = new Promise((resolve) => source.addEventListener('error', resolve, { once: true }));
    await one.admin.send('DELETE', `${KEYS}/${key.document.id}`);
    await ended;
    source.close();
    expect(await two.as(key.secret)('POST', FLAGS, { body: {} })).toMatchObject({ status: 401 });
  });
});
