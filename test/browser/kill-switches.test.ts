import { createClient, type FlagsClient } from '@glidepath/sdk-node';
import type { Locator, Page } from 'playwright-core';
import { afterAll, describe, expect, test } from 'vitest';
import { openSdkSocket } from '../support/sdk-socket.ts';
import { signIn } from './admin-page.ts';
import { openOwnWindows, service, watched } from './own-window.ts';
import { changeFlag, configPath, makeFlag, storedConfig } from './world.ts';

let sdk: FlagsClient;

openOwnWindows(async () => {
  const sdkKey = await service.sdkKey('production');
  sdk = createClient({ url: service.url, sdkKey, application: { name: 'checkout' }, logger: false });
  await sdk.waitForInitialization({ timeoutSeconds: 10 });
});
afterAll(() => sdk.close());

/** A running kill switch of its own for each test, on the board. */
async function showSwitch(
  key: string,
): Promise<{ readonly page: Page; readonly card: Locator; readonly kill: Locator }> {
  await makeFlag(service, { key, purpose: 'kill-switch' });
  await changeFlag(service, 'production', key, [{ kind: 'turn-on' }]);
  await signIn(watched, `${service.url}/switches?env=production`);
  const { page } = watched;
  const card = page.getByRole('article', { name: key });
  return {
    page,
    card,
    kill: card.getByRole('button', { name: new RegExp(`^HOLD TO KILL Kill ${key} in PRODUCTION`) }),
  };
}

const isKilled = async (key: string) => (await storedConfig(service, 'production', key)).killed !== null;

/** Presses in the middle of a button, and says where that is. */
async function press(page: Page, button: Locator): Promise<{ readonly x: number; readonly y: number }> {
  const box = await button.boundingBox();
  if (!box) throw new Error('the button is not shown');
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  await page.mouse.move(middle.x, middle.y);
  await page.mouse.down();
  return middle;
}

describe('a kill switch in production, by mouse', () => {
  test('does nothing when it is released early', async () => {
    const { page, card, kill } = await showSwitch('early');
    await press(page, kill);
    await page.waitForTimeout(300);
    await page.mouse.up();
    await card.getByText('hold until the ring is full').waitFor();
    expect(await isKilled('early')).toBe(false);
  });

  test('does nothing when the pointer slides off before the release', async () => {
    const { page, card, kill } = await showSwitch('slid');
    const { x, y } = await press(page, kill);
    await card.getByText('Release: Kill slid in PRODUCTION').waitFor();
    await page.mouse.move(x, y + 200);
    await page.mouse.up();
    await card.getByText('you left the button').waitFor();
    expect(await isKilled('slid')).toBe(false);
  });

  test('kills when it is held and released inside, and shows that every SDK has applied it', async () => {
    const { page, card, kill } = await showSwitch('held');
    await expect.poll(() => sdk.variation('held', { key: 'u1' }, false)).toBe(true);
    await page.getByLabel('Reason for kills').fill('INC-31');
    await press(page, kill);
    await card.getByText('Release: Kill held in PRODUCTION').waitFor();
    expect(await isKilled('held')).toBe(false);
    await page.mouse.up();
    const line = card.getByText(/committed \d\d:\d\d:\d\d\.\d{3} · applied 1\/1 in \d+ ms · still old: –/);
    await line.waitFor();
    console.log(`the kill switch says: ${await line.textContent()}`);
    expect(sdk.variation('held', { key: 'u1' }, true)).toBe(false);
    await expect.poll(async () => (await storedConfig(service, 'production', 'held')).killed?.reason).toBe('INC-31');
    await card.getByText(/KILLED .* by Ada/).waitFor();
    const announced = page.getByRole('alert').filter({ hasText: 'held is killed in PRODUCTION.' });
    await expect.poll(() => announced.textContent()).toContain('Applied by 1 of 1 connected SDKs.');
  });
});

describe('a kill switch in production, by keyboard', () => {
  test('kills by Enter and Enter: the confirmation takes the focus, nothing must be held', async () => {
    const { page, card, kill } = await showSwitch('typed');
    await kill.focus();
    await page.keyboard.press('Enter');
    const confirm = card.getByRole('button', { name: 'Confirm: Kill typed in PRODUCTION' });
    await confirm.waitFor();
    await expect.poll(() => confirm.evaluate((button) => button === document.activeElement)).toBe(true);
    expect(await isKilled('typed')).toBe(false);
    await page.keyboard.press('Enter');
    await card.getByText(/applied 1\/1/).waitFor();
    expect(await isKilled('typed')).toBe(true);
  });

  test('is cancelled by Escape', async () => {
    const { page, card, kill } = await showSwitch('escaped');
    await kill.focus();
    await page.keyboard.press('Enter');
    await card.getByRole('button', { name: 'Confirm: Kill escaped in PRODUCTION' }).waitFor();
    await page.keyboard.press('Escape');
    await card.getByText('Cancelled. Nothing done.').waitFor();
    expect(await isKilled('escaped')).toBe(false);
  });
});

