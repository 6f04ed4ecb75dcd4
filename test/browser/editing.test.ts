import { describe, expect, test } from 'vitest';
import { signIn, signInByForm } from './admin-page.ts';
import { openOwnWindows, service, watched } from './own-window.ts';
import { changeFlag, makeFlag, storedConfig } from './world.ts';

openOwnWindows();

const targetingOf = (flag: string) => `${service.url}/flags/${flag}/targeting/production`;

describe('signing in', () => {
  test('with a wrong password says that it failed, and nothing else is shown', async () => {
    const { page } = watched;
    await page.goto(service.url);
    await page.getByLabel('Email').fill('ada@example.test');
    await page.getByRole('textbox', { name: 'Password' }).fill('not the password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').filter({ hasText: 'Could not sign in' }).waitFor();
    await expect.poll(() => page.getByRole('navigation').count()).toBe(0);
  });

  test('again after the session ended in the middle of an edit loses nothing', async () => {
    await makeFlag(service, { key: 'long-edit' });
    const { page } = watched;
    await signIn(watched, targetingOf('long-edit'));
    await page.getByText('On', { exact: true }).click();
    await page.context().clearCookies();
    await page.getByRole('button', { name: 'Review → PRODUCTION' }).click();
    const dialog = page.getByRole('dialog', { name: 'Your session has ended' });
    await dialog.getByLabel('Email').fill('ada@example.test');
    await dialog.getByRole('textbox', { name: 'Password' }).fill('a long way to the harbour');
    await dialog.getByRole('button', { name: 'Sign in' }).click();
    await page.getByLabel('Comment').fill('back again');
    await page.getByLabel('Type long-edit to confirm').fill('long-edit');
    await page.getByRole('button', { name: 'Save to PRODUCTION' }).click();
    await page.getByText('Saved v2').waitFor();
    await expect.poll(async () => (await storedConfig(service, 'production', 'long-edit')).on).toBe(true);
  });
});

describe('a flag', () => {
  test('is made in the browser, stands in the list, and serves nobody yet', async () => {
    const { page } = watched;
    await signInByForm(watched, `${service.url}/flags/new`);
    await page.getByRole('textbox', { name: /^Key/ }).fill('made-here');
    await page.getByLabel('Name').fill('Made in the browser');
    await page.getByRole('button', { name: 'Create flag' }).click();
    await page.getByRole('heading', { name: 'made-here' }).waitFor();
    await page.getByRole('article', { name: 'Who gets what in PRODUCTION' }).getByText('Off: everyone gets').waitFor();
    await page.getByRole('link', { name: 'Flags' }).click();
    await page.getByRole('row').filter({ hasText: 'made-here' }).waitFor();
  });

  test('with a key that cannot be is refused beside the field, before anything is sent', async () => {
    const { page } = watched;
    await signIn(watched, `${service.url}/flags/new`);
    await page.getByRole('textbox', { name: /^Key/ }).fill('no spaces please');
    await page.getByRole('button', { name: 'Create flag' }).click();
    await page.getByText(/Begin with a letter or digit/).waitFor();
  });
});

