import { createClient, type FlagsClient } from '@glidepath/sdk-node';
import { createManualClock } from '@glidepath/server';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { type Service, startService } from '../support/start-service.ts';
import { openPage, signIn, UI_FOLDER, type WatchedPage } from './admin-page.ts';
import { changeFlag, configPath, expectDone, makeFlag, storedConfig } from './world.ts';

const ROLLOUTS = '/api/v1/projects/default/rollouts';
const clock = createManualClock(Date.UTC(2026, 4, 4, 12));

let browser: Browser;
let service: Service;
let sdk: FlagsClient;
let sdkKey: string;
let watched: WatchedPage;
let page: Page;
let flag = '';
let made = 0;

beforeAll(async () => {
  [browser, service] = await Promise.all([launchBrowser(), startService({ uiFolder: UI_FOLDER, clock })]);
  sdkKey = await service.sdkKey('production');
  sdk = createClient({ url: service.url, sdkKey, application: { name: 'shop' }, logger: false });
  await sdk.waitForInitialization({ timeoutSeconds: 10 });
});
afterAll(async () => {
  await sdk.close();
  await browser.close();
  await service[Symbol.asyncDispose]();
});

/** Each test has a window, and a flag that serves `off` to everybody in production. */
beforeEach(async () => {
  made += 1;
  flag = `checkout-${made}`;
  await makeFlag(service, { key: flag });
  await changeFlag(service, 'production', flag, [
    { kind: 'turn-on' },
    { kind: 'set-fallthrough', serve: { variation: 'off' } },
  ]);
  watched = await openPage(browser, service.url);
  ({ page } = watched);
});
afterEach(async () => {
  expect(watched.faults).toEqual([]);
  await watched.close();
});

/** Time passes on the server, and whoever waits for it has had a turn. */
async function pass(ms: number): Promise<void> {
  clock.moveTo(clock.now() + ms);
  await new Promise(setImmediate);
}

/** Nothing but time and people decide. */
const UNGATED = {
  stages: [
    { kind: 'percent', percent: 10, bakeMinutes: 1 },
    { kind: 'percent', percent: 100, bakeMinutes: 1 },
  ],
  gates: [],
};

async function begun(plan: object = UNGATED): Promise<string> {
  const { body, status } = await service.admin.send<{ document: { id: string } }>(
    'POST',
    `${configPath('production', flag)}/rollouts`,
    { body: { plan, begin: true } },
  );
  expectDone({ body, status });
  await until(body.document.id, 'running');
  return body.document.id;
}

const stored = async (id: string) =>
  (await service.admin.send<{ state: string; percent: number; updatedAt: string }>('GET', `${ROLLOUTS}/${id}`)).body;

/** What is so once some time has passed. */
const inTime = <T>(look: () => Promise<T>) =>
  expect.poll(async () => {
    await pass(5_000);
    return look();
  });

async function until(id: string, state: string): Promise<void> {
  await inTime(async () => (await stored(id)).state).toBe(state);
}

const share = async () => (await storedConfig(service, 'production', flag)).fallthrough.split?.weights['on'] ?? 0;
const button = (name: string | RegExp): Locator => page.getByRole('button', { name });

describe('a rollout that is started in the browser', () => {
  test('is planned from a template, checked by the server, and started with a reason', async () => {
    await signIn(watched, `${service.url}/flags/${flag}`);
    await page.getByRole('link', { name: 'Start a rollout in PRODUCTION' }).click();
    await page.getByLabel('Template').selectOption({ label: 'Quick' });
    await page.getByLabel('Percent').first().fill('2');
    await button('Review → PRODUCTION').click();
    const sheet = page.getByRole('dialog', { name: /^Review/ });
    await sheet.getByText('Stage 1: 2 % for 10 min').waitFor();
    await sheet.getByText('Everyone: on to 2 % and off to 98 %.').waitFor();
    await button('Start in PRODUCTION').click();
    await sheet.getByText('Say why').waitFor();
    await sheet.getByLabel('Comment').fill('the new checkout');
    await sheet.getByLabel(`Type ${flag} to confirm`).fill(flag);
    await button('Start in PRODUCTION').click();
    await page.getByRole('region', { name: 'What you can do' }).waitFor();
    await inTime(share).toBe(2_000);
    await page.getByText('Stage 1 of 4').waitFor();
    await button('Hold at 2 %').waitFor();
  });

  test('is not, where the server refuses the plan: the reason stands beside its place', async () => {
    await signIn(watched, `${service.url}/flags/${flag}/rollout/new?env=production`);
    const second = page.getByRole('group', { name: 'Stage 2' });
    await second.getByLabel('Percent').fill('0.0001');
    await button('Review → PRODUCTION').click();
    await second.getByRole('alert').getByText('in steps of 0.001').waitFor();
    await second.getByLabel('Percent').fill('five');
    await page.getByText('1 field cannot be read').waitFor();
    await expect.poll(() => button('Review → PRODUCTION').isDisabled()).toBe(true);
    // What is written survives a reload.
    await page.reload();
    await expect
      .poll(() => page.getByRole('group', { name: 'Stage 2' }).getByLabel('Percent').inputValue())
      .toBe('five');
  });
});

