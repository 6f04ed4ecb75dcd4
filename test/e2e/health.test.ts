import { createHash } from 'node:crypto';
import type { SplitBody } from '@glidepath/core';
import { digestOf } from '@glidepath/core/protocol';
import { flagItem } from '@glidepath/core/testing';
import { createClient, type FlagsClient } from '@glidepath/sdk-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Service, startService } from '../support/start-service.ts';

const PROJECT = '/api/v1/projects/default';

let service: Service;
let sdkKey: string;
const clients: FlagsClient[] = [];

beforeAll(async () => {
  service = await startService();
  sdkKey = await service.sdkKey('development');
  await service.admin.send('POST', `${PROJECT}/flags`, { body: { key: 'checkout', type: 'boolean' } });
  const instructions = [{ kind: 'turn-on' }];
  await service.admin.send('PATCH', `${PROJECT}/environments/development/flags/checkout`, { body: { instructions } });
});
afterAll(async () => {
  for (const client of clients) await client.close();
  await service[Symbol.asyncDispose]();
});

/** A figure of the service, 0 where it has none yet. */
async function figure(name: string): Promise<number> {
  const { body } = await service.send<string>('GET', '/metrics');
  const line = body.split('\n').find((text) => text.startsWith(name));
  return Number(line?.split(' ').at(-1) ?? 0);
}

function aClient(options: Parameters<typeof createClient>[0] = {}): FlagsClient {
  const client = createClient({ url: service.url, sdkKey, instance: `health-${clients.length}`, ...options });
  clients.push(client);
  return client;
}

const KINDS = ['health', 'metrics', 'track'] as const;
const seriesTaken = () => Promise.all(KINDS.map((kind) => figure(`glidepath_health_series_total{kind="${kind}"}`)));

describe('how flags are doing', () => {
  test('reaches the service from the SDK as it is built', async () => {
    const before = await seriesTaken();
    const flags = aClient();
    await flags.waitForInitialization();
    await flags.runWithContext({ key: 'u-1' }, async (scope) => {
      expect(scope.guard('checkout', false, (value) => value)).toBe(true);
      await Promise.resolve();
      flags.metrics.increment('carts');
      flags.track('order.placed', { key: 'u-1' }, { value: 40 });
      scope.end({ ok: true, durationMs: 3, operation: 'GET /checkout' });
    });
    expect(await flags.flush()).toMatchObject({ ok: true });
    expect((await seriesTaken()).map((n, i) => n - (before[i] ?? 0))).toEqual([2, 1, 1]);
  });

  test('is taken as it is sent of a rollout, with arms, shards and sketches', async () => {
    const before = await seriesTaken();
    const ranges = [
      [50_000, 0],
      [100_000, 1],
    ] as const;
    const split: SplitBody = {
      ranges,
      arms: { rollout: 'r1', stage: 0, t: [[0, 50_000]], c: [[50_000, 100_000]] },
    };
    const items = [flagItem('checkout', { fallthrough: { split } })];
    const hash = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 32);
    const basis = { epoch: '00000000000000aa', version: 1, digest: digestOf(items, hash) };
    const flags = aClient({ bootstrap: { ruleset: { kind: 'full', ...basis, items } } });
    // Before the rules of the service arrive, which know of no rollout.
    for (let i = 0; i < 200; i += 1)
      flags.runWithContext({ key: `u-${i}` }, (scope) => {
        scope.guard('checkout', false, (value) => value, { operation: 'pay' });
        scope.metrics.timing('basket', i);
      });
    expect(await flags.flush()).toMatchObject({ ok: true });
    expect((await seriesTaken()).map((n, i) => n - (before[i] ?? 0))).toEqual([2, 2, 0]);
  });

  test('a breaker that opens is known to the service at once', async () => {
    const before = await figure('glidepath_breakers_opened_total');
    const flags = aClient();
    await flags.waitForInitialization();
    const fail = (): never => {
      throw new Error('broken');
    };
    for (let i = 0; i < 20; i += 1)
      expect(() => flags.guard('checkout', { key: 'u-1' }, false, fail, { breaker: true })).toThrow('broken');
    expect(flags.variation('checkout', { key: 'u-1' }, false)).toBe(false);
    await expect.poll(() => figure('glidepath_breakers_opened_total')).toBe(before + 1);
  });
});
