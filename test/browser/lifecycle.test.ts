import type { Browser, BrowserContextOptions, Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { ADMIN } from '../support/start-service.ts';
import { openPage, settled, signIn, textsOf, type WatchedPage } from './admin-page.ts';
import { opensByKeyboard } from './keyboard.ts';
import { type OldFlags, OWNER, openOldFlags, servedValue } from './old-flags.ts';
import { configPath, expectDone, FLAGS } from './world.ts';

let world: OldFlags;
let browser: Browser;
let watched: WatchedPage;

beforeAll(async () => {
  [browser, world] = await Promise.all([launchBrowser(), openOldFlags()]);
  watched = await openPage(browser, world.service.url);
  await signIn(watched, `${world.service.url}/cleanup`);
});
afterAll(async () => {
  expect(watched.faults).toEqual([]);
  await browser.close();
  await world[Symbol.asyncDispose]();
});

const at = (path: string) => world.service.url + path;
const card = (flag: string): Locator => watched.page.getByRole('article', { name: flag });
const listed = () => textsOf(watched.page.getByRole('article').getByRole('heading', { level: 2 }));

describe('the page of clean-up', () => {
  test('shows six evidences of a flag that is ready, oldest first, and none as ready that is old and still split', async () => {
    const { page } = watched;
    await page.goto(at('/cleanup'));
    expect(await listed()).toEqual(['legacy-banner', 'one-click-pay', 'search-ml']);
    const ready = card('one-click-pay');
    await ready.getByText('Ready 6/6').waitFor();
    expect(await ready.getByRole('list', { name: 'What was looked at' }).getByRole('listitem').count()).toBe(6);
    await ready.getByText('3 code references, which glidepath prune can remove.').waitFor();
    await ready.getByText('Keeps on = true in the code.').waitFor();
    await ready.getByRole('button', { name: 'Copy removal command of one-click-pay' }).waitFor();

    const split = card('search-ml');
    await split.getByText(/^44 d/).waitFor();
    await split.getByText('Not ready 4/6').waitFor();
    await split.getByText('production serves on and off.').waitFor();
    await split.getByRole('link', { name: 'Open targeting' }).waitFor();
    await page.getByRole('link', { name: 'Clean-up 2 ready to remove' }).waitFor();
  });

  test('is filtered by the bars of ages, in the address; Back undoes it', async () => {
    const { page } = watched;
    await page.goto(at('/cleanup?age=old&sort=key'));
    await page.getByText('Not understood in the address: age').waitFor();
    const bar = page.getByRole('button', { name: '90 to 180 days: 1 flag', exact: true });
    await bar.click();
    await page.waitForURL('**/cleanup?*age=90-180*');
    await card('legacy-banner').waitFor({ state: 'detached' });
    expect(await listed()).toEqual(['one-click-pay']);
    await expect.poll(() => bar.getAttribute('aria-pressed')).toBe('true');
    await page.goBack();
    await card('legacy-banner').waitFor();
  });

  test('reminds an owner of all their flags in one message, shown before it is sent, and not twice in a week', async () => {
    const { page } = watched;
    await page.goto(at('/cleanup'));
    await card('one-click-pay').getByRole('button', { name: 'Nudge Mihai… one-click-pay' }).click();
    const dialog = page.getByRole('dialog', { name: 'Nudge Mihai' });
    await dialog.getByText('Goes to #owners.').waitFor();
    await dialog.getByText(/legacy-banner/).waitFor();
    expect(world.reminders()).toEqual([]);
    await dialog.getByRole('button', { name: 'Send' }).click();
    await dialog.waitFor({ state: 'detached' });
    await card('one-click-pay')
      .getByText(/^Mihai was nudged/)
      .waitFor();
    const again = card('legacy-banner').getByRole('button', { name: 'Nudge Mihai… legacy-banner' });
    await expect.poll(() => again.isDisabled()).toBe(true);

    const { send } = await world.service.signIn(OWNER);
    const second = await send('POST', `${FLAGS}/legacy-banner/nudge`, { body: {} });
    expect(second.status).toBe(409);
    await expect.poll(() => world.reminders().length).toBe(1);
    expect(world.reminders()[0]).toContain('one-click-pay');
  });

  test('keeps a flag for a while, with the reason', async () => {
    const { page } = watched;
    await card('search-ml').getByRole('button', { name: 'Keep until… search-ml' }).click();
    const dialog = page.getByRole('dialog', { name: 'Keep search-ml' });
    await dialog.getByRole('button', { name: 'Keep', exact: true }).click();
    await dialog.getByText('Say why it is kept.').waitFor();
    await dialog.getByLabel('Reason').fill('The experiment of spring.');
    await dialog.getByRole('button', { name: 'Keep', exact: true }).click();
    await card('search-ml')
      .getByText(/^Kept: nobody is reminded before \d+ \w+ \d{4}$/)
      .waitFor();
  });

  test('archives several at once after asking about each, and leaves out those whose key must be typed', async () => {
    const { page } = watched;
    await page.getByRole('checkbox', { name: 'Select one-click-pay' }).check();
    await page.getByRole('checkbox', { name: 'Select legacy-banner' }).check();
    await page.getByRole('region', { name: 'What is selected' }).getByRole('button', { name: 'Archive…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Archive 2 flags' });
    await dialog.getByText('1 will be archived').waitFor();
    await dialog.getByText('1 left out, because its key must be typed: one-click-pay').waitFor();
    await dialog.getByLabel('Comment').fill('Winter is over.');
    await dialog.getByRole('button', { name: 'Archive 1 flag' }).click();
    await dialog.getByText('1 archived').waitFor();
    await dialog.getByRole('button', { name: 'Close', exact: true }).last().click();
    await card('legacy-banner').waitFor({ state: 'detached' });
  });
});

/** An application evaluates a flag in production, as an SDK reports it. */
async function asks(flag: string, app: object): Promise<void> {
  const { service } = world;
  const { send } = await service.signIn(ADMIN);
  const keys = configPath('production', '').replace('flags/', 'sdk-keys');
  const { body } = await send<{ secret: string }>('POST', keys, { body: { name: 'late', kind: 'server' } });
  // Of a later version than any: the server looks at the newest first.
  const evals = [{ flag, fv: 1_000_000, var: 'on', reason: 'FALLTHROUGH', n: 12 }];
  const report = { schema: 1, instance: 'late', seq: 1, sdk: 'node/1.0.0', app, from: 0, to: 1, evals };
  expectDone(await service.as(body.secret)('POST', '/sdk/v1/events', { body: report }));
}

describe('whoever has only a keyboard', () => {
  test.for([
    ['/flags/new-checkout/lifecycle', 'Archive… new-checkout', 'Review · EVERY ENVIRONMENT'],
    ['/flags/new-checkout/lifecycle', 'Make permanent… new-checkout', 'Review · EVERY ENVIRONMENT'],
    ['/flags/new-checkout/lifecycle', 'Keep until… new-checkout', 'Keep new-checkout'],
    ['/cleanup/digest', 'Send it now…', 'Send the digest now'],
  ] as const)('opens on %s with “%s”, leaves by Escape, and is back where it began', async ([path, opener, title]) => {
    const { page } = watched;
    if (!page.url().endsWith(path)) await page.goto(at(path));
    await opensByKeyboard(page, page.getByRole('button', { name: opener, exact: true }), title);
  });
});

describe('a flag that is still evaluated', () => {
  test('is archived by its typed key, goes on serving, and can be unarchived', async () => {
    const { page } = watched;
    await page.goto(at('/flags/one-click-pay/lifecycle'));
    await page
      .getByRole('listitem')
      .filter({ hasText: 'Settled' })
      .and(page.locator('[aria-current="step"]'))
      .waitFor();
    await page.getByRole('button', { name: 'Archive… one-click-pay' }).click();
    const sheet = page.getByRole('dialog', { name: 'Review · EVERY ENVIRONMENT' });
    await sheet.getByText(/still at work: it was evaluated in production/).waitFor();
    await sheet.getByText(/^SDKs go on serving it as configured until/).waitFor();
    const archive = sheet.getByRole('button', { name: 'Archive', exact: true });
    await sheet.getByLabel('Comment').fill('Everybody pays with one click.');
    await archive.click();
    await sheet.getByText('This is not one-click-pay.').waitFor();
    await sheet.getByLabel('Type one-click-pay to confirm').fill('one-click-pay');
    await archive.click();

    await page.getByText('Archived: it goes on serving for 30 days').waitFor();
    await page.getByText(/^Still asked for: [\d,]+ evaluations in the last 7 days, last/).waitFor();
    expect(await servedValue(world.service, 'one-click-pay')).toBe(true);
    await asks('one-click-pay', { name: 'shop', version: '4.2.0' });
    await page.goto(at('/flags?archived=true'));
    await page.getByRole('link', { name: 'one-click-pay' }).click();
    const askers = page.getByRole('list', { name: 'Who has asked for it since' });
    await askers.getByText('shop 4.2.0').waitFor();
    await askers.getByText(/^12 evaluations by node\/1\.0\.0, last/).waitFor();
    await page.getByRole('button', { name: 'Unarchive… one-click-pay' }).click();
    await sheet.getByLabel('Comment').fill('Not yet.');
    await sheet.getByRole('button', { name: 'Unarchive', exact: true }).click();
    await page.getByText(/^Archived: it goes on/).waitFor({ state: 'detached' });
  });
});

test('the code tab names where the flag is in the code, and how code asks for it', async () => {
  const { page } = watched;
  await page.goto(at('/flags/one-click-pay/code'));
  const place = page.getByRole('link', { name: 'src/checkout/pay.ts:41' });
  expect(await place.getAttribute('href')).toMatch(
    /^https:\/\/github\.com\/acme\/shop\/blob\/4f3a9c1e\w+\/src\/checkout\/pay\.ts#L41$/,
  );
  await page.getByText('scanned 3 hours ago').waitFor();
  await page.getByText("flags.variation('one-click-pay', { key: user.id }, false)").waitFor();
});

test('the settings say in words when the digest comes, and the page shows what it says', async () => {
  const { page } = watched;
  await page.goto(at('/cleanup/digest'));
  await page.getByText('Goes to #team.').waitFor();
  await page.getByText(/stale flags? in default$/).waitFor();
  await page.getByRole('button', { name: 'Send it now…' }).click();
  const sending = page.getByRole('dialog', { name: 'Send the digest now' });
  await sending.getByRole('button', { name: 'Send', exact: true }).click();
  await sending.waitFor({ state: 'detached' });
  await expect.poll(() => world.digests().length).toBeGreaterThan(0);
  await page.getByLabel('When').fill('30 7 * * 5');
  await expect
    .poll(() => page.getByRole('status').getByRole('listitem').allTextContents())
    .toEqual(Array.from({ length: 3 }, () => expect.stringMatching(/^Friday .+ at 07:30 EES?T$/)));
  await page.getByLabel('Settled after').fill('0');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Write a whole number from 1 to 3650.').waitFor();
  await page.getByLabel('Settled after').fill('10');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect
    .poll(async () =>
      (await world.service.signIn(OWNER)).send('GET', `${FLAGS.replace('flags', 'lifecycle')}/settings`),
    )
    .toMatchObject({ body: { settledDays: 10, digest: { cron: '30 7 * * 5', zone: 'Europe/Bucharest' } } });
});

test('a kill ends by a rollout where that is chosen', async () => {
  const { page } = watched;
  const { send } = await world.service.signIn(OWNER);
  expectDone(await send('POST', `${configPath('production', 'search-ml')}/kill`, { body: { reason: 'slow' } }));
  await page.goto(at('/switches/search-ml?env=production'));
  await card('search-ml').getByRole('button', { name: 'Restore…' }).click();
  const sheet = page.getByRole('dialog', { name: 'Review · PRODUCTION' });
  await sheet.getByRole('radio', { name: 'By a rollout, from 1 %' }).check();
  await sheet.getByText(/then release on step by step, from 1 %/).waitFor();
  await sheet.getByLabel('Comment').fill('The index is fast again.');
  await sheet.getByLabel('Type search-ml to confirm').fill('search-ml');
  await sheet.getByRole('button', { name: 'Restore by a rollout in PRODUCTION' }).click();
  await sheet.waitFor({ state: 'detached' });
  await expect
    .poll(async () => (await send('GET', configPath('production', 'search-ml'))).body)
    .toMatchObject({ killed: null, rollout: { variation: 'on' } });
});

const LOOKS: readonly BrowserContextOptions[] = [
  { colorScheme: 'light', viewport: { width: 1440, height: 900 } },
  { colorScheme: 'dark', viewport: { width: 360, height: 740 } },
];
const PAGES = [
  ['/cleanup', 'Next:'],
  ['/cleanup/digest', 'The next three'],
  ['/flags/one-click-pay/lifecycle', 'What is known'],
  ['/flags/one-click-pay/code', 'How code asks for it'],
] as const;

test.for(LOOKS)('everything is readable for everybody: $colorScheme, $viewport.width pixels wide', async (look) => {
  const own = await openPage(browser, world.service.url, look);
  await signIn(own, at('/cleanup'));
  for (const [path, ready] of PAGES) {
    await own.page.goto(at(path));
    await own.page.getByText(ready).first().waitFor();
    await settled(own);
    expect({ path, violations: await own.violations(), overflow: await own.overflow() }).toEqual({
      path,
      violations: [],
      overflow: 0,
    });
  }
  expect(own.faults).toEqual([]);
  await own.close();
});
