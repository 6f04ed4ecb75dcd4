import { randomUUID } from 'node:crypto';
import { aFlagBody } from '@glidepath/core/testing';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { openSdkSocket, type SdkSocket } from '../../../test/support/sdk-socket.ts';
import type { ItemWrite } from '../store/store.ts';
import { KEY, openStreamFixture, type StreamFixture } from './stream-fixture.ts';

const flag = (key: string): ItemWrite => ({ kind: 'flag', key, body: aFlagBody({ salt: key }) });
const name = () => `t_${randomUUID().replaceAll('-', '')}`;

async function query(text: string): Promise<void> {
  const client = new pg.Client({ connectionString: inject('pgUrl') });
  await client.connect();
  await client.query(text).finally(() => client.end());
}

let database: string;
let a: StreamFixture;
let b: StreamFixture;

beforeEach(async () => {
  database = name();
  await query(`CREATE DATABASE ${database}`);
  const databaseUrl = inject('pgUrl').replace(/\/[^/]*$/, `/${database}`);
  a = await openStreamFixture({ databaseUrl, replica: 'a' });
  b = await openStreamFixture({ databaseUrl, replica: 'b' });
});
afterEach(async () => {
  await Promise.all([a.close(), b.close()]);
  await query(`DROP DATABASE ${database} WITH (FORCE)`);
});

async function streamOf(service: StreamFixture): Promise<SdkSocket> {
  const socket = await openSdkSocket({ url: service.url, key: KEY });
  socket.hello(null);
  await socket.take('commit');
  return socket;
}

async function applyNext(socket: SdkSocket): Promise<void> {
  const { to, digest } = await socket.take('change');
  socket.send({ t: 'ack', v: to, d8: digest.slice(0, 8), applyUs: 1, heldMs: 0 });
}

/** Lets both replicas write down what they know. */
async function tick(): Promise<void> {
  await Promise.all([a.pass(250), b.pass(250)]);
}

describe('two replicas over one database', () => {
  test('bring a change of one to the streams of both, and add up who has applied it', async () => {
    const [one, other] = [await streamOf(a), await streamOf(b)];
    await tick();
    const { version } = await a.commit([flag('kill')], { urgent: true });
    await Promise.all([applyNext(one), applyNext(other)]);
    const waiting = a.hub.waitForApplied(a.environment, version, 60_000);
    let delivery: Awaited<typeof waiting> | null = null;
    void waiting.then((found) => {
      delivery = found;
    });
    await expect
      .poll(
        async () => {
          await tick();
          return delivery;
        },
        { timeout: 5_000 },
      )
      .toMatchObject({ connected: 2, applied: 2, complete: true });
  });

  test('do not count a version as applied while one of them has not told', async () => {
    const [one, other] = [await streamOf(a), await streamOf(b)];
    await tick();
    await expect.poll(() => a.store.delivery(a.environment, 0)).toHaveLength(2);
    const { version } = await a.commit([flag('kill')], { urgent: true });
    await Promise.all([applyNext(one), applyNext(other)]);
    await a.hub.waitForApplied(a.environment, version, 0);
    expect(await a.hub.delivery(a.environment, version)).toMatchObject({ connected: 1, complete: false });
  });

  test('do not wait for one that is gone', async () => {
    const [one, other] = [await streamOf(a), await streamOf(b)];
    await tick();
    other.close();
    await a.pass(10_250);
    const { version } = await a.commit([flag('kill')], { urgent: true });
    await applyNext(one);
    await expect
      .poll(() => a.hub.delivery(a.environment, version))
      .toMatchObject({ connected: 1, applied: 1, complete: true });
  });
});
