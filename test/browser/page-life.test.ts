import type { BrowserClient, BrowserClientOptions } from '@glidepath/sdk-browser';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { ENVIRONMENT, type FlagWorld, flagWorld } from '../support/flag-world.ts';
import { type Service, startService } from '../support/start-service.ts';
import { openScriptPages, type ScriptPages } from './script-pages.ts';

/** A page that is left, hidden and come back to, in a browser and with a service that are both real. */

interface Shop {
  readonly createClient: (options: BrowserClientOptions) => BrowserClient;
  flags: BrowserClient;
}
declare const shop: Shop;

let service: Service;
let world: FlagWorld;
let pages: ScriptPages;
let browser: Browser;
let clientKey: string;
let page: Page;

beforeAll(async () => {
  service = await startService();
  world = flagWorld(service);
  pages = await openScriptPages("export * from '../../sdk-browser/src/index.ts';");
  clientKey = await service.sdkKey(ENVIRONMENT, { kind: 'client', origins: [pages.origin] });
  await world.flag({ key: 'banner', clientSide: true });
  browser = await launchBrowser({ keepsPages: true });
});
afterEach(async () => {
  await page.context().close();
  await expect.poll(connections).toBe(0);
});
afterAll(async () => {
  await browser.close();
  await pages[Symbol.asyncDispose]();
  await service[Symbol.asyncDispose]();
});

/** Streams of pages, as the service counts them. */
async function connections(): Promise<number> {
  const { body } = await service.send<string>('GET', '/metrics');
  return Number(/^glidepath_connections\{.*kind="browser"\} (\d+)$/m.exec(body)?.[1] ?? 0);
}
const banner = () => page.evaluate(() => shop.flags.variation('banner', null as unknown as boolean));

/** A page with a client whose stream is open. */
async function open(options: Partial<BrowserClientOptions> = {}): Promise<void> {
  page = await (await browser.newContext()).newPage();
  await page.goto(pages.origin);
  await page.evaluate(
    (text) => {
      shop.flags = shop.createClient(JSON.parse(text));
    },
    JSON.stringify({ url: service.url, clientKey, ...options }),
  );
  await expect.poll(() => page.evaluate(() => shop.flags.status.source)).toBe('stream');
  expect(await connections()).toBe(1);
}

async function turn(kind: 'turn-on' | 'turn-off'): Promise<void> {
  await world.change('banner', { kind });
}

const fire = (type: 'pagehide' | 'pageshow') =>
  page.evaluate((name) => void dispatchEvent(new PageTransitionEvent(name, { persisted: true })), type);

/** No tab of a browser without windows is ever out of sight: the document is made to say so. */
const show = (isVisible: boolean) =>
  page.evaluate((visible) => {
    Object.defineProperty(document, 'hidden', { configurable: true, value: !visible });
    Object.defineProperty(document, 'visibilityState', { configurable: true, value: visible ? 'visible' : 'hidden' });
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
  }, isVisible);

/**
 * Goes elsewhere and back: what kept the browser from taking the page out of its back/forward cache, in the browser's
 * own words. A browser without windows has no such cache, and names that first; all else would be the page's doing.
 */
async function obstaclesOnReturn(): Promise<readonly string[]> {
  const session = await page.context().newCDPSession(page);
  await session.send('Page.enable');
  const told = new Promise<readonly string[]>((resolve) => {
    session.on('Page.backForwardCacheNotUsed', ({ notRestoredExplanations }) =>
      resolve(notRestoredExplanations.map(({ reason }) => reason)),
    );
  });
  const restored = page
    .goto(pages.origin.replace('127.0.0.1', 'localhost'))
    .then(() => page.goBack())
    .then(() => page.evaluate(() => 'flags' in shop))
    .then((isRestored) => (isRestored ? [] : told));
  const obstacles = await restored;
  return obstacles.filter((reason) => reason !== 'BackForwardCacheDisabledForDelegate');
}

describe('S37: a page', () => {
  test('that is kept for a return has no stream, and is current again after it', async () => {
    await open();
    await turn('turn-off');
    await expect.poll(banner).toBe(false);
    await fire('pagehide');
    await expect.poll(connections).toBe(0);
    await turn('turn-on');
    await fire('pageshow');
    await expect.poll(banner).toBe(true);
    expect(await connections()).toBe(1);
  });

  test('that has closed its stream is fit for the back/forward cache, and one that has not would not be', async () => {
    await open();
    await fire('pagehide');
    await expect.poll(connections).toBe(0);
    expect(await obstaclesOnReturn()).toEqual([]);
    await page.context().close();
    await open();
    await page.evaluate(() => shop.flags.close());
    await page.evaluate(
      (url) => new Promise((resolve) => Object.assign(new WebSocket(url), { onerror: resolve, onopen: resolve })),
      `${service.url.replace('http', 'ws')}/client/v1/stream`,
    );
    expect(await obstaclesOnReturn()).toContain('WebSocket');
  });

  test('that is out of sight for long closes its stream and not before, and is current when it is seen again', async () => {
    const hiddenDisconnectMs = 500;
    await open({ hiddenDisconnectMs });
    const from = performance.now();
    await show(false);
    await expect.poll(connections, { interval: 10 }).toBe(0);
    // The page began to count a moment after it was told.
    expect(performance.now() - from).toBeGreaterThanOrEqual(hiddenDisconnectMs - 5);
    await turn('turn-off');
    await show(true);
    await expect.poll(banner).toBe(false);
    await turn('turn-on');
    await expect.poll(banner).toBe(true);
  });
});
