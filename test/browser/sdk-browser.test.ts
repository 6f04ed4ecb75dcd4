import type { BrowserClient, BrowserClientOptions } from '@glidepath/sdk-browser';
import type { withHealth } from '@glidepath/sdk-browser/health';
import { createClient as createServerClient } from '@glidepath/sdk-node';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { ENVIRONMENT, type FlagWorld, flagWorld } from '../support/flag-world.ts';
import { type Service, startService } from '../support/start-service.ts';
import { openScriptPages, type ScriptPages } from './script-pages.ts';

/** The browser's SDK as an application loads it, on pages of another origin than the service. */

interface Shop {
  readonly createClient: (options: BrowserClientOptions) => BrowserClient;
  readonly withHealth: typeof withHealth;
  flags: BrowserClient;
}
declare const shop: Shop;

/** Of what is said to hold in 100 of 100 runs, or in 99. */
const RUNS = 100;
/** Pages that are reloaded at the same time, and tabs that are closed. */
const AT_ONCE = 5;
const CLOSED_AT_ONCE = 20;

let service: Service;
let world: FlagWorld;
let browser: Browser;
let pages: ScriptPages;
let origin: string;
let clientKey: string;
const contexts: BrowserContext[] = [];

beforeAll(async () => {
  service = await startService();
  world = flagWorld(service);
  pages = await openScriptPages(
    "export * from '../../sdk-browser/src/index.ts'; export { withHealth } from '../../sdk-browser/src/health.ts';",
  );
  origin = pages.origin;
  clientKey = await service.sdkKey(ENVIRONMENT, { kind: 'client', origins: [origin] });
  await world.flag({ key: 'banner', clientSide: true });
  browser = await launchBrowser();
});
afterEach(async () => {
  for (const context of contexts.splice(0)) await context.close();
});
afterAll(async () => {
  await browser.close();
  await pages[Symbol.asyncDispose]();
  await service[Symbol.asyncDispose]();
});

async function aVisitor(): Promise<BrowserContext> {
  const context = await browser.newContext();
  contexts.push(context);
  return context;
}

/** A page of the shop with a client, and what went wrong on it. */
async function visit(
  visitor: BrowserContext,
  options: Partial<BrowserClientOptions> = {},
): Promise<{ readonly page: Page; readonly faults: readonly string[] }> {
  const page = await visitor.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(`exception: ${error.message}`));
  page.on('console', (message) => {
    if (message.text().includes('[glidepath]')) faults.push(message.text());
  });
  await page.goto(origin);
  await begin(page, options);
  return { page, faults };
}

/** Makes the client of a page that has just been loaded. */
const begin = (page: Page, options: Partial<BrowserClientOptions> = {}): Promise<void> =>
  page.evaluate(
    (text) => {
      shop.flags = shop.createClient(JSON.parse(text));
    },
    JSON.stringify({ url: service.url, clientKey, ...options }),
  );

/** So many times, some of them at once. */
async function inParallel(times: number, run: () => Promise<void>): Promise<void> {
  let left = times;
  const next = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await run();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
}

const sourceOn = (page: Page) => page.evaluate(() => shop.flags.status.source);
const valueOn = (page: Page, key: string) =>
  page.evaluate((flag) => shop.flags.peek(flag, null as unknown as string), key);
const variationOn = (page: Page, key: string) =>
  page.evaluate((flag) => shop.flags.variation(flag, null as unknown as string), key);

/** Whatever a page keeps. */
const stored = (page: Page) =>
  page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]));

async function isLive(page: Page): Promise<void> {
  await expect.poll(() => sourceOn(page)).toBe('stream');
}

test('what a page loads has neither the tools for the page, nor React, nor OpenFeature in it', () => {
  expect(pages.sources).toContainEqual(expect.stringMatching(/sdk-browser\/src\/client\.ts$/));
  expect(pages.sources.filter((file) => /devtools|react|openfeature/i.test(file))).toEqual([]);
});

