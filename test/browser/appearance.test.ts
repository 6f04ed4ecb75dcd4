import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { type Service, startService } from '../support/start-service.ts';
import { openPage, settled, signIn, UI_FOLDER, type WatchedPage } from './admin-page.ts';
import { changeFlag, configPath, makeFlag } from './world.ts';

const LOOKS = [
  { colorScheme: 'light', viewport: { width: 1440, height: 900 } },
  { colorScheme: 'dark', viewport: { width: 1440, height: 900 } },
  { colorScheme: 'light', viewport: { width: 360, height: 740 } },
] as const;

/** A page, what shows that it is there, and what is opened on it. */
interface View {
  readonly name: string;
  readonly path: string;
  readonly ready: string;
  open?(watched: WatchedPage): Promise<void>;
}

const targeting = '/flags/checkout/targeting/production';

const VIEWS: readonly View[] = [
  { name: 'flags', path: '/flags', ready: 'checkout' },
  { name: 'flags without a match', path: '/flags?q=nothing-like-it', ready: 'No flag matches these filters' },
  { name: 'new flag', path: '/flags/new', ready: 'Create flag' },
  {
    name: 'new flag with variations',
    path: '/flags/new',
    ready: 'Create flag',
    open: async ({ page }) => {
      await page.getByLabel('Kind of value').selectOption('json');
      await page.getByRole('button', { name: 'Create flag' }).click();
    },
  },
  { name: 'flag', path: '/flags/checkout', ready: 'Variations' },
  { name: 'choice of an environment', path: '/flags/checkout/targeting', ready: 'Which environment?' },
  { name: 'targeting', path: targeting, ready: 'By name' },
  {
    name: 'review sheet',
    path: targeting,
    ready: 'By name',
    open: async ({ page }) => {
      await page.getByLabel('Percentage of on').fill('60');
      await page.getByRole('button', { name: 'Take from largest' }).click();
      await page.getByRole('button', { name: 'Review → PRODUCTION' }).click();
      await page.getByRole('button', { name: 'Save to PRODUCTION' }).click();
      await page.getByText(/Say why/).waitFor();
    },
  },
  {
    name: 'history',
    path: '/flags/checkout/history?env=production',
    ready: 'Show what v2 changed',
    open: ({ page }) => page.getByRole('button', { name: 'Show what v2 changed' }).click(),
  },
  { name: 'switches', path: '/switches?env=production', ready: 'HOLD TO KILL' },
  {
    name: 'armed switch',
    path: '/switches?env=production',
    ready: 'HOLD TO KILL',
    open: async ({ page }) => {
      await page.getByRole('button', { name: /Kill ads/ }).focus();
      await page.keyboard.press('Enter');
    },
  },
  { name: 'one switch', path: '/switches/checkout?env=staging', ready: 'OFF' },
  { name: 'connections', path: '/connections?env=development', ready: 'No SDK is connected here' },
  { name: 'now', path: '/now', ready: 'no server SDK connected' },
  { name: 'deploys', path: '/deploys', ready: 'No deploy has been reported' },
  { name: 'incidents', path: '/incidents', ready: 'No incident so far' },
  { name: 'channels', path: '/settings/channels', ready: 'No channel so far' },
  { name: 'audit', path: '/audit', ready: 'Verify integrity' },
  { name: 'SDK keys', path: '/settings/keys?env=development', ready: 'First start' },
  {
    name: 'new SDK key',
    path: '/settings/keys?env=development',
    ready: 'First start',
    open: async ({ page }) => {
      await page.getByRole('button', { name: 'New key' }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  { name: 'members', path: '/settings/members', ready: 'New member' },
  { name: 'tokens', path: '/settings/tokens', ready: 'You have no API tokens' },
  {
    name: 'menu of the account',
    path: '/settings/tokens',
    ready: 'You have no API tokens',
    open: async ({ page }) => {
      await page.getByRole('button', { name: /account and appearance/ }).click();
      await page.getByRole('menu').waitFor();
    },
  },
  {
    name: 'menu of environments',
    path: '/connections?env=development',
    ready: 'No SDK is connected here',
    open: async ({ page }) => {
      await page.getByRole('button', { name: /^Environment: Development/ }).click();
      await page.getByRole('menu').waitFor();
    },
  },
  { name: 'code of a device', path: '/cli', ready: 'Type the code' },
  {
    name: 'device that asks',
    path: '/cli',
    ready: 'Type the code',
    open: async ({ page }) => {
      const { body } = await service.send<{ userCode: string }>('POST', '/api/v1/device-logins', {
        body: { name: 'build-machine-with-a-name-that-is-rather-long.example.internal' },
      });
      await page.getByLabel('Code').fill(body.userCode);
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.getByRole('button', { name: 'Turn it away' }).waitFor();
    },
  },
  { name: 'a page that is none', path: '/no/such/page', ready: 'There is no such page' },
];

/** Of three views, each is loaded in another look. */
const beginningAt = (index: number) => {
  const first = index % LOOKS.length;
  return [...LOOKS.slice(first), ...LOOKS.slice(0, first)];
};

let browser: Browser;
let service: Service;

beforeAll(async () => {
  [browser, service] = await Promise.all([launchBrowser(), startService({ uiFolder: UI_FOLDER })]);
  await makeFlag(service, {
    key: 'checkout',
    name: 'New checkout flow',
    tags: ['payments'],
    owner: service.admin.memberId,
  });
  await makeFlag(service, { key: 'ads', purpose: 'kill-switch' });
  await makeFlag(service, { key: 'psp', purpose: 'kill-switch' });
  await changeFlag(service, 'production', 'ads', [{ kind: 'turn-on' }]);
  await changeFlag(service, 'production', 'checkout', [
    { kind: 'turn-on' },
    {
      kind: 'add-rule',
      rule: {
        id: 'staff',
        name: 'Staff',
        clauses: [{ attribute: 'country', operator: 'in', values: ['RO'] }],
        serve: { variation: 'on' },
      },
    },
    { kind: 'set-split', at: 'fallthrough', weights: { on: 10_000, off: 90_000 } },
  ]);
  await service.admin.send('POST', `${configPath('production', 'psp')}/kill`, { body: { reason: 'INC-31' } });
});
afterAll(async () => {
  await browser.close();
  await service[Symbol.asyncDispose]();
});

describe.each(LOOKS)('in $colorScheme at $viewport.width px', (look) => {
  test('signing in and setting up are accessible', async () => {
    const outside = await openPage(browser, service.url, look);
    const { page } = outside;
    await page.goto(`${service.url}/setup#token`);
    await page.getByRole('button', { name: 'Create administrator' }).click();
    await page.getByText('Too short').waitFor();
    expect(await outside.violations()).toEqual([]);
    await page.goto(service.url);
    await page.getByRole('heading', { name: 'Sign in to Glidepath' }).waitFor();
    expect(await outside.violations()).toEqual([]);
    expect(outside.faults).toEqual([]);
    await outside.close();
  });
});

describe('inside', () => {
  let watched: WatchedPage;

  beforeAll(async () => {
    watched = await openPage(browser, service.url);
    await signIn(watched, service.url);
  });
  afterAll(() => watched.close());

  describe.each(VIEWS.map((view, index) => ({ ...view, looks: beginningAt(index) })))(
    'the view "$name"',
    ({ path: address, ready, open, looks }) => {
      test.each(looks)('is accessible and fits its window in $colorScheme at $viewport.width px', async (look) => {
        const { page } = watched;
        await page.setViewportSize(look.viewport);
        await page.emulateMedia({ colorScheme: look.colorScheme });
        await page.waitForFunction(
          (scheme) => document.documentElement.dataset['mantineColorScheme'] === scheme,
          look.colorScheme,
        );
        // What stands by itself follows the look; what was opened would close.
        if (look === looks[0] || open) {
          await page.goto(service.url + address);
          await page.getByText(ready).first().waitFor();
          await open?.(watched);
        }
        await settled(watched);
        expect(await watched.violations()).toEqual([]);
        await expect.poll(() => watched.overflow()).toBe(0);
        // Nothing broke the content security policy, threw, or asked another origin.
        expect(watched.faults).toEqual([]);
        if (open) await page.evaluate(() => sessionStorage.clear());
      });
    },
  );
});

test('production is announced by a band, a chip, the title and the verbs of buttons; staging by none of them', async () => {
  const watched = await openPage(browser, service.url);
  const { page } = watched;
  await signIn(watched, `${service.url}${targeting}`);
  await page.getByText('By name').waitFor();
  await expect.poll(() => page.title()).toMatch(/^⛨ /);
  await expect.poll(() => page.getByRole('banner').getByText('PRODUCTION', { exact: true }).count()).toBe(2);
  await expect.poll(() => page.getByRole('img', { name: 'Critical environment' }).count()).toBe(1);
  await expect.poll(() => page.locator('link[rel="icon"]').getAttribute('href')).toBe('/icon-critical.svg');
  await page.goto(`${service.url}/flags/checkout/targeting/staging`);
  await page.getByRole('button', { name: 'Review → Staging' }).waitFor();
  await expect.poll(() => page.title()).not.toContain('⛨');
  await expect.poll(() => page.getByText('PRODUCTION').count()).toBe(0);
  await expect.poll(() => page.locator('link[rel="icon"]').getAttribute('href')).toBe('/icon.svg');
  await watched.close();
});

test('what is loaded before the first page stays within its budget', () => {
  const page = readFileSync(path.join(UI_FOLDER, 'index.html'), 'utf8');
  const sizeOf = (pattern: RegExp): number => {
    const files = [...page.matchAll(pattern)].map((match) => path.join(UI_FOLDER, match[1] ?? ''));
    expect(files.length).toBeGreaterThan(0);
    expect(files.every((file) => existsSync(file))).toBe(true);
    return files.reduce((sum, file) => sum + gzipSync(readFileSync(file), { level: 9 }).length, 0);
  };
  const script = sizeOf(/(?:src|href)="(\/[^"]+\.js)"/g);
  const style = sizeOf(/href="(\/[^"]+\.css)"/g);
  console.log(`admin UI before its first page: ${kilobytes(script)} of JavaScript, ${kilobytes(style)} of CSS (gzip)`);
  expect(script).toBeLessThanOrEqual(255_000);
  expect(style).toBeLessThanOrEqual(30_000);
});

const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;