test('a switch says which other flags fall with it, before anybody kills it', async () => {
  for (const key of ['one-click', 'pay-later']) {
    await makeFlag(service, { key });
    await changeFlag(service, 'production', key, [{ kind: 'turn-on' }]);
  }
  const { card } = await showSwitch('psp');
  await card.getByText('Takes down no other flag.').waitFor();
  const prerequisites = [{ flag: 'psp', variations: ['on'] }];
  for (const key of ['one-click', 'pay-later'])
    await changeFlag(service, 'production', key, [{ kind: 'set-prerequisites', prerequisites }]);
  await watched.page.reload();
  await card.getByText('Takes down 2 flags: one-click and pay-later.').waitFor();
  await card.getByRole('button', { name: /^HOLD TO KILL/ }).waitFor();
  expect(await isKilled('psp')).toBe(false);
});

test('an SDK that does not apply a kill is counted and named', async () => {
  const { card, kill } = await showSwitch('ignored');
  const deaf = await openSdkSocket({ url: service.url, key: await service.sdkKey('production') });
  deaf.hello(null, { app: { name: 'billing' } });
  await deaf.take('welcome');
  await kill.focus();
  await watched.page.keyboard.press('Enter');
  await watched.page.keyboard.press('Enter');
  await card.getByText(/1\/2 – 1 not confirmed · still old: billing/).waitFor({ timeout: 8_000 });
  deaf.close();
  await deaf.closed;
});

test('a kill whose answer got lost is sent again and is still one change', async () => {
  const { page, card, kill } = await showSwitch('lossy');
  let sent = 0;
  await page.route('**/kill', async (route) => {
    sent += 1;
    const answer = await route.fetch();
    await (sent === 1 ? route.abort('connectionreset') : route.fulfill({ response: answer }));
  });
  await kill.focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await card.getByText(/applied 1\/1/).waitFor();
  const history = await service.admin.send<{ items: readonly { summary: readonly string[] }[] }>(
    'GET',
    `${configPath('production', 'lossy')}/history`,
  );
  expect(sent).toBe(2);
  expect(history.body.items.filter(({ summary }) => summary.some((line) => line.includes('killed')))).toHaveLength(1);
});

describe('a restore in production', () => {
  test('shows what people get again, and needs a reason and the typed key', async () => {
    const { page, card } = await showSwitch('restored');
    await service.admin.send('POST', `${configPath('production', 'restored')}/kill`, { body: { reason: 'fire' } });
    await card.getByRole('button', { name: 'Restore…' }).click();
    const sheet = page.getByRole('dialog', { name: /Review/ });
    await sheet.getByText('Everyone gets on.').waitFor();
    const restore = sheet.getByRole('button', { name: 'Restore in PRODUCTION' });
    await restore.click();
    await sheet.getByText(/Say why/).waitFor();
    expect(await isKilled('restored')).toBe(true);
    await sheet.getByLabel('Comment').fill('fire is out');
    await sheet.getByLabel('Type restored to confirm').fill('restored');
    await restore.click();
    await card.getByText(/applied 1\/1/).waitFor();
    expect(await isKilled('restored')).toBe(false);
    await expect.poll(() => sdk.variation('restored', { key: 'u1' }, false)).toBe(true);
  });
});

test('the switch of any flag stands on a page of its own, and no environment is chosen for it', async () => {
  await makeFlag(service, { key: 'ordinary' });
  await changeFlag(service, 'staging', 'ordinary', [{ kind: 'turn-on' }]);
  await signIn(watched, `${service.url}/switches/ordinary`);
  const { page } = watched;
  await page.getByRole('heading', { name: 'Which environment?' }).waitFor();
  await page.getByRole('button', { name: 'Staging' }).click();
  await page.getByRole('button', { name: 'Kill in Staging: ordinary' }).click();
  await page.getByText(/KILLED/).waitFor();
  await expect.poll(async () => (await storedConfig(service, 'staging', 'ordinary')).killed).not.toBeNull();
});