describe('a page of the shop', () => {
  test('is told of a change and of a kill without a reload', async () => {
    await world.flag({ key: 'live', clientSide: true });
    const { page, faults } = await visit(await aVisitor());
    await expect.poll(() => valueOn(page, 'live')).toBe(true);
    await world.change('live', { kind: 'turn-off' });
    await expect.poll(() => valueOn(page, 'live')).toBe(false);
    await world.change('live', { kind: 'turn-on' });
    await expect.poll(() => valueOn(page, 'live')).toBe(true);
    await world.kill('live');
    await expect.poll(() => valueOn(page, 'live')).toBe(false);
    expect(faults).toEqual([]);
  });

  test('polls where it is told to', async () => {
    await world.flag({ key: 'polled', clientSide: true });
    const { page } = await visit(await aVisitor(), { mode: 'poll', poll: { intervalMs: 1_000 } });
    await expect.poll(() => valueOn(page, 'polled')).toBe(true);
    await world.change('polled', { kind: 'turn-off' });
    await expect.poll(() => valueOn(page, 'polled')).toBe(false);
    expect(await sourceOn(page)).toBe('poll');
  });

  test('S30: without a network serves its bootstrap in the same tick, without exceptions and lines of ours', async () => {
    const visitor = await aVisitor();
    await visitor.route(`${service.url}/**`, (route) => route.abort());
    await visitor.routeWebSocket(/.*/, (socket) => socket.close());
    const values = { yes: true, no: false, zero: 0, empty: '' };
    const { page, faults } = await visit(visitor, { bootstrap: { values } });
    const served = await page.evaluate(() => {
      const client = shop.createClient({
        clientKey: 'gp_cli_other',
        url: 'http://127.0.0.1:1',
        bootstrap: { values: { yes: true, no: false, zero: 0, empty: '' } },
      });
      return [
        client.variation('yes', false),
        client.variation('no', true),
        client.variation('zero', 1),
        client.variation('empty', 'x'),
      ];
    });
    expect(served).toEqual([true, false, 0, '']);
    await expect.poll(() => page.evaluate(() => shop.flags.status.lastError?.code)).toBe('GP1102');
    expect(await valueOn(page, 'zero')).toBe(0);
    expect(faults).toEqual([]);
  });

  test('shares one connection between clients of the same key until the last of them is closed', async () => {
    const { page } = await visit(await aVisitor());
    await isLive(page);
    const states = await page.evaluate(
      async (given) => {
        const second = shop.createClient(given);
        const before = second.status.state;
        await shop.flags.close();
        const between = second.status.state;
        await second.close();
        return [before, between, second.status.state];
      },
      { url: service.url, clientKey },
    );
    expect(states).toEqual(['ready', 'ready', 'closed']);
  });

  test('S36: a visitor keeps one anonymous key over 100 reloads and tabs', async () => {
    const visitor = await aVisitor();
    const keys: (string | null)[] = [];
    const look = async (page: Page): Promise<void> => {
      keys.push(await page.evaluate(() => shop.flags.anonymousKey));
    };
    const { page: first } = await visit(visitor);
    await look(first);
    await inParallel(RUNS / AT_ONCE, async () => {
      const { page } = await visit(visitor);
      await look(page);
      for (let reloads = 1; reloads < AT_ONCE; reloads += 1) {
        await page.reload();
        await begin(page);
        await look(page);
      }
      await page.close();
    });
    expect(keys).toHaveLength(RUNS + 1);
    expect([...new Set(keys)]).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/)]);
  });

  test('S36: after reset() no key and no value of the user is stored any more', async () => {
    await world.flag({
      key: 'greeting',
      type: 'string',
      clientSide: true,
      variations: [
        { key: 'v', value: 'canary-value' },
        { key: 'w', value: 'another' },
      ],
    });
    const { page } = await visit(await aVisitor());
    await page.evaluate(() => shop.flags.identify({ user: { key: 'canary-user', plan: 'canary-plan' } }));
    await expect.poll(() => stored(page)).toContain('canary-value');
    const anonymous = await page.evaluate(() => shop.flags.anonymousKey);
    await world.change('greeting', { kind: 'turn-off' });
    await page.evaluate(async () => {
      await shop.flags.reset();
      await shop.flags.close();
    });
    const left = await stored(page);
    expect(left).not.toContain('canary');
    expect(left).toContain(anonymous);
  });

  test('T57: what a page keeps has its own values, and nothing of rules, other variations, other flags and other users', async () => {
    await world.flag({ key: 'forbidden-flag', name: 'forbidden name' });
    await world.flag(
      {
        key: 'slogan',
        type: 'string',
        name: 'forbidden name',
        description: 'forbidden description',
        tags: ['forbidden-tag'],
        clientSide: true,
        variations: [
          { key: 'own', value: 'a slogan of its own' },
          { key: 'forbidden-variation', value: 'forbidden value' },
        ],
      },
      [
        {
          kind: 'add-rule',
          rule: {
            id: 'forbidden-rule',
            clauses: [{ attribute: 'forbidden-attribute', operator: 'in', values: ['forbidden clause'] }],
            serve: { variation: 'forbidden-variation' },
          },
        },
        { kind: 'add-targets', variation: 'forbidden-variation', contextKind: 'user', keys: ['forbidden-user'] },
        { kind: 'set-prerequisites', prerequisites: [{ flag: 'forbidden-flag', variations: ['on'] }] },
        { kind: 'set-off-variation', variation: 'own' },
        { kind: 'set-fallthrough', serve: { variation: 'own' } },
      ],
    );
    const { page } = await visit(await aVisitor(), { context: { user: { key: 'u1' } } });
    await expect.poll(() => stored(page)).toContain('a slogan of its own');
    await world.change('slogan', { kind: 'turn-off' });
    await page.evaluate(() => shop.flags.flush());
    expect(await stored(page)).not.toContain('forbidden');
  });

  test('S36: after log-in a rollout by device keeps its arm', async () => {
    await world.flag({ key: 'by-device', clientSide: true }, [
      {
        kind: 'set-fallthrough',
        serve: { split: { by: { contextKind: 'device', attribute: 'key' }, weights: { on: 50_000, off: 50_000 } } },
      },
    ]);
    const { page } = await visit(await aVisitor());
    const arms = await page.evaluate(
      async (text) => {
        const runs = Array.from({ length: 100 }, async (_, run) => {
          const options = { ...JSON.parse(text), instance: `run ${run}`, anonymous: { persist: 'none' } };
          const client = shop.createClient(options);
          await client.waitForInitialization({ need: 'fresh', timeoutSeconds: 30 });
          const before = client.peek('by-device', null as unknown as boolean);
          const { status } = await client.identify({ user: { key: `user-${run}` } }, { timeoutSeconds: 30 });
          const after = client.peek('by-device', null as unknown as boolean);
          await client.close();
          return { status, before, after };
        });
        return Promise.all(runs);
      },
      JSON.stringify({ url: service.url, clientKey, mode: 'once', cache: 'none' }),
    );
    expect(arms.filter(({ status, before, after }) => status !== 'applied' || before !== after)).toEqual([]);
    expect(new Set(arms.map(({ before }) => before))).toEqual(new Set([true, false]));
  });

  test('S35: of 20 users in one tick the last one counts, and no two of them are ever mixed', async () => {
    for (const key of ['is-last', 'is-last-too'])
      await world.flag({ key, clientSide: true }, [
        { kind: 'add-targets', variation: 'on', contextKind: 'user', keys: ['u19'] },
        { kind: 'set-fallthrough', serve: { variation: 'off' } },
      ]);
    const { page } = await visit(await aVisitor());
    await isLive(page);
    const seen = await page.evaluate(async () => {
      const { flags } = shop;
      const mixed: boolean[] = [];
      flags.on('change', () => mixed.push(flags.peek('is-last', false) !== flags.peek('is-last-too', false)));
      const asked = Array.from({ length: 20 }, (_, i) => flags.identify({ user: { key: `u${i}` } }));
      const results = (await Promise.all(asked)).map(({ status }) => status);
      return { mixed, results, last: flags.peek('is-last', false) };
    });
    expect(seen.results).toEqual([...Array(19).fill('superseded'), 'applied']);
    expect(seen.last).toBe(true);
    expect(seen.mixed).not.toContain(true);
  });

  test('S38: a sealed context that was tampered with never yields what it was sealed for', async () => {
    await world.flag({ key: 'for-ada', clientSide: true }, [
      { kind: 'add-targets', variation: 'on', contextKind: 'user', keys: ['ada'] },
      { kind: 'set-fallthrough', serve: { variation: 'off' } },
    ]);
    const server = createServerClient({ url: service.url, sdkKey: await service.sdkKey(ENVIRONMENT), mode: 'once' });
    const sealedContext = await server.sealContext({ user: { key: 'ada' } });
    await server.close();
    const honest = await visit(await aVisitor(), { sealedContext });
    await expect.poll(() => valueOn(honest.page, 'for-ada')).toBe(true);
    const forged = `${sealedContext.slice(0, -4)}${sealedContext.endsWith('AAAA') ? 'BBBB' : 'AAAA'}`;
    const tampered = await visit(await aVisitor(), { sealedContext: forged });
    await expect.poll(() => tampered.page.evaluate(() => shop.flags.status.lastError?.code)).toBe('GP1410');
    expect(await valueOn(tampered.page, 'for-ada')).toBe(null);
  });
});

