import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { ENVIRONMENT, flagWorld } from '../support/flag-world.ts';
import { type Fleet, startFleet } from '../support/fleet-control.ts';
import { expectBelow } from '../support/least.ts';
import { startReplicas } from '../support/replicas.ts';
import { runScript } from '../support/sdk-script.ts';
import type { Service } from '../support/start-service.ts';

/** SDKs in processes of their own, at two replicas over one PostgreSQL: what becomes of them when their key's time is over. */

const KEYS = `/api/v1/projects/default/environments/${ENVIRONMENT}/sdk-keys`;
/** At either replica. */
const CLIENTS = 3;
/** For a key to be out of use everywhere. */
const TARGET_MS = 5_000;

interface Made {
  readonly document: { readonly id: string };
  readonly secret: string;
}

let replicas: readonly [Service, Service];
beforeAll(async () => {
  replicas = await startReplicas(inject('pgUrl'));
  await flagWorld(replicas[0]).flag({ key: 'checkout' });
});
afterAll(async () => {
  for (const replica of replicas) await replica[Symbol.asyncDispose]();
});

async function made(path: string, body: object): Promise<Made> {
  const answer = await replicas[0].admin.send<Made>('POST', path, { body });
  // The other replica hears of a key a little later, and an SDK that comes too early would stay away for minutes.
  await expect.poll(() => statusesFor(answer.body.secret)).toEqual([200, 200]);
  return answer.body;
}

const newKey = () => made(KEYS, { name: 'sdk', kind: 'server' });
const rotated = ({ document }: Made, overlapHours: number) => made(`${KEYS}/${document.id}/rotate`, { overlapHours });

async function statusesFor(secret: string): Promise<readonly number[]> {
  return Promise.all(replicas.map(async (replica) => (await replica.as(secret)('GET', '/sdk/v1/payload')).status));
}

async function connected(fleet: Fleet, { secret: sdkKey }: Made): Promise<void> {
  let ready = 0;
  for (const { url } of replicas) {
    ready += CLIENTS;
    const request = { count: CLIENTS, url, sdkKey, options: { events: false as const } };
    expect(await fleet.ask({ do: 'connect', ...request })).toEqual({ ready });
  }
  await expect.poll(() => connectionsOf(fleet)).toEqual(all('streaming'));
}

const all = <T>(one: T): readonly T[] => Array(2 * CLIENTS).fill(one);
const connectionsOf = async (fleet: Fleet) => (await fleet.ask({ do: 'states' })).connections;
const statesOf = async (fleet: Fleet) => (await fleet.ask({ do: 'states' })).states;
const valuesOf = async (fleet: Fleet) => (await fleet.ask({ do: 'values', flag: 'checkout' })).values;

describe('T44: a key', () => {
  test('that is revoked ends its streams at both replicas, and their SDKs keep their values; a new one works at once', async () => {
    await expectBelow({ ms: TARGET_MS }, async () => {
      await using fleet = startFleet();
      const key = await newKey();
      await connected(fleet, key);
      const revokedAt = performance.now();
      await replicas[0].admin.send('DELETE', `${KEYS}/${key.document.id}`);
      await expect.poll(() => statesOf(fleet), { interval: 50 }).toEqual(all('unauthorized'));
      const ms = performance.now() - revokedAt;
      console.log(`T44: revoked, and out of use everywhere after ${ms.toFixed(0)} ms (target ${TARGET_MS})`);
      expect(await valuesOf(fleet)).toEqual(all(true));
      expect(await statusesFor(key.secret)).toEqual([401, 401]);
      return { ms };
    });
    await using successors = startFleet();
    await connected(successors, await newKey());
    expect(await valuesOf(successors)).toEqual(all(true));
  });

  test('that is rotated works beside its successor until the overlap is over, and not a moment of it is lost', async () => {
    await using olds = startFleet();
    await using news = startFleet();
    const old = await newKey();
    await connected(olds, old);
    await connected(news, await rotated(old, 24));
    expect([await connectionsOf(olds), await connectionsOf(news)]).toEqual([all('streaming'), all('streaming')]);
    await flagWorld(replicas[1]).change('checkout', { kind: 'turn-off' });
    await expect.poll(async () => [await valuesOf(olds), await valuesOf(news)]).toEqual([all(false), all(false)]);
    // Again, with hardly any overlap: what was rotated before ends sooner.
    await rotated(old, 0);
    await expect.poll(() => statesOf(olds)).toEqual(all('unauthorized'));
    expect(await statusesFor(old.secret)).toEqual([401, 401]);
    expect(await valuesOf(olds)).toEqual(all(false));
    await flagWorld(replicas[1]).change('checkout', { kind: 'turn-on' });
    await expect.poll(() => valuesOf(news)).toEqual(all(true));
    const { states, reconnects } = await news.ask({ do: 'states' });
    expect([states, reconnects]).toEqual([all('ready'), all(0)]);
    expect(await valuesOf(olds)).toEqual(all(false));
  });

  test('of pages is refused before it leaves the process; an ended one by the service', async () => {
    const ended = await newKey();
    await replicas[0].admin.send('DELETE', `${KEYS}/${ended.document.id}`);
    const clientKey = await replicas[0].sdkKey(ENVIRONMENT, { kind: 'client' });
    const { url } = replicas[0];
    const { lines } = await runScript(`
      for (const sdkKey of ${JSON.stringify([clientKey, ended.secret])}) {
        const flags = createClient({ url: ${JSON.stringify(url)}, sdkKey, logger: false });
        const { status, error } = await flags.waitForInitialization({ timeoutSeconds: 20 });
        say({ status, code: error?.code, state: flags.status.state, value: flags.variation('checkout', { key: 'u' }, 'mine') });
        await flags.close();
      }
    `);
    expect(lines).toEqual([
      { status: 'failed', code: 'GP1001', state: 'failed', value: 'mine' },
      { status: 'failed', code: 'GP1401', state: 'unauthorized', value: 'mine' },
      { faults: [] },
    ]);
    expect((await replicas[0].as(clientKey)('GET', '/sdk/v1/payload')).status).toBe(403);
  });
});
