// Takes the pictures of the documentation, in a small shop of its own.
import { mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createClient } from '@glidepath/sdk-node';
import type { BrowserContextOptions } from 'playwright-core';
import { launchBrowser } from '../support/browser.ts';
import type { Credentials } from '../support/start-service.ts';
import { openPage, settled, signIn, type WatchedPage } from './admin-page.ts';
import { openDemoRollback } from './demo-rollback.ts';
import { openOldFlags } from './old-flags.ts';
import { openShop } from './shop.ts';

const FOLDER = fileURLToPath(new URL('../../docs/images', import.meta.url));
const LARGEST_BYTES = 180_000;
const PHONE: BrowserContextOptions = { colorScheme: 'dark', viewport: { width: 360, height: 740 } };

interface Picture {
  readonly name: string;
  readonly path: string;
  /** Text that shows that the page is there. */
  readonly ready: string;
  readonly options?: BrowserContextOptions;
  open?(watched: WatchedPage): Promise<void>;
}

const PICTURES: readonly Picture[] = [
  { name: 'flags', path: '/flags', ready: 'new-checkout' },
  { name: 'flag', path: '/flags/new-checkout', ready: 'Variations' },
  {
    name: 'review',
    path: '/flags/new-checkout/targeting/production',
    ready: 'By name',
    async open({ page }) {
      // Everyone else stands below the rules.
      await page.getByLabel('Percentage of on').last().fill('60');
      await page.getByRole('button', { name: 'Take from largest' }).last().click();
      await page.getByRole('button', { name: 'Review → PRODUCTION' }).click();
      await page.getByLabel('Comment').fill('Two days without a complaint.');
      await page.getByLabel('Type new-checkout to confirm').fill('new-checkout');
    },
  },
  {
    name: 'history',
    path: '/flags/new-checkout/history?env=production',
    ready: 'live now',
    open: ({ page }) => page.getByRole('button', { name: 'Show what v5 changed' }).click(),
  },
  {
    name: 'targeting',
    path: '/flags/new-checkout/targeting/production',
    ready: 'By name',
    open: ({ page }) => page.getByRole('heading', { name: 'Rules' }).evaluate((heading) => heading.scrollIntoView()),
  },
  {
    name: 'playground',
    path: `/flags/new-checkout/playground?env=production&as=4410&attributes=${encodeURIComponent('{"country":"RO","appVersion":"5.3.1"}')}`,
    ready: 'decided',
  },
  { name: 'segment', path: '/segments/beta-testers/definition/production', ready: 'Volunteers' },
  {
    name: 'kill',
    path: '/switches?env=production',
    ready: 'psp-stripe',
    async open({ page }) {
      await page.getByLabel('Reason for kills').fill('INC-31: payments hang');
      const card = page.getByRole('article', { name: 'psp-stripe' });
      await card.getByRole('button', { name: /^HOLD TO KILL/ }).focus();
      await page.keyboard.press('Enter');
      await page.keyboard.press('Enter');
      await card.getByText(/applied 1\/1/).waitFor();
      await card.getByText(/KILLED/).waitFor();
    },
  },
  {
    name: 'kill-phone',
    path: '/switches?env=production',
    ready: 'KILLED',
    options: PHONE,
    async open({ page }) {
      await page.getByLabel('Find a switch').fill('psp');
      await page.getByRole('article', { name: 'live-stock' }).waitFor({ state: 'detached' });
    },
  },
];

/** In a project whose flags have grown old. */
const OF_OLD_FLAGS: readonly Picture[] = [
  { name: 'clean-up', path: '/cleanup', ready: 'Next:' },
  {
    name: 'archive',
    path: '/flags/one-click-pay/lifecycle',
    ready: 'What is known',
    async open({ page }) {
      await page.getByRole('button', { name: 'Archive… one-click-pay' }).click();
      await page.getByLabel('Comment').fill('Everybody pays with one click.');
      await page.getByLabel('Type one-click-pay to confirm').fill('one-click-pay');
    },
  },
];

await using shop = await openShop();
const { url, sdkKey } = shop;
const sdk = createClient({ url, sdkKey, application: { name: 'shop', version: '4.2.0' }, logger: false });
const browser = await launchBrowser();
try {
  await sdk.waitForInitialization({ timeoutSeconds: 10 });
  mkdirSync(FOLDER, { recursive: true });
  for (const picture of PICTURES) await take(picture, { url });
  await using demo = await openDemoRollback();
  await using old = await openOldFlags();
  for (const picture of OF_OLD_FLAGS) await take(picture, { url: old.service.url });
  await take({ name: 'rollback', path: demo.rollout, ready: 'Rolled back' }, demo);
} finally {
  await browser.close();
  await sdk.close();
}

async function take(
  { name, path: address, ready, options, open }: Picture,
  { url, who }: { readonly url: string; readonly who?: Credentials },
): Promise<void> {
  const watched = await openPage(browser, url, options);
  await signIn(watched, url + address, who);
  await watched.page.getByText(ready).first().waitFor();
  await open?.(watched);
  // Where the pointer is left, something would look hovered.
  await watched.page.mouse.move(0, 0);
  await settled(watched);
  const file = path.join(FOLDER, `${name}.png`);
  await watched.page.screenshot({ path: file });
  await watched.close();
  const { size } = statSync(file);
  if (size > LARGEST_BYTES || watched.faults.length > 0)
    throw new Error(`${name}: ${size} bytes, faults: ${watched.faults.join('; ') || 'none'}`);
  console.log(`${name}.png: ${Math.round(size / 1000)} kB`);
}