describe('targeting in production', () => {
  test('is changed to the thousandth of a percent, through the review sheet only', async () => {
    await makeFlag(service, { key: 'checkout' });
    await changeFlag(service, 'production', 'checkout', [
      { kind: 'turn-on' },
      { kind: 'set-split', at: 'fallthrough', weights: { on: 10_000, off: 90_000 } },
    ]);
    const { page } = watched;
    await signIn(watched, targetingOf('checkout'));
    const writes: string[] = [];
    page.on('request', (request) => {
      if (request.method() === 'PATCH' && !request.url().includes('dryRun=true')) writes.push(request.url());
    });
    await page.getByLabel('Percentage of on').fill('12.345');
    await page.getByText('= 102.345 %').waitFor();
    const review = page.getByRole('button', { name: 'Review → PRODUCTION' });
    await expect.poll(() => review.isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Take from largest' }).click();
    await review.click();

    const sheet = page.getByRole('dialog', { name: /Review/ });
    await sheet.getByText('Removed: ').waitFor({ state: 'attached' });
    const after = await sheet.getByRole('listitem').filter({ hasText: 'Added:' }).textContent();
    expect(after).toContain('12.345 %');
    await page.keyboard.press('Escape');
    await sheet.waitFor({ state: 'detached' });
    expect(writes).toEqual([]);

    await review.click();
    await sheet.getByRole('button', { name: 'Save to PRODUCTION' }).click();
    await sheet.getByText(/Say why/).waitFor();
    expect(writes).toEqual([]);
    await sheet.getByLabel('Comment').fill('a little more');
    await sheet.getByRole('button', { name: 'Save to PRODUCTION' }).click();
    await page.getByText('Saved v3').waitFor();
    await page.getByText(/committed \d\d:\d\d:\d\d\.\d{3}/).waitFor();
    const stored = await storedConfig(service, 'production', 'checkout');
    expect(stored.fallthrough.split?.weights).toEqual({ on: 12_345, off: 87_655 });

    await page.goto(`${service.url}/flags/checkout`);
    const card = page.getByRole('article', { name: 'Who gets what in PRODUCTION' });
    await expect.poll(async () => `+Added: ${await card.getByRole('listitem').textContent()}`).toBe(after);
  });

  test('that reaches more than half of the people asks for the key to be typed', async () => {
    await makeFlag(service, { key: 'wide' });
    const { page } = watched;
    await signIn(watched, targetingOf('wide'));
    await page.getByText('On', { exact: true }).click();
    await page.getByRole('button', { name: 'Review → PRODUCTION' }).click();
    await page.getByLabel('Comment').fill('for all');
    await page.getByRole('button', { name: 'Save to PRODUCTION' }).click();
    await page.getByText('This is not wide.').waitFor();
    await expect.poll(async () => (await storedConfig(service, 'production', 'wide')).on).toBe(false);
    await page.getByLabel('Type wide to confirm').fill('wide');
    await page.getByRole('button', { name: 'Save to PRODUCTION' }).click();
    await page.getByText('Saved v2').waitFor();
  });

  test('that somebody else saved meanwhile is shown, and both changes are kept', async () => {
    await makeFlag(service, { key: 'shared' });
    const { page } = watched;
    await signIn(watched, targetingOf('shared'));
    await page.getByRole('textbox', { name: 'Keys of kind user that get on' }).fill('ana, 8842, ana');
    await page.keyboard.press('Enter');
    await page.getByText('2 new, 1 duplicate').waitFor();
    await page.getByRole('button', { name: 'Review → PRODUCTION' }).click();
    const sheet = page.getByRole('dialog', { name: /Review/ });
    await sheet.getByLabel('Comment').fill('two testers');
    await changeFlag(service, 'production', 'shared', [{ kind: 'turn-on' }]);
    await sheet.getByRole('button', { name: 'Save to PRODUCTION' }).click();

    const notice = page.getByRole('alert').filter({ hasText: 'Somebody saved v2 while you edited v1' });
    await notice.waitFor();
    await notice.getByText('Everyone gets on.').waitFor();
    await page.getByRole('button', { name: 'Keep my edits on top of v2' }).click();
    await page.getByRole('button', { name: 'Review → PRODUCTION' }).click();
    await sheet.getByLabel('Comment').fill('two testers');
    await sheet.getByRole('button', { name: 'Save to PRODUCTION' }).click();
    await page.getByText('Saved v3').waitFor();
    const stored = await storedConfig(service, 'production', 'shared');
    expect(stored.on).toBe(true);
    expect(stored.targets).toMatchObject([{ variation: 'on', keys: ['ana', '8842'] }]);
  });

  test('keeps its edits over a reload', async () => {
    await makeFlag(service, { key: 'reloaded' });
    const { page } = watched;
    await signIn(watched, targetingOf('reloaded'));
    await page.getByRole('textbox', { name: 'Keys of kind user that get on' }).fill('ana');
    await page.keyboard.press('Enter');
    await page.reload();
    await page.getByText('1 unsaved change').waitFor();
    await page.getByRole('button', { name: 'Remove ana' }).waitFor();
  });

  test('does not open on production by itself', async () => {
    await makeFlag(service, { key: 'nowhere' });
    const { page } = watched;
    await signIn(watched, `${service.url}/flags/nowhere/targeting`);
    await page.getByRole('heading', { name: 'Which environment?' }).waitFor();
    await page.getByRole('button', { name: 'Staging' }).click();
    await page.waitForURL('**/targeting/staging');
    await expect.poll(() => page.title()).not.toContain('⛨');
  });
});

test('the history shows what each revision changed, and a revert is one more revision', async () => {
  await makeFlag(service, { key: 'reverted' });
  await changeFlag(service, 'staging', 'reverted', [{ kind: 'turn-on' }]);
  const { page } = watched;
  await signIn(watched, `${service.url}/flags/reverted/history?env=staging`);
  await page.getByRole('button', { name: 'Show what v2 changed' }).click();
  const diff = page.getByRole('list', { name: 'Who got what before and after v2' });
  await expect
    .poll(() => diff.getByRole('listitem').allTextContents())
    .toEqual(['−Removed: Off: everyone gets off.', '+Added: Everyone gets on.']);
  await page.getByRole('button', { name: 'Revert to v1…' }).click();
  await page.getByRole('button', { name: 'Revert to v1 in Staging' }).click();
  await page.getByText('Reverted to v1 as v3').waitFor();
  await expect.poll(() => storedConfig(service, 'staging', 'reverted')).toMatchObject({ on: false, revision: 3 });
});
