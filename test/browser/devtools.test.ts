import { AxeBuilder } from '@axe-core/playwright';
import type { BrowserClient, BrowserClientOptions } from '@glidepath/sdk-browser';
import type { DevtoolsOptions } from '@glidepath/sdk-browser/devtools';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { ENVIRONMENT, type FlagWorld, flagWorld } from '../support/flag-world.ts';
import { type Service, startService } from '../support/start-service.ts';
import { openScriptPages, type ScriptPages } from './script-pages.ts';

/** The tools for the page, as they look and are used. */

interface Shop {
  readonly createClient: (options: BrowserClientOptions) => BrowserClient;
  readonly mountDevtools: (client: BrowserClient, options?: DevtoolsOptions) => { unmount(): void };
  flags: BrowserClient;
}
declare const shop: Shop;

const KEY = 'Control+.';

let service: Service;
let world: FlagWorld;
let browser: Browser;
let pages: ScriptPages;
let clientKey: string;

beforeAll(async () => {
  service = await startService();
  world = flagWorld(service);
  pages = await openScriptPages(
    "export * from '../../sdk-browser/src/index.ts'; export * from '../../sdk-browser/src/devtools.ts';",
  );
  clientKey = await service.sdkKey(ENVIRONMENT, { kind: 'client', origins: [pages.origin] });
  await service.admin.send('PATCH', `/api/v1/projects/default/environments/${ENVIRONMENT}`, {
    body: { reasonsInBrowsers: true },
  });
  await world.flag({ key: 'new-checkout', clientSide: true });
  const values = [
    { key: 'sale', value: 'Autumn sale: everything that flies, twenty per cent off, as long as there is any of it' },
    { key: 'none', value: '' },
  ];
  await world.flag({ key: 'banner-text-on-the-front-page', type: 'string', clientSide: true, variations: values });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  await pages[Symbol.asyncDispose]();
  await service[Symbol.asyncDispose]();
});

/** A page whose tools are open. */
async function opened(width: number, colorScheme: 'light' | 'dark' = 'light', options: DevtoolsOptions = {}) {
  const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme });
  const page = await context.newPage();
  await page.goto(pages.origin);
  await begin(page, options);
  await page.getByRole('row', { name: /new-checkout.* true.* on.* FALLTHROUGH.* stream/ }).waitFor();
  return { page, [Symbol.asyncDispose]: () => context.close() };
}

async function begin(page: Page, options: DevtoolsOptions): Promise<void> {
  await page.evaluate(
    ([client, tools]) => {
      shop.flags = shop.createClient(JSON.parse(client));
      shop.flags.variation('new-checkout', false);
      shop.flags.variation('banner-text-on-the-front-page', '');
      shop.flags.variation('missing-on-the-service', 3);
      shop.mountDevtools(shop.flags, JSON.parse(tools));
    },
    [JSON.stringify({ url: service.url, clientKey }), JSON.stringify(options)] as const,
  );
}

describe.for([
  [1_440, 'light'],
  [1_440, 'dark'],
  [360, 'light'],
  [360, 'dark'],
] as const)('on a page of %s pixels, %s', ([width, scheme]) => {
  test('the panel has no fault that axe finds, and the page is not wider than its window', async () => {
    await using tools = await opened(width, scheme);
    const { page } = tools;
    await page.getByText(/^Frames \(\d+\)$/).click();
    await page.getByLabel('Override new-checkout').selectOption('false');
    await page.getByRole('row', { name: /new-checkout.* false.* OVERRIDE.* override/ }).waitFor();
    const { violations } = await new AxeBuilder({ page }).include('div').analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html, nodes[0]?.failureSummary])).toEqual([]);
    const overflow = await page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      const panel = document.querySelector('div')?.shadowRoot?.querySelector('section')?.getBoundingClientRect();
      return [scrollWidth - clientWidth, (panel?.left ?? -1) >= 0, (panel?.right ?? Infinity) <= clientWidth];
    });
    expect(overflow).toEqual([0, true, true]);
    const folder = process.env['GLIDEPATH_SCREENSHOTS'];
    if (folder) await page.screenshot({ path: `${folder}/devtools-${width}-${scheme}.png` });
  });
});

test('keys alone show and hide the panel, override a flag and take that back', async () => {
  await using tools = await opened(1_440);
  const { page } = tools;
  const panel = page.getByRole('region', { name: 'Glidepath' });
  await page.keyboard.press(KEY);
  await panel.waitFor({ state: 'hidden' });
  await page.keyboard.press(KEY);
  await panel.waitFor({ state: 'visible' });
  await page.getByLabel('Override new-checkout').focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await expect.poll(() => page.evaluate(() => shop.flags.peek('new-checkout', true))).toBe(false);
  await page.getByRole('button', { name: 'Remove overrides' }).press('Enter');
  await expect.poll(() => page.evaluate(() => shop.flags.peek('new-checkout', false))).toBe(true);
  await page.getByRole('button', { name: 'Fold' }).press('Enter');
  await page.getByRole('table').waitFor({ state: 'hidden' });
});

test('an override for servers is in the cookie that the next request sends, and there after a reload', async () => {
  await using tools = await opened(1_440, 'light', { cookie: true });
  const { page } = tools;
  await page.getByLabel('Overrides hold').selectOption('server');
  await page.getByLabel('Override new-checkout').selectOption('false');
  const [request] = await Promise.all([page.waitForRequest(`${pages.origin}/`), page.reload()]);
  const { cookie = '' } = await request.allHeaders();
  expect(decodeURIComponent(cookie)).toBe('glidepath-overrides={"new-checkout":false}');
  await begin(page, { cookie: true });
  await expect.poll(() => page.evaluate(() => shop.flags.peek('new-checkout', true))).toBe(false);
});

test('a change is on the panel, and in the frames that it came with', async () => {
  await using tools = await opened(1_440);
  const { page } = tools;
  await page.getByText(/^Frames/).click();
  await world.change('new-checkout', { kind: 'turn-off' });
  await page.getByRole('row', { name: /new-checkout false off OFF stream/ }).waitFor();
  await page
    .getByText(/← in values, \d+ bytes, version \d+$/)
    .first()
    .waitFor();
  await world.change('new-checkout', { kind: 'turn-on' });
});
