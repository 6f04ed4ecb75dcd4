import { OFREPProvider } from '@openfeature/ofrep-provider';
import { OFREPWebProvider } from '@openfeature/ofrep-web-provider';
import { OpenFeature as OnServer } from '@openfeature/server-sdk';
import { OpenFeature as InBrowser, type Provider, ProviderEvents } from '@openfeature/web-sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NodeEventSource } from '../support/event-source.ts';
import { ENVIRONMENT, type FlagWorld, flagWorld } from '../support/flag-world.ts';
import { type Service, startService } from '../support/start-service.ts';

/**
 * The clients that npm has, as they are, against a service. The web provider needs of a browser nothing but
 * `EventSource`, which Node 20 lacks; without `localStorage` and `document` it keeps no cache and never sleeps.
 */

let service: Service;
let world: FlagWorld;
let serverKey: string;
let clientKey: string;

beforeAll(async () => {
  Object.assign(globalThis, { EventSource: NodeEventSource });
  service = await startService();
  world = flagWorld(service);
  serverKey = await service.sdkKey(ENVIRONMENT);
  clientKey = await service.sdkKey(ENVIRONMENT, { kind: 'client' });
  await world.flag({ key: 'is-on', clientSide: true, metadata: { team: 'shop', since: 2, beta: false } });
  await world.flag(
    {
      key: 'greeting',
      type: 'string',
      clientSide: true,
      variations: [
        { key: 'pro', value: 'Welcome back' },
        { key: 'none', value: '' },
      ],
    },
    [
      { kind: 'set-fallthrough', serve: { variation: 'none' } },
      {
        kind: 'add-rule',
        rule: { clauses: [{ attribute: 'plan', operator: 'in', values: ['pro'] }], serve: { variation: 'pro' } },
      },
    ],
  );
  const numbers = [
    { key: 'zero', value: 0 },
    { key: 'half', value: 0.5 },
  ];
  await world.flag({ key: 'limit', type: 'number', clientSide: true, variations: numbers });
  const objects = [
    { key: 'empty', value: {} },
    { key: 'full', value: { pages: [1, 2] } },
  ];
  await world.flag({ key: 'layout', type: 'json', clientSide: true, variations: objects });
  await world.flag({ key: 'inside-only' });
});
afterAll(async () => {
  await Promise.all([OnServer.close(), InBrowser.close()]);
  await service[Symbol.asyncDispose]();
  Reflect.deleteProperty(globalThis, 'EventSource');
});

const withKey = (key: string): [string, string][] => [['Authorization', `Bearer ${key}`]];
let domains = 0;

async function onServer(headers: [string, string][] = withKey(serverKey)) {
  domains += 1;
  await OnServer.setProviderAndWait(`server-${domains}`, new OFREPProvider({ baseUrl: service.url, headers }));
  return OnServer.getClient(`server-${domains}`);
}

interface Asked {
  readonly status: number;
  readonly etag: string | null;
}

/** A web client for somebody, and the answers that it got. */
async function inBrowser(context: Record<string, string>, key = clientKey) {
  domains += 1;
  const domain = `web-${domains}`;
  const asked: Asked[] = [];
  const fetchImplementation: typeof fetch = async (input, init) => {
    const response = await fetch(input, init);
    asked.push({ status: response.status, etag: response.headers.get('etag') });
    return response;
  };
  const provider = new OFREPWebProvider({ baseUrl: service.url, headers: withKey(key), fetchImplementation });
  await InBrowser.setContext(domain, context);
  // Its types were written without `exactOptionalPropertyTypes`.
  await InBrowser.setProviderAndWait(domain, provider as Provider);
  return {
    client: InBrowser.getClient(domain),
    setContext: (next: Record<string, string>) => InBrowser.setContext(domain, next),
    asked,
  };
}