describe('counts', () => {
  const evaluationsOf = async (flag: string): Promise<number> => {
    const path = `/api/v1/projects/default/environments/${ENVIRONMENT}/flags/${flag}/usage`;
    return (await service.admin.send<{ total: number }>('GET', path)).body.total;
  };

  test('S37: of 100 tabs that are closed right after an evaluation 99 or more deliver it', async () => {
    await world.flag({ key: 'closing', clientSide: true });
    const flags = { closing: [true, 'on', 1] } as never;
    const bootstrap = { $glidepath: 1, version: 1, context: '', flags } as const;
    const { page } = await visit(await aVisitor());
    const served = await page.evaluate(
      async ([text, runs, atOnce]) => {
        const values: boolean[] = [];
        const closeOne = async () => {
          const tab = open('/') as Window & { shop: Shop };
          await new Promise((resolve) => tab.addEventListener('load', resolve));
          values.push(tab.shop.createClient(JSON.parse(text)).variation('closing', false));
          tab.close();
        };
        for (let done = 0; done < runs; done += atOnce) await Promise.all(Array.from({ length: atOnce }, closeOne));
        return values;
      },
      [JSON.stringify({ url: service.url, clientKey, bootstrap }), RUNS, CLOSED_AT_ONCE] as const,
    );
    expect(served).toEqual(Array(RUNS).fill(true));
    await expect.poll(() => evaluationsOf('closing')).toBeGreaterThanOrEqual(0.99 * RUNS);
    expect(await evaluationsOf('closing')).toBeLessThanOrEqual(RUNS);
  });

  test('S19: tell the service what a guard, a metric and an error on a page came to', async () => {
    const { page } = await visit(await aVisitor());
    await isLive(page);
    const seen = async () => {
      const { body } = await service.send<string>('GET', '/metrics');
      const seriesOf = (kind: string) =>
        Number(new RegExp(`^glidepath_health_series_total\\{kind="${kind}"\\} (\\d+)$`, 'm').exec(body)?.[1] ?? 0);
      return { health: seriesOf('health'), metrics: seriesOf('metrics') };
    };
    const before = await seen();
    const answers = await page.evaluate(async () => {
      const flags = shop.withHealth(shop.flags);
      const sum = flags.guard('banner', false, (isOn) => (isOn ? 1 : 2));
      flags.metrics.increment('basket', 3);
      flags.reportError(new Error('the page says so'));
      await flags.flush();
      return sum;
    });
    expect(answers).toBe(1);
    // The guard and the error are two operations of one flag.
    await expect.poll(seen).toEqual({ health: before.health + 2, metrics: before.metrics + 1 });
  });

  test('S37: that are blocked keep no value from changing', async () => {
    await world.flag({ key: 'uncounted', clientSide: true });
    const visitor = await aVisitor();
    await visitor.route('**/client/v1/b', (route) => route.abort());
    const { page, faults } = await visit(visitor, { events: { flushIntervalMs: 100 } });
    await expect.poll(() => variationOn(page, 'uncounted')).toBe(true);
    await world.change('uncounted', { kind: 'turn-off' });
    await expect.poll(() => variationOn(page, 'uncounted')).toBe(false);
    expect(faults).toEqual([]);
    expect(await evaluationsOf('uncounted')).toBe(0);
  });
});
