import { connect } from 'node:net';
import fastify from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { Registry } from 'prom-client';
import { describe, expect, test } from 'vitest';
import type { Directory } from '../auth/directory.ts';
import type { SdkKey } from '../auth/principal.ts';
import { createFlagSets } from '../served/flag-sets.ts';
import type { Hub } from '../stream/hub.ts';
import { STREAM_LIMITS } from '../stream/limits.ts';
import type { Snapshot } from '../stream/snapshot.ts';
import { createManualClock } from '../test-clock.ts';
import { openOfrep } from './ofrep.ts';

const KEY: SdkKey = { kind: 'client-key', id: 'key', environment: 'env', origins: [] };
const EMPTY: Snapshot = {
  environment: 'env',
  epoch: 'e'.repeat(16),
  version: 1,
  digest: '',
  items: new Map(),
  bytes: 0,
  ring: { entries: [], bytes: 0 },
};

/** A server whose environment is in the database only, which answers when it is told to. */
async function aServer() {
  let snapshot: Snapshot | null = null;
  let key: SdkKey | null = KEY;
  let answer = (): void => undefined;
  const isAsked = new Promise<void>((asked) => {
    answer = asked;
  });
  let read = (): void => undefined;
  const hub = {
    environment: () => snapshot,
    onMoved: () => () => undefined,
    readPrimary: () => {
      answer();
      return new Promise<boolean>((resolve) => {
        read = () => {
          snapshot = EMPTY;
          resolve(true);
        };
      });
    },
  } as Partial<Hub> as Hub;
  const directory = { sdkKey: () => key, onRevoked: () => () => undefined } as Partial<Directory> as Directory;
  const registry = new Registry();
  const ofrep = openOfrep({
    hub,
    directory,
    clock: createManualClock(0),
    random: () => 0.5,
    flagSets: createFlagSets({ hub, engines: {} }),
    secret: 'x'.repeat(64),
    streamLimits: { ...STREAM_LIMITS, pollMs: 250 },
    isOverloaded: () => false,
    limit: { take: () => undefined },
    metrics: { registry } as never,
  });
  const api = fastify().withTypeProvider<ZodTypeProvider>();
  api.setValidatorCompiler(validatorCompiler);
  api.setSerializerCompiler(serializerCompiler);
  api.decorateRequest('principal', { getter: () => KEY });
  ofrep.register(api as never);
  await api.listen({ port: 0, host: '127.0.0.1' });
  const { port } = api.server.address() as { port: number };
  const client = connect(port, '127.0.0.1');
  client.on('error', () => undefined);
  client.write('GET /ofrep/v1/stream?ticket=t HTTP/1.1\r\nHost: x\r\n\r\n');
  await isAsked;
  return {
    client,
    read: () => read(),
    revoke: () => {
      key = null;
    },
    connections: () => new Promise<number>((resolve) => api.server.getConnections((_, count) => resolve(count))),
    streams: async () => Number((await registry.getSingleMetric('glidepath_event_streams')?.get())?.values[0]?.value),
    async [Symbol.asyncDispose]() {
      client.destroy();
      ofrep.close();
      await api.close();
    },
  };
}

describe('a stream that waits for the database', () => {
  test('is opened once that has answered', async () => {
    await using server = await aServer();
    server.read();
    await expect.poll(() => server.streams()).toBe(1);
  });

  test('of a client that has gone meanwhile is not kept for ever', async () => {
    await using server = await aServer();
    server.client.destroy();
    await expect.poll(() => server.connections()).toBe(0);
    server.read();
    await new Promise((resolve) => setImmediate(resolve));
    expect(await server.streams()).toBe(0);
  });

  test('of a key that was revoked meanwhile is refused', async () => {
    await using server = await aServer();
    server.revoke();
    const answered = new Promise<string>((resolve) => server.client.once('data', (data) => resolve(String(data))));
    server.read();
    expect(await answered).not.toContain('200 OK');
    expect(await server.streams()).toBe(0);
  });
});