describe('the server provider', () => {
  test('gets values of all types, zero values among them', async () => {
    const client = await onServer();
    expect(await client.getBooleanValue('is-on', false)).toBe(true);
    expect(await client.getStringValue('greeting', 'fallback', { targetingKey: 'u', plan: 'pro' })).toBe(
      'Welcome back',
    );
    expect(await client.getStringValue('greeting', 'fallback', { targetingKey: 'u' })).toBe('');
    expect(await client.getNumberValue('limit', 7)).toBe(0);
    expect(await client.getObjectValue('layout', { fallback: true })).toEqual({});
  });

  test('gets variant, reason and metadata', async () => {
    const client = await onServer();
    expect(await client.getBooleanDetails('is-on', false, { targetingKey: 'u' })).toEqual({
      flagKey: 'is-on',
      value: true,
      variant: 'on',
      reason: 'STATIC',
      flagMetadata: {
        team: 'shop',
        since: 2,
        beta: false,
        flagVersion: expect.any(Number),
        environmentVersion: expect.any(Number),
      },
    });
    expect(await client.getStringDetails('greeting', '', { plan: 'pro' })).toMatchObject({
      reason: 'TARGETING_MATCH',
      variant: 'pro',
    });
  });

  test.for(['missing', 'with/slash', 'with%', 'with%zz', 'with%00', 'ключ', 'x'.repeat(1_000), 'inside only'])(
    'learns that there is no flag %s',
    async (flag) => {
      const details = await (await onServer()).getStringDetails(flag, 'fallback');
      expect(details).toMatchObject({ value: 'fallback', reason: 'ERROR', errorCode: 'FLAG_NOT_FOUND' });
      expect(details.errorMessage).toContain(' not found');
    },
  );

  test('learns of another type, of a context that is none, and of a key that is none', async () => {
    const client = await onServer();
    expect(await client.getBooleanDetails('greeting', true)).toMatchObject({ value: true, errorCode: 'TYPE_MISMATCH' });
    expect(await client.getBooleanDetails('is-on', false, { targetingKey: '' })).toMatchObject({
      errorCode: 'INVALID_CONTEXT',
    });
    const stranger = await onServer(withKey('gp_srv_nonsense'));
    expect(await stranger.getBooleanDetails('is-on', false)).toMatchObject({ value: false, errorCode: 'GENERAL' });
  });

  test('may send its key as X-API-Key', async () => {
    const client = await onServer([['X-API-Key', serverKey]]);
    expect(await client.getBooleanValue('inside-only', false)).toBe(true);
  });
});

describe('the web provider', () => {
  test('gets values of all types, and sees no flag but those for browsers', async () => {
    const { client } = await inBrowser({ targetingKey: 'u', plan: 'pro' });
    expect(client.getBooleanDetails('is-on', false)).toMatchObject({ value: true, variant: 'on', reason: 'STATIC' });
    expect(client.getStringValue('greeting', 'fallback')).toBe('Welcome back');
    expect(client.getNumberValue('limit', 7)).toBe(0);
    expect(client.getObjectValue('layout', { fallback: true })).toEqual({});
    expect(client.getBooleanDetails('inside-only', false)).toMatchObject({ value: false, errorCode: 'FLAG_NOT_FOUND' });
    expect(client.getBooleanDetails('missing', true)).toMatchObject({ value: true, errorCode: 'FLAG_NOT_FOUND' });
    expect(client.getNumberDetails('greeting', 7)).toMatchObject({ value: 7, errorCode: 'TYPE_MISMATCH' });
  });

  test('gets other values after a change of an attribute, and 304 after one that changes nothing', async () => {
    const { client, setContext, asked } = await inBrowser({ targetingKey: 'u', plan: 'free' });
    expect(client.getStringValue('greeting', 'fallback')).toBe('');
    await setContext({ targetingKey: 'u', plan: 'basic' });
    await setContext({ targetingKey: 'u', plan: 'pro' });
    expect(client.getStringValue('greeting', 'fallback')).toBe('Welcome back');
    expect(asked.map(({ status }) => status)).toEqual([200, 304, 200]);
    expect(asked[0]?.etag).toBe(asked[1]?.etag);
  });

  test('is FATAL with a key that has ended', async () => {
    domains += 1;
    const provider = new OFREPWebProvider({ baseUrl: service.url, headers: withKey('gp_cli_nonsense') });
    await expect(InBrowser.setProviderAndWait(`web-${domains}`, provider as Provider)).rejects.toThrow();
    expect(InBrowser.getClient(`web-${domains}`).providerStatus).toBe('FATAL');
  });

  test('learns of a kill through its event stream', async () => {
    const { client } = await inBrowser({ targetingKey: 'u' });
    expect(client.getBooleanValue('is-on', false)).toBe(true);
    const changed = new Promise<number>((resolve) => {
      client.addHandler(ProviderEvents.ConfigurationChanged, () => resolve(performance.now()));
    });
    const begun = performance.now();
    const { status } = await service.admin.send(
      'POST',
      `/api/v1/projects/default/environments/${ENVIRONMENT}/flags/is-on/kill`,
      { body: { reason: 'it is broken' } },
    );
    const answered = performance.now();
    const took = await changed;
    expect(status).toBe(200);
    expect(client.getBooleanDetails('is-on', true)).toMatchObject({ value: false, reason: 'DISABLED' });
    process.stdout.write(
      `from the request of a kill to its value in the web client: ${(took - begun).toFixed(0)} ms (answered after ${(answered - begun).toFixed(0)} ms; 50 ms are the client's own)\n`,
    );
  });
});
