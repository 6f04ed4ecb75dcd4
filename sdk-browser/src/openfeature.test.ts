import { OpenFeature, ProviderEvents } from '@openfeature/web-sdk';
import { afterEach, describe, expect, test } from 'vitest';
import { createClientOn } from './client.ts';
import { FlagsWebProvider } from './openfeature.ts';
import { allValues, testPage, WELCOME } from './testing-page.ts';

const DOMAIN = 'shop';
afterEach(() => OpenFeature.clearProviders());

/** A page whose client serves through OpenFeature; each event is noted. */
async function opened() {
  const page = testPage();
  const client = createClientOn(page.page, { clientKey: 'gp_cli_1' });
  const flags = OpenFeature.getClient(DOMAIN);
  const events: string[] = [];
  const changes: (readonly string[])[] = [];
  for (const event of [ProviderEvents.Ready, ProviderEvents.Reconciling, ProviderEvents.ContextChanged] as const)
    flags.addHandler(event, () => events.push(event));
  flags.addHandler(ProviderEvents.ConfigurationChanged, (details) => changes.push(details?.flagsChanged ?? []));
  const isSet = OpenFeature.setProviderAndWait(DOMAIN, new FlagsWebProvider(client));
  page.socket.accept();
  page.socket.tell(WELCOME);
  page.socket.tell(allValues({ a: 1, b: 'x', c: true }));
  await isSet;
  return { page, client, flags, events, changes };
}

describe('OpenFeature over our provider in a page', () => {
  test('gives the variation its name, and the version of the flag', async () => {
    const { flags } = await opened();
    expect(flags.getNumberDetails('a', 0)).toMatchObject({ value: 1, variant: 'v-1', reason: 'UNKNOWN' });
    expect(flags.getNumberDetails('a', 0).flagMetadata).toHaveProperty('version');
    expect(flags.getStringDetails('a', 'y')).toMatchObject({ value: 'y', errorCode: 'TYPE_MISMATCH' });
    expect(flags.getBooleanDetails('nowhere', true)).toMatchObject({ value: true, errorCode: 'FLAG_NOT_FOUND' });
  });

  test('S26: hears of each update once, with all keys that differ', async () => {
    const { page, changes } = await opened();
    page.socket.tell(allValues({ a: 2, b: 'y', c: true }, { v: 2 }));
    expect(changes).toEqual([['a', 'b']]);
  });

  test('another context is identified: reconciled while its values are awaited', async () => {
    const { page, flags, events } = await opened();
    const isChanged = OpenFeature.setContext(DOMAIN, { targetingKey: 'ada', org: { targetingKey: 'acme' } });
    await page.settled();
    expect(page.socket.frames.at(-1)).toMatchObject({
      t: 'identify',
      context: { user: { key: 'ada' }, org: { key: 'acme' } },
    });
    expect(flags.getNumberValue('a', 0)).toBe(1);
    page.socket.tell(allValues({ a: 3 }, { n: 1, v: 2 }));
    await isChanged;
    expect(flags.getNumberValue('a', 0)).toBe(3);
    expect(events).toEqual([ProviderEvents.Ready, ProviderEvents.Reconciling, ProviderEvents.ContextChanged]);
  });

  test('S26: what is tracked reaches the client', async () => {
    const { page, client, flags } = await opened();
    flags.track('bought', { value: 12 });
    void client.flush();
    await page.settled();
    expect(page.requests[0]?.body['track']).toEqual([['bought', {}, 1, 12]]);
  });
});
