import { createManualClock } from '@glidepath/server';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { type Service, startService } from '../support/start-service.ts';
import { openPage, settled, signIn, UI_FOLDER, type WatchedPage } from './admin-page.ts';
import { changeFlag, makeFlag } from './world.ts';

const HOUR = 3_600_000;
const BEGIN = Date.UTC(2026, 4, 4, 12, 30);
const HOURS = 22;
/** Evaluations of each variation in one hour. */
const onIn = (hour: number) => 425 + 300 * ((hour * 7) % 5) + 40 * hour;
const offIn = (hour: number) => 1_200 + 900 * ((hour * 7) % 5);
const number = new Intl.NumberFormat('en');
const sumOf = (count: (hour: number) => number) =>
  Array.from({ length: HOURS }, (_, hour) => count(hour)).reduce((sum, n) => sum + n, 0);
const [on, off] = [sumOf(onIn), sumOf(offIn)];
const total = number.format(on + off);
const share = (n: number) =>
  new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 1 }).format(n / (on + off));

const LOOKS: readonly BrowserContextOptions[] = [
  { colorScheme: 'light', viewport: { width: 1440, height: 900 } },
  { colorScheme: 'dark', viewport: { width: 1440, height: 900 } },
  { colorScheme: 'light', viewport: { width: 360, height: 740 } },
  { colorScheme: 'dark', viewport: { width: 360, height: 740 } },
];

let service: Service;
let browser: Browser;
let sdkKey: string;
let last = 0;
const clock = createManualClock(BEGIN);

async function report(counted: Readonly<Record<string, unknown>>): Promise<void> {
  last += 1;
  const { status } = await service.as(sdkKey)('POST', '/sdk/v1/events', {
    body: { schema: 1, instance: 'one', seq: last, sdk: 'node/1.0.0', from: 0, to: 1, ...counted },
  });
  expect(status).toBe(202);
}

const evaluated = (variation: string, reason: string, n: number) => ({
  flag: 'checkout',
  fv: 1,
  var: variation,
  reason,
  n,
});

beforeAll(async () => {
  service = await startService({ uiFolder: UI_FOLDER, clock });
  browser = await launchBrowser();
  await makeFlag(service, { key: 'checkout', name: 'New checkout' });
  await changeFlag(service, 'production', 'checkout', [{ kind: 'turn-on' }]);
  sdkKey = await service.sdkKey('production');
  for (let hour = 0; hour < HOURS; hour += 1) {
    clock.leapTo(BEGIN + hour * HOUR);
    await report({
      evals: [
        evaluated('on', 'FALLTHROUGH', onIn(hour) - 25),
        evaluated('on', 'RULE_MATCH', 25),
        evaluated('off', 'FALLTHROUGH', offIn(hour)),
      ],
    });
  }
  await report({
    app: { name: 'storefront', version: '4.2.0' },
    missing: [
      ['chekout', 'FLAG_NOT_FOUND', 1_312],
      ['checkout', 'TYPE_MISMATCH', 2],
    ],
  });
});
afterAll(async () => {
  await browser.close();
  await service[Symbol.asyncDispose]();
});

async function opened(path: string, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const watched = await openPage(browser, service.url, options);
  await signIn(watched, service.url + path);
  return watched;
}

describe('the flag page', () => {
  test('tells how often each variation is served, and when the flag was evaluated last', async () => {
    const { page, close } = await opened('/flags/checkout');
    const usage = page.getByRole('region', { name: 'Evaluations' });
    await usage.getByRole('img', { name: /^Evaluations per hour/ }).waitFor();
    await usage.getByText(`${total} evaluations in the last 24 hours · last evaluated just now`).waitFor();
    const byRule = HOURS * 25;
    await expect
      .poll(() => usage.getByRole('listitem').allTextContents())
      .toEqual([
        `on${number.format(on)} · ${share(on)}everyone else ${number.format(on - byRule)}, by a rule ${byRule}`,
        `off${number.format(off)} · ${share(off)}everyone else ${number.format(off)}`,
      ]);
    await close();
  });

  test('shows the same as a table', async () => {
    const { page, close } = await opened('/flags/checkout');
    await page.getByText('As a table').click();
    const rows = page.getByRole('table', { name: 'Evaluations by time and variation' }).getByRole('row');
    await expect.poll(() => rows.count()).toBe(HOURS + 1);
    await expect
      .poll(() => rows.nth(1).getByRole('cell').allTextContents())
      .toEqual(['5 May 09:00', number.format(onIn(HOURS - 1)), number.format(offIn(HOURS - 1))]);
    await close();
  });

  test('shows another period and another environment', async () => {
    const { page, close } = await opened('/flags/checkout');
    const usage = page.getByRole('region', { name: 'Evaluations' });
    await usage.getByText('30 days').click();
    await usage.getByText(`${total} evaluations in the last 30 days`).waitFor();
    await usage.getByText('Staging').click();
    await usage.getByText('No SDK has evaluated it here yet', { exact: false }).waitFor();
    await close();
  });
});

describe('the connections page', () => {
  test('names the keys that code asks for in vain', async () => {
    const { page, close } = await opened('/connections?env=production');
    const rows = page.getByRole('table', { name: 'Keys that give no value' }).getByRole('row');
    await rows.nth(1).waitFor();
    const cells = (n: number) => rows.nth(n).getByRole('cell').allTextContents();
    const asker = 'storefront 4.2.0 · node/1.0.0';
    await expect.poll(() => cells(1)).toEqual(['checkout', 'its fallback is of another type', '2', 'just now', asker]);
    await expect.poll(() => cells(2)).toEqual(['chekout', 'there is no such flag', '1,312', 'just now', asker]);
    await close();
  });
});

describe.for(LOOKS)('$colorScheme, $viewport.width pixels wide', (look) => {
  test.for([
    ['/flags/checkout', 'As a table'],
    ['/connections?env=production', 'there is no such flag'],
  ] as const)('%s is readable for everybody', async ([path, ready]) => {
    const watched = await opened(path, look);
    await watched.page.getByText(ready).waitFor();
    await settled(watched);
    expect(await watched.violations()).toEqual([]);
    expect(await watched.overflow()).toBe(0);
    expect(watched.faults).toEqual([]);
    await watched.close();
  });
});
