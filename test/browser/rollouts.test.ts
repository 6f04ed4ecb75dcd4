import { createClient, type FlagsClient } from '@glidepath/sdk-node';
import { createManualClock } from '@glidepath/server';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { type Service, startService } from '../support/start-service.ts';
import { openPage, settled, signIn, UI_FOLDER, type WatchedPage } from './admin-page.ts';
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
  const { id } = body.document;
  await inTime(async () => (await stored(id)).percent).toBeGreaterThan(0);
  return id;
}

interface StoredRollout {
  readonly state: string;
  readonly percent: number;
  readonly gates: readonly { readonly verdict: { readonly kind: string } | null }[];
}

const stored = async (id: string) => (await service.admin.send<StoredRollout>('GET', `${ROLLOUTS}/${id}`)).body;

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

  test('is proposed as the plan says that the flag has of its own, which stands beside its rollouts', async () => {
    const stages = [
      { kind: 'percent', percent: 3, bakeMinutes: 15 },
      { kind: 'percent', percent: 100, bakeMinutes: 60 },
    ];
    const plan = { stages, gates: [{ kind: 'error-rate' }] };
    const production = { on: true, offVariation: 'off', fallthrough: { variation: 'off' }, plan };
    const flags = [{ key: flag, type: 'boolean', environments: { production } }];
    const path = '/api/v1/projects/default/definitions';
    expectDone(await service.admin.send('POST', path, { body: { apiVersion: 'glidepath/v1', flags } }));
    await signIn(watched, `${service.url}/flags/${flag}`);
    await page.getByText('Released by its own plan: on against off').waitFor();
    await page.getByText('Stages: 3 % for 15 min → 100 % for 1 h').waitFor();
    await page.getByRole('link', { name: 'Start a rollout in PRODUCTION' }).click();
    const percents = page.getByLabel('Percent');
    await expect.poll(() => percents.first().inputValue()).toBe('3');
    await expect.poll(() => page.getByLabel('Template').inputValue()).toBe('own plan');
    await expect.poll(() => percents.count()).toBe(2);
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

describe('a rollout whose gate fails', () => {
  test('is shown as taken back within two seconds, with metric, value, limit, what was affected, and who applied it', async () => {
    const stages = UNGATED.stages.map((stage) => ({ ...stage, bakeMinutes: 30 }));
    const id = await begun({ stages, gates: [{ id: 'errors', kind: 'error-rate' }] });
    await signIn(watched, `${service.url}/rollouts/${id}`);
    await page.getByText('Gates of stage 1: 0 of 1 pass').waitFor();
    await report(id, { t: 4, c: 0 });
    // Until the gate is asked; its verdict takes the rollout back.
    await inTime(async () => (await stored(id)).state).toBe('rolled-back');
    const since = performance.now();
    const sentence = page.getByText(/^Rolled back at \d\d:\d\d:\d\d UTC: errors 40 %/);
    await sentence.waitFor();
    const tookMs = Math.round(performance.now() - since);
    await page
      .getByText(/applied 1\/1 in \d+ ms/)
      .first()
      .waitFor();
    const told = await sentence.textContent();
    console.log(`the rollout page shows the roll-back ${tookMs} ms after the server has it: ${told}`);
    expect(told).toMatch(
      /range .+ … .+, limit 1 %\. 1,600 people affected in 3,200 guarded executions, everybody is back on off\./,
    );
    // Two seconds are wanted; a machine that is busy with something else gets three times as long.
    expect(tookMs).toBeLessThan(6_000);
    await page.getByRole('alert').getByText(`${flag}: Rolled back.`).waitFor();
  });
});

describe.each([
  { colorScheme: 'light', viewport: { width: 1440, height: 900 } },
  { colorScheme: 'dark', viewport: { width: 360, height: 740 } },
] as const)('in $colorScheme at $viewport.width px', (look) => {
  test('every page of rollouts is accessible and fits its window', async () => {
    const [first, last] = UNGATED.stages;
    const asked = { ...first, bakeMinutes: 30, approval: 'manual', checklist: ['support informed'] };
    const gates = [{ id: 'errors', kind: 'error-rate' }];
    const id = await begun({ stages: [asked, last], gates, runbook: '# Roll back\n\n1. Hold the button' });
    await report(id, { t: 0, c: 0 });
    await inTime(async () => (await stored(id)).gates[0]?.verdict?.kind).toBe('pass');
    await using window = await openLook(look);
    const see = async (what: string) => {
      await settled(window);
      expect(await window.violations(), what).toEqual([]);
      expect(await window.overflow(), what).toBe(0);
    };
    const visit = async (address: string, ready: string) => {
      await window.page.goto(service.url + address);
      await window.page.getByText(ready).first().waitFor();
    };
    await visit('/rollouts', flag);
    await see('the list');
    await visit(`/rollouts/${id}`, 'Course of errors');
    await window.page.getByText('Course of errors').scrollIntoViewIfNeeded();
    await window.page.getByText('As a table').click();
    await see('one that runs');
    await window.page.getByRole('button', { name: 'Advance to 100 % now…' }).click();
    await window.page.getByText('This skips:').waitFor();
    await see('the dialog of an advance');
    await visit(`/flags/${flag}/rollout/new?env=production`, 'When it begins');
    await see('a plan that is written');
    await visit('/settings/plans', 'Employees first');
    await see('the plans');
    expectDone(await service.admin.send('POST', `${ROLLOUTS}/${id}/roll-back`, { body: {} }));
    await visit(`/rollouts/${id}`, 'Start again…');
    await see('one that was taken back');
    expect(window.faults).toEqual([]);
  });
});

async function openLook(look: BrowserContextOptions): Promise<WatchedPage & AsyncDisposable> {
  const opened = await openPage(browser, service.url, look);
  await signIn(opened, `${service.url}/rollouts`);
  return { ...opened, [Symbol.asyncDispose]: opened.close };
}

/** Ten executions of everybody in both arms, as an SDK reports them; of ten, so many fail. */
async function report(id: string, errorsOf: { readonly t: number; readonly c: number }): Promise<void> {
  const { body } = await service.admin.send<{ items: readonly { version: number | null }[] }>(
    'GET',
    `${ROLLOUTS}/${id}/records`,
  );
  const fv = body.items.findLast(({ version }) => version !== null)?.version;
  const each = (value: number) => Array.from({ length: 32 }, () => value);
  const arm = (name: 't' | 'c') => ({
    flag,
    fv,
    var: name === 't' ? 'on' : 'off',
    arm: name,
    stage: 0,
    op: 'pay',
    n: 3_200,
    err: 320 * errorsOf[name],
    shards: { n: each(100), err: each(10 * errorsOf[name]), people: each(50) },
  });
  const sent = { schema: 1, instance: flag, seq: 1, sdk: 'node/1.0.0', from: 0, to: 1, health: [arm('t'), arm('c')] };
  const { status } = await service.as(sdkKey)('POST', '/sdk/v1/events', { body: sent });
  expect(status).toBe(202);
}