describe('a rollout that runs', () => {
  test('counts down by the clock of the server, and stops visibly when it is held', async () => {
    const id = await begun({ ...UNGATED, stages: UNGATED.stages.map((stage) => ({ ...stage, bakeMinutes: 600 })) });
    await page.clock.install({ time: Date.UTC(2030, 0, 1) });
    await page.clock.resume();
    await signIn(watched, `${service.url}/rollouts/${id}`);
    await page
      .getByRole('timer', { name: 'Time to the next stage' })
      .getByText(/^in 9:5\d:\d\d \(2[12]:\d\d:\d\d UTC\)$/)
      .waitFor();
    await button('Hold at 10 %').click();
    await page.getByText('Paused: it holds at 10 %. Users keep what they have; the clock stands.').waitFor();
    await page.getByText(/9:5\d:\d\d to go, the clock stands/).waitFor();
    await button('Go on from 10 %').click();
    await button('Hold at 10 %').waitFor();
    await until(id, 'running');
  });

  test('goes further by hand only for who reads what is skipped and types the key of the flag', async () => {
    const id = await begun();
    await signIn(watched, `${service.url}/rollouts/${id}`);
    await button('Advance to 100 % now…').click();
    const dialog = page.getByRole('dialog', { name: 'Advance to 100 % in PRODUCTION' });
    await dialog.getByText(/^the bake time: \d\d:\d\d of 01:00$/).waitFor();
    await dialog.getByLabel('Comment').fill('everybody is waiting');
    const go = dialog.getByRole('button', { name: 'Advance to 100 % in PRODUCTION' });
    await go.click();
    await dialog.getByText(`This is not ${flag}.`).waitFor();
    expect(await share()).toBe(10_000);
    await dialog.getByLabel(`Type ${flag} to confirm`).fill(flag);
    await go.click();
    await button('Complete now…').waitFor();
    expect(await share()).toBe(100_000);
  });

  test('is taken back by one gesture, and shows that every SDK has what was before', async () => {
    const id = await begun();
    await signIn(watched, `${service.url}/rollouts/${id}`);
    await button(/^HOLD TO ROLL BACK/).focus();
    await page.keyboard.press('Enter');
    await button(`Confirm: Roll back ${flag} in PRODUCTION to what was before`).waitFor();
    await page.keyboard.press('Enter');
    await page.getByText(/^Rolled back at \d\d:\d\d:\d\d UTC: Ada/).waitFor();
    await page
      .getByText(/applied 1\/1/)
      .first()
      .waitFor();
    expect(await storedConfig(service, 'production', flag)).toMatchObject({ fallthrough: { variation: 'off' } });
    const log = page.getByRole('region', { name: 'Log' });
    await log.getByText('Rolling out → Rolled back').waitFor();
    await button('Start again…').click();
    const dialog = page.getByRole('dialog', { name: 'Start again in PRODUCTION' });
    await dialog.getByText('The same people come first').waitFor();
    await dialog.getByLabel('Comment').fill('it was the network');
    await dialog.getByLabel(`Type ${flag} to confirm`).fill(flag);
    await dialog.getByRole('button', { name: 'Start again in PRODUCTION' }).click();
    await button('Start again…').waitFor({ state: 'detached' });
    await inTime(share).toBe(10_000);
  });

  test('goes on once its lines are ticked and somebody has approved', async () => {
    const [first, last] = UNGATED.stages;
    const asked = { ...first, approval: 'manual', checklist: ['support informed'] };
    const id = await begun({ ...UNGATED, stages: [asked, last] });
    await signIn(watched, `${service.url}/rollouts/${id}`);
    await until(id, 'holding');
    const list = page.getByRole('region', { name: 'Go or no-go: before 100 %' });
    const approve = list.getByRole('button', { name: 'Approve: 100 % in PRODUCTION' });
    await expect.poll(() => approve.isDisabled()).toBe(true);
    await list.getByRole('checkbox', { name: 'support informed' }).click();
    await until(id, 'awaiting-approval');
    await approve.click();
    await until(id, 'completed');
    await page.getByText('Completed').first().waitFor();
  });
});
