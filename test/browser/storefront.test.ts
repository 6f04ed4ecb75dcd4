import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { ENVIRONMENT, type FlagWorld, flagWorld } from '../support/flag-world.ts';
import { freePort } from '../support/free-port.ts';
import { type ServerProcess, startServer } from '../support/processes.ts';
import { type Service, startService } from '../support/start-service.ts';

/** The example as people run it: its own process, rendered there, hydrated and streaming in the page. */
const SCRIPT = fileURLToPath(new URL('../../examples/react-storefront/dist/main.js', import.meta.url));
if (!existsSync(SCRIPT)) throw new Error('The storefront is not built: run `npm run build` first.');

const SALE = 'Autumn sale: everything that flies, 20 % off';

/** What a page shows of its flags. */
interface Look {
  readonly banner: string | null;
  readonly cards: number;
  readonly checkout: string;
}

let service: Service;
let world: FlagWorld;
let browser: Browser;
let storefront: ServerProcess;
let url: string;
const contexts: BrowserContext[] = [];
let faults: string[] = [];

beforeAll(async () => {
  service = await startService();
  world = flagWorld(service);
  const text = (key: string, value: string | number) => ({ key, value });
  await world.flag({ key: 'new-checkout', clientSide: true });
  await world.flag({ key: 'recommendations', clientSide: true });
  await world.flag({
    key: 'banner-text',
    type: 'string',
    clientSide: true,
    variations: [text('sale', SALE), text('none', '')],
  });
  await world.flag({
    key: 'page-size',
    type: 'number',
    clientSide: true,
    variations: [text('six', 6), text('two', 2)],
  });
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  storefront = await startServer(
    {
      GLIDEPATH_URL: service.url,
      GLIDEPATH_SDK_KEY: await service.sdkKey(ENVIRONMENT),
      GLIDEPATH_CLIENT_KEY: await service.sdkKey(ENVIRONMENT, { kind: 'client', origins: [url] }),
      STOREFRONT_PORT: String(port),
      NODE_ENV: 'production',
    },
    { script: SCRIPT },
  );
  browser = await launchBrowser();
});
afterEach(async () => {
  for (const context of contexts.splice(0)) await context.close();
  expect(faults).toEqual([]);
  faults = [];
});
afterAll(async () => {
  await browser.close();
  await storefront[Symbol.asyncDispose]();
  await service[Symbol.asyncDispose]();
});

/** A visitor whose page notes everything that it ever showed, from its first moment on. */
async function visit(visitor: string, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  contexts.push(context);
  const page = await context.newPage();
  page.on('pageerror', (error) => faults.push(`exception: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.text().includes('[glidepath]')) faults.push(message.text());
  });
  await page.addInitScript(() => {
    const looks: string[] = [];
    const look = () => {
      const checkout = document.querySelector('#checkout')?.textContent;
      if (checkout === undefined) return;
      const banner = document.querySelector('.banner')?.textContent ?? null;
      const now = JSON.stringify({ banner, cards: document.querySelectorAll('.card').length, checkout });
      if (looks.at(-1) !== now) looks.push(now);
    };
    new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true });
    Object.assign(globalThis, { looks });
  });
  await page.goto(`${url}/?visitor=${visitor}`);
  return page;
}

const looksOf = (page: Page): Promise<readonly Look[]> =>
  page.evaluate(() => (globalThis as unknown as { looks: string[] }).looks.map((look) => JSON.parse(look)));
const statusOf = (page: Page) => page.locator('footer').textContent();

describe('the storefront', () => {
  test('shows the right variations in the first paint, and a change without a reload', async () => {
    const page = await visit('ada');
    const first = { banner: SALE, cards: 6, checkout: 'Express checkout' };
    await expect.poll(() => statusOf(page)).toBe('Flags are here.');
    const [paint] = await page.evaluate(() => performance.getEntriesByName('first-contentful-paint'));
    expect(paint).toBeDefined();
    expect(await looksOf(page)).toEqual([first]);
    await world.change('page-size', { kind: 'set-fallthrough', serve: { variation: 'two' } });
    await expect.poll(() => looksOf(page)).toEqual([first, { ...first, cards: 2 }]);
    await world.change('banner-text', { kind: 'set-fallthrough', serve: { variation: 'none' } });
    await expect
      .poll(() => looksOf(page))
      .toEqual([first, { ...first, cards: 2 }, { ...first, cards: 2, banner: null }]);
    await world.change('banner-text', { kind: 'set-fallthrough', serve: { variation: 'sale' } });
    await world.change('page-size', { kind: 'set-fallthrough', serve: { variation: 'six' } });
  });

  test('takes away what is killed, on the page that is open and on the next', async () => {
    const page = await visit('bob');
    const also = page.getByRole('heading', { name: 'Others also bought' });
    await also.waitFor();
    await world.kill('recommendations');
    await also.waitFor({ state: 'detached' });
    const next = async () => (await fetch(`${url}/?visitor=bob`)).text();
    await expect.poll(next).not.toContain('Others also bought');
    expect(await next()).toContain('Express checkout');
  });

  test('hydrates: what is chosen is checked out', async () => {
    const page = await visit('cleo');
    await page.getByRole('button', { name: 'Choose Balsa glider' }).click();
    await page.getByText('Balsa glider, € 14.50').waitFor();
  });

  test('knows who comes again by a cookie', async () => {
    const first = await fetch(url);
    const cookie = first.headers.get('set-cookie')?.split(';')[0] ?? '';
    expect(cookie).toMatch(/^visitor=[\w-]{36}$/);
    const second = await fetch(url, { headers: { cookie } });
    expect([second.headers.get('set-cookie'), await second.text()]).toEqual([
      null,
      expect.stringContaining(cookie.slice('visitor='.length)),
    ]);
  });

  test.for([
    [360, 'light'],
    [360, 'dark'],
    [1440, 'light'],
    [1440, 'dark'],
  ] as const)('can be read by everybody at %i pixels, %s', async ([width, colorScheme]) => {
    const page = await visit('dan', { viewport: { width, height: 800 }, colorScheme });
    await page.getByRole('heading', { name: 'In stock' }).waitFor();
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    await expect
      .poll(() => page.evaluate(() => document.documentElement.scrollWidth - innerWidth))
      .toBeLessThanOrEqual(0);
  });
});
