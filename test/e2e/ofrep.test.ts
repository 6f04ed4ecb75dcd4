import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ENVIRONMENT, type FlagWorld, flagWorld } from '../support/flag-world.ts';
import { type Answer, type Send, type Service, startService } from '../support/start-service.ts';

/** OpenFeature's remote evaluation protocol 0.3, as its clients and nobody else meet it. */

const FLAGS = '/ofrep/v1/evaluate/flags';
const APP = 'https://app.example';

interface One {
  readonly key?: string;
  readonly value?: unknown;
  readonly variant?: string;
  readonly reason?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly errorCode?: string;
  readonly errorDetails?: string;
}

let service: Service;
let world: FlagWorld;
let server: Send;
let browser: Send;
let clientKey: string;
beforeAll(async () => {
  service = await startService();
  world = flagWorld(service);
  server = service.as(await service.sdkKey(ENVIRONMENT));
  clientKey = await service.sdkKey(ENVIRONMENT, { kind: 'client', origins: [APP] });
  browser = service.as(clientKey);
  await world.flag({ key: 'plain', clientSide: true, metadata: { team: 'shop', flagVersion: 'mine' } });
  await world.flag({ key: 'internal' });
  await world.flag({ key: 'off-flag', clientSide: true }, [{ kind: 'turn-off' }]);
  await world.flag({ key: 'killed-flag', clientSide: true });
  await world.kill('killed-flag');
  await world.flag({ key: 'split', clientSide: true }, [
    { kind: 'set-fallthrough', serve: { split: { weights: { on: 50_000, off: 50_000 } } } },
  ]);
  await world.flag(
    {
      key: 'pro',
      type: 'string',
      clientSide: true,
      variations: [
        { key: 'big', value: 'BIG' },
        { key: 'small', value: '' },
      ],
    },
    [
      { kind: 'set-fallthrough', serve: { variation: 'small' } },
      {
        kind: 'add-rule',
        rule: { clauses: [{ attribute: 'plan', operator: 'in', values: ['pro'] }], serve: { variation: 'big' } },
      },
    ],
  );
});
afterAll(() => service[Symbol.asyncDispose]());

const one = (send: Send, key: string, context?: unknown): Promise<Answer<One>> =>
  send<One>('POST', `${FLAGS}/${key}`, { body: context === undefined ? {} : { context } });

describe('one flag', () => {
  test('answers value, variant, reason, and metadata in which our names win', async () => {
    const { status, headers, body } = await one(server, 'plain', { targetingKey: 'u1' });
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(body).toEqual({
      key: 'plain',
      reason: 'STATIC',
      value: true,
      variant: 'on',
      metadata: { team: 'shop', flagVersion: expect.any(Number), environmentVersion: expect.any(Number) },
    });
  });

  test.for<[why: string, flag: string, context: unknown, expected: One]>([
    [
      'a rule that matched',
      'pro',
      { targetingKey: 'u', plan: 'pro' },
      { value: 'BIG', variant: 'big', reason: 'TARGETING_MATCH' },
    ],
    ['none of the rules', 'pro', { targetingKey: 'u' }, { value: '', variant: 'small', reason: 'DEFAULT' }],
    ['an off flag', 'off-flag', { targetingKey: 'u' }, { value: false, variant: 'off', reason: 'DISABLED' }],
    ['a killed flag', 'killed-flag', { targetingKey: 'u' }, { value: false, variant: 'off', reason: 'DISABLED' }],
    ['a split', 'split', { targetingKey: 'u1' }, { reason: 'SPLIT' }],
    [
      'a split without a key',
      'split',
      {},
      { value: false, variant: 'off', reason: 'DEFAULT', metadata: { notBucketed: true } },
    ],
    ['no context', 'plain', undefined, { value: true }],
    ['a context of null', 'plain', null, { value: true }],
    ['a key of null', 'plain', { targetingKey: null }, { value: true }],
    ['a number as key', 'split', { targetingKey: 42 }, { reason: 'SPLIT' }],
  ])('%s is answered with 200', async ([, flag, context, expected]) => {
    for (const send of [server, browser])
      expect(await one(send, flag, context)).toMatchObject({ status: 200, body: expected });
  });
});
