import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { openSlackInbox, type SlackInbox } from '../support/slack-inbox.ts';
import { type Service, startService } from '../support/start-service.ts';
import { openPage, settled, signIn, UI_FOLDER, type WatchedPage } from './admin-page.ts';
import { opensByKeyboard } from './keyboard.ts';
import { changeFlag, expectDone, makeFlag } from './world.ts';

const P = '/api/v1/projects/default';

let browser: Browser;
let service: Service;
let inbox: SlackInbox;
let watched: WatchedPage;

beforeAll(async () => {
  inbox = await openSlackInbox();
  [browser, service] = await Promise.all([
    launchBrowser(),
    startService({ uiFolder: UI_FOLDER, settings: { SLACK_ORIGIN: inbox.origin } }),
  ]);
  await makeFlag(service, { key: 'payments-retry' });
  await changeFlag(service, 'production', 'payments-retry', [
    { kind: 'turn-on' },
    { kind: 'set-fallthrough', serve: { variation: 'off' } },
  ]);
});
afterAll(async () => {
  await browser.close();
  await service[Symbol.asyncDispose]();
  await inbox[Symbol.asyncDispose]();
});
beforeEach(async () => {
  watched = await openPage(browser, service.url);
});
afterEach(async () => {
  expect(watched.faults).toEqual([]);
  await watched.close();
});

const post = async (path: string, body: object) => expectDone(await service.admin.send('POST', P + path, { body }));

const DIALOGS = [
  ['/incidents', 'Open an incident…', 'Open an incident'],
  ['/deploys/webhooks', 'New webhook', 'New webhook'],
  ['/deploys/policies', 'New policy', 'New policy'],
  ['/settings/channels', 'New channel', 'New channel'],
] as const;

describe('whoever operates', () => {
  test('needs no more than a keyboard: every dialog gives the focus back to what opened it', async () => {
    const { page } = watched;
    await signIn(watched, `${service.url}/incidents`);
    for (const [path, opener, title] of DIALOGS) {
      await page.goto(service.url + path);
      await opensByKeyboard(page, page.getByRole('button', { name: opener }), title);
    }
  });

  test('begins with the situation: what was changed last, what moves, and what is killed', async () => {
    const { page } = watched;
    await signIn(watched, `${service.url}/`);
    await page.getByRole('heading', { name: 'Now', level: 1 }).waitFor();
    await page.getByText(/^All quiet since/).waitFor();
    await page
      .getByRole('region', { name: /^Last \d+ changes/ })
      .getByText(/turned on in production/)
      .waitFor();

    const stages = [25, 100].map((percent) => ({ kind: 'percent', percent, bakeMinutes: 30 }));
    await post('/environments/production/flags/payments-retry/rollouts', { plan: { stages, gates: [] }, begin: true });
    const moving = page.getByRole('region', { name: 'Moving' });
    await moving.getByRole('link', { name: 'payments-retry' }).waitFor();
    await moving.getByText('25 % → 100 %').waitFor();
    expect(await watched.violations()).toEqual([]);

    await post('/environments/production/flags/payments-retry/kill', { reason: 'payments hang' });
    await page
      .getByRole('region', { name: /^Needs you/ })
      .getByText('is killed: payments hang')
      .waitFor();
  });

  test('opens an incident that stands on every page until it is resolved', async () => {
    const { page } = watched;
    await signIn(watched, `${service.url}/incidents`);
    await page.getByRole('button', { name: 'Open an incident…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Open an incident' });
    await dialog.getByLabel('What hurts').fill('Checkout errors');
    await dialog.getByLabel('Severity').selectOption('SEV1');
    await dialog.getByLabel('Environment').selectOption('production');
    await dialog.getByText('All running rollouts in PRODUCTION hold while it is open.').waitFor();
    await dialog.getByRole('button', { name: 'Open an incident' }).click();
    await page.getByRole('heading', { name: 'INC-1 Checkout errors' }).waitFor();

    await page.getByRole('button', { name: 'Take the lead' }).click();
    await page.getByRole('button', { name: 'Take the lead' }).waitFor({ state: 'detached' });
    await page.getByLabel('Note', { exact: true }).fill('Errors at **4.1 %**.');
    await page.getByRole('button', { name: 'Add note' }).click();
    await page.getByRole('region', { name: 'Notes' }).getByText('4.1 %').waitFor();
    expect(await watched.violations()).toEqual([]);

    // There from the first picture on: the session tells of it.
    await page.goto(`${service.url}/flags`);
    const banner = page.getByRole('region', { name: 'Open incident' });
    await banner.getByText('Checkout errors').waitFor();
    await banner.getByRole('link', { name: 'Open INC-1' }).click();
    await page.getByRole('button', { name: 'Resolve…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Resolve INC-1' }).click();
    await page.getByRole('button', { name: 'Reopen…' }).waitFor();
    await banner.waitFor({ state: 'detached' });
  });

  test('connects a room at Slack, sees the message before, and sends a test there', async () => {
    const { page } = watched;
    await signIn(watched, `${service.url}/settings/channels`);
    await page.getByRole('button', { name: 'New channel' }).click();
    const dialog = page.getByRole('dialog', { name: 'New channel' });
    await dialog.getByLabel('Name').fill('#ops');
    await dialog.getByLabel('Address').fill(`${inbox.origin}/services/T000/B000/never-shown-again`);
    const preview = dialog.getByRole('region', { name: 'Preview' });
    await preview.getByText(/was killed in production/).waitFor();
    await dialog.getByLabel('A rollout moves').check();
    await preview.getByText(/rollout is at 25 %/).waitFor();
    await settled(watched);
    expect(await watched.violations()).toEqual([]);
    await dialog.getByRole('button', { name: 'New channel' }).click();

    await page.getByRole('button', { name: 'Send a test message to #ops' }).click();
    await page.getByText('Delivered: answered 200.').waitFor();
    expect(inbox.messages.map(({ path }) => path)).toEqual(['/services/T000/B000/never-shown-again']);
    await page.getByRole('link', { name: '#ops' }).click();
    await page.getByRole('heading', { name: 'Channel #ops' }).waitFor();
    await expect.poll(() => page.content()).not.toContain('never-shown-again');
  });

  test('makes a webhook for a pipeline and sees the deploy that it reports', async () => {
    const { page } = watched;
    await signIn(watched, `${service.url}/deploys/webhooks`);
    await page.getByRole('button', { name: 'New webhook' }).click();
    const dialog = page.getByRole('dialog', { name: 'New webhook' });
    await dialog.getByLabel('Name').fill('acme/shop');
    await dialog.getByRole('button', { name: 'New webhook' }).click();
    const shown = page.getByRole('dialog', { name: 'Secret of acme/shop' });
    await shown.getByText(`${service.url}/hooks/v1/`).waitFor();
    await shown.getByText(/^gp_hook_/).waitFor();
    await shown.getByLabel('I stored it').check();
    await shown.getByRole('button', { name: 'Close' }).click();

    await page.getByRole('link', { name: 'Log', exact: true }).click();
    await page.getByText('No deploy has been reported').waitFor();
    await post('/deploys', { service: 'shop', version: '4.2.0', environment: 'production', status: 'succeeded' });
    const row = page.getByRole('row', { name: /shop 4\.2\.0/ });
    await row.getByText('succeeded').waitFor();
  });
});
