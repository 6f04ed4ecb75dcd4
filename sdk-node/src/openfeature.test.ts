import { flagItem } from '@glidepath/core/testing';
import { OpenFeature, ProviderEvents } from '@openfeature/server-sdk';
import { afterEach, describe, expect, test } from 'vitest';
import { createClientOn } from './client.ts';
import { FlagsProvider } from './openfeature.ts';
import { createTestClient } from './testing.ts';
import { digest, type TestPlatform, testPlatform } from './testing-platform.ts';

const DOMAIN = 'shop';
const OPTIONS = {
  url: 'https://flags.example.test',
  sdkKey: 'gp_srv_test',
  staleAfterMs: 60_000,
  events: false,
} as const;
const RULES = [
  { id: 'r1', clauses: [{ attribute: 'plan', operator: 'in', values: ['pro'] }], serve: { variation: 0 } },
];

afterEach(() => OpenFeature.clearProviders());

/** A client with a service in the test's hands, behind OpenFeature; each event is noted. */
async function opened(items = [flagItem('new-checkout')]) {
  const platform = testPlatform();
  const client = createClientOn(platform, OPTIONS);
  platform.advance(0);
  const events: string[] = [];
  const changes: (readonly string[])[] = [];
  for (const event of [ProviderEvents.Ready, ProviderEvents.Stale, ProviderEvents.Error] as const)
    OpenFeature.getClient(DOMAIN).addHandler(event, () => events.push(event));
  OpenFeature.getClient(DOMAIN).addHandler(ProviderEvents.ConfigurationChanged, (details) =>
    changes.push(details?.flagsChanged ?? []),
  );
  const isSet = OpenFeature.setProviderAndWait(DOMAIN, new FlagsProvider(client));
  platform.accept(1, items);
  await isSet;
  return { platform, client, events, changes, flags: OpenFeature.getClient(DOMAIN) };
}

function put(platform: TestPlatform, version: number, ...items: ReturnType<typeof flagItem>[]): void {
  const ops = items.map((item) => ({ op: 'put', ...item }) as const);
  platform.frame({ t: 'change', from: version - 1, to: version, digest: digest(items), ops });
}

describe('OpenFeature over our provider', () => {
  test('hears once that the provider is ready', async () => {
    const { events, changes } = await opened();
    expect(events).toEqual([ProviderEvents.Ready]);
    expect(changes).toEqual([]);
  });

  test('S26: hears of each update once, with all keys that may differ', async () => {
    const { platform, changes } = await opened([flagItem('a'), flagItem('b'), flagItem('c')]);
    const changed = [flagItem('a', { on: false }, 2), flagItem('b', { on: false }, 2)];
    platform.frame({
      t: 'change',
      from: 1,
      to: 2,
      digest: digest([...changed, flagItem('c')]),
      ops: changed.map((item) => ({ op: 'put', ...item }) as const),
    });
    expect(changes).toEqual([['a', 'b']]);
  });

  test('hears when the data gets old, and when it is fresh again', async () => {
    const { platform, events } = await opened();
    platform.refusesSockets = true;
    platform.closeSocket();
    platform.advance(60_000);
    expect(events).toEqual([ProviderEvents.Ready, ProviderEvents.Stale]);
    platform.refusesSockets = false;
    while (platform.openSockets === 0) platform.advance(1_000);
    platform.accept(2, [flagItem('new-checkout', { on: false }, 2)]);
    expect(events).toEqual([ProviderEvents.Ready, ProviderEvents.Stale, ProviderEvents.Ready]);
  });

  test('goes on with the values it has when the key is refused later, and hears of the error', async () => {
    const { platform, events, flags } = await opened();
    platform.closeSocket({ code: 4401 });
    expect(events).toEqual([ProviderEvents.Ready, ProviderEvents.Error]);
    expect(await flags.getBooleanValue('new-checkout', false)).toBe(true);
  });

  test('gives the variation its name, and says which version of which flag set it comes from', async () => {
    const { flags } = await opened([flagItem('new-checkout', { metadata: { owner: 'shop' } }, 1)]);
    expect(await flags.getBooleanDetails('new-checkout', false)).toEqual({
      flagKey: 'new-checkout',
      value: true,
      variant: 'on',
      reason: 'STATIC',
      flagMetadata: { owner: 'shop', version: 1, flagSetId: '00000000000000aa' },
    });
  });

  test('knows the default of a flag with rules from the value of one without', async () => {
    const { platform, flags } = await opened();
    put(platform, 2, flagItem('new-checkout', { rules: RULES, fallthrough: { variation: 1 } }, 2));
    expect(await flags.getBooleanDetails('new-checkout', true)).toMatchObject({ value: false, reason: 'DEFAULT' });
    expect(await flags.getBooleanDetails('new-checkout', false, { plan: 'pro' })).toMatchObject({
      value: true,
      reason: 'TARGETING_MATCH',
    });
  });

  test('leaves a client that it was given open', async () => {
    const { client } = await opened();
    await OpenFeature.clearProviders();
    expect(client.status.state).toBe('ready');
    expect(client.variation('new-checkout', null, false)).toBe(true);
  });

  test('closes the client that it made', async () => {
    const provider = new FlagsProvider({ mode: 'offline', logger: false });
    await OpenFeature.setProviderAndWait(DOMAIN, provider);
    await OpenFeature.clearProviders();
    expect(provider.client.status.state).toBe('closed');
  });
});

test('S26: what is tracked reaches the client, in the context that OpenFeature merged', async () => {
  const client = createTestClient();
  await OpenFeature.setProviderAndWait(DOMAIN, new FlagsProvider(client));
  OpenFeature.getClient(DOMAIN).track(
    'order.placed',
    { targetingKey: 'u-1', plan: 'pro' },
    { value: 3, currency: 'EUR' },
  );
  expect(client.tracked).toEqual([
    { event: 'order.placed', context: { key: 'u-1', plan: 'pro' }, data: { value: 3, currency: 'EUR' } },
  ]);
});
