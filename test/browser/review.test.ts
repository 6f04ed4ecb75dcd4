import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { openPage, settled, signIn, textsOf } from './admin-page.ts';
import { browser, openOwnWindows, service, watched } from './own-window.ts';
import { changeFlag, makeFlag, storedConfig } from './world.ts';

const LOOKS = [
  { colorScheme: 'light', viewport: { width: 1440, height: 900 } },
  { colorScheme: 'dark', viewport: { width: 1440, height: 900 } },
  { colorScheme: 'light', viewport: { width: 360, height: 740 } },
] as const;

const NEW_OR_OLD = {
  type: 'string',
  variations: [
    { key: 'new', value: 'new' },
    { key: 'old', value: 'old' },
  ],
};

const staff = {
  kind: 'add-rule',
  rule: {
    id: 'staff',
    name: 'Staff',
    clauses: [{ attribute: 'email', operator: 'ends-with', values: ['@shop.example'] }],
    serve: { variation: 'new' },
  },
};
const romania = {
  kind: 'add-rule',
  rule: {
    id: 'romania',
    name: 'Romania',
    clauses: [{ attribute: 'country', operator: 'in', values: ['RO'] }],
    serve: { variation: 'new' },
  },
};
const split = (share: number) => ({
  kind: 'set-split',
  at: 'fallthrough',
  weights: { new: share, old: 100_000 - share },
});

openOwnWindows();

/** A flag in production that 10 % of everyone else gets, and all of the staff. */
async function makeCheckout(key: string): Promise<void> {
  await makeFlag(service, { key, ...NEW_OR_OLD });
  await changeFlag(service, 'production', key, [{ kind: 'turn-on' }, staff, split(10_000)]);
}

const targetingOf = (flag: string) => `${service.url}/flags/${flag}/targeting/production`;
const sheetOf = (page: Page) => page.getByRole('dialog', { name: /Review/ });

/** Raises the share of everyone else and opens the review sheet. */
async function reviewShare(page: Page, percent: string) {
  await page.getByLabel('Percentage of new').last().fill(percent);
  await page.getByRole('button', { name: 'Take from largest' }).last().click();
  await page.getByRole('button', { name: 'Review → PRODUCTION' }).click();
  const sheet = sheetOf(page);
  await sheet.getByRole('list', { name: 'Who gets what' }).waitFor();
  return sheet;
}

/** Requests that could have changed something. */
function recordWrites(page: Page): readonly string[] {
  const writes: string[] = [];
  page.on('request', (request) => {
    const isTrial = /\/(preview|evaluate)$/.test(request.url()) || request.url().includes('dryRun=true');
    if (request.method() !== 'GET' && !isTrial) writes.push(`${request.method()} ${request.url()}`);
  });
  return writes;
}

describe('A14: who gets what', () => {
  test('reads the same in the review sheet, the overview, the history and the audit log', async () => {
    await makeCheckout('one-sentence');
    const { page } = watched;
    await signIn(watched, targetingOf('one-sentence'));
    const sheet = await reviewShare(page, '12.345');
    const changes = await textsOf(sheet.getByRole('list', { name: 'What changes' }).getByRole('listitem'));
    const lines = await textsOf(sheet.getByRole('list', { name: 'Who gets what' }).getByRole('listitem'));
    const after = lines.filter((line) => !line.startsWith('−')).map((line) => line.replace(/^.(Added: )?/, ''));
    await sheet.getByLabel('Comment').fill('a little more');
    await sheet.getByRole('button', { name: 'Save to PRODUCTION' }).click();
    await page.getByText('Saved v3').waitFor();

    await page.goto(`${service.url}/flags/one-sentence`);
    const card = page.getByRole('article', { name: 'Who gets what in PRODUCTION' });
    await card.waitFor();
    await expect.poll(() => card.getByRole('listitem').allTextContents()).toEqual(after);

    await page.goto(`${service.url}/flags/one-sentence/history?env=production`);
    await page.getByRole('button', { name: 'Show what v3 changed' }).click();
    const recorded = page.getByRole('list', { name: 'Who got what before and after v3' });
    await expect.poll(() => recorded.getByRole('listitem').allTextContents()).toEqual(lines);

    await page.goto(`${service.url}/audit`);
    await page
      .getByText(changes[0] ?? 'nothing changed')
      .first()
      .waitFor();
    expect(changes).toHaveLength(1);
  });
});

describe('A18: the review sheet', () => {
  test('says whom the change moves, and writes nothing when it is closed', async () => {
    await makeCheckout('closed');
    const { page } = watched;
    await page.addInitScript(() => {
      const pinned = [
        { name: 'Ana', context: { key: 'ana', email: 'ana@shop.example' } },
        { name: 'Radu', context: { key: 'radu' } },
      ];
      localStorage.setItem('glidepath-pinned-users/1/default', JSON.stringify(pinned));
    });
    await signIn(watched, targetingOf('closed'));
    const writes = recordWrites(page);
    const sheet = await reviewShare(page, '100');

    await sheet.getByText('closed · v2 → v3').waitFor();
    const exposure = sheet.getByRole('list', { name: 'Exposure' });
    await expect
      .poll(() => exposure.getByRole('listitem').allTextContents())
      .toEqual(['·Of those who reach no rule: new 10 % → 100 %, old 90 % → 0 %.']);
    const users = sheet.getByRole('list', { name: 'Users who change' }).getByRole('listitem');
    await expect.poll(() => users.nth(0).textContent()).toMatch(/Of [\d,]+ made-up users, [\d,]+ get something else/);
    await expect.poll(() => users.nth(1).textContent()).toMatch(/Gain: [\d,]+ old → new/);
    await expect.poll(() => users.last().textContent()).toContain('0 new → old: nobody loses it.');
    const pinned = await textsOf(sheet.getByRole('list', { name: 'Your pinned users' }).getByRole('listitem'));
    expect(pinned.at(-1)).toMatch(/unchanged/);

    await page.keyboard.press('Escape');
    await sheet.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Review → PRODUCTION' }).click();
    await sheet.getByRole('button', { name: 'Back' }).click();
    await sheet.waitFor({ state: 'detached' });
    expect(writes).toEqual([]);
    await expect.poll(async () => (await storedConfig(service, 'production', 'closed')).revision).toBe(2);
  });

  test('shows the difference value by value and as JSON, and copies its text', async () => {
    await makeCheckout('views');
    const { page } = watched;
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await signIn(watched, targetingOf('views'));
    const sheet = await reviewShare(page, '25');
    await sheet.getByText('Structured').click();
    const row = sheet.getByRole('row').filter({ hasText: 'fallthrough › split › weights › new' });
    await expect
      .poll(() => row.getByRole('cell').allTextContents())
      .toEqual(['fallthrough › split › weights › new', '10000', '25000']);
    await sheet.getByText('JSON', { exact: true }).click();
    await sheet.getByText('"new": 25000').waitFor();
    await sheet.getByRole('button', { name: 'Copy as Markdown' }).click();
    await sheet.getByRole('button', { name: 'Copied' }).waitFor();
    const text = await page.evaluate(() => navigator.clipboard.readText());
    expect(text).toContain('### views · v2 → v3 · PRODUCTION');
    expect(text).toContain('+ Everyone else: new to 25 % and old to 75 %.');
    expect(text).toContain('- Of those who reach no rule: `new` 10 % → 25 %, `old` 90 % → 75 %.');
  });

  test('says which rule is never reached, and lets it be saved all the same', async () => {
    await makeCheckout('covered');
    await changeFlag(service, 'production', 'covered', [
      romania,
      {
        kind: 'add-rule',
        rule: { ...romania.rule, id: 'again', name: 'Romania again', serve: { variation: 'old' } },
      },
    ]);
    const { page } = watched;
    await signIn(watched, targetingOf('covered'));
    const sheet = await reviewShare(page, '11');
    const advice = await textsOf(sheet.getByRole('list', { name: 'Advice' }).getByRole('listitem'));
    expect(advice).toHaveLength(1);
    expect(advice[0]).toMatch(/Rule 3 \(Romania again\) is never reached/);
    expect(advice[0]).toMatch(/rule 2/i);
    await sheet.getByLabel('Comment').fill('known');
    await sheet.getByRole('button', { name: 'Save to PRODUCTION' }).click();
    await page.getByText('Saved v4').waitFor();
  });

  test('names the flags that go down with a flag that is turned off', async () => {
    await makeFlag(service, { key: 'payments' });
    await makeFlag(service, { key: 'one-click' });
    await changeFlag(service, 'production', 'payments', [{ kind: 'turn-on' }]);
    await changeFlag(service, 'production', 'one-click', [
      { kind: 'set-prerequisites', prerequisites: [{ flag: 'payments', variations: ['on'] }] },
      { kind: 'turn-on' },
    ]);
    const { page } = watched;
    await signIn(watched, targetingOf('payments'));
    await page.getByText('Off', { exact: true }).click();
    await page.getByRole('button', { name: 'Review → PRODUCTION' }).click();
    await sheetOf(page).getByText('Also turns off one-click (1).').waitFor();
  });

  test('lets a change toward safe be saved when the server cannot say what it would do', async () => {
    await makeFlag(service, { key: 'unforeseen' });
    await changeFlag(service, 'production', 'unforeseen', [{ kind: 'turn-on' }]);
    const { page } = watched;
    await page.route('**/preview', (route) => route.fulfill({ status: 503, body: '' }));
    await signIn(watched, targetingOf('unforeseen'));
    await page.getByText('Off', { exact: true }).click();
    await page.getByRole('button', { name: 'Review → PRODUCTION' }).click();
    const sheet = sheetOf(page);
    await sheet.getByText('it can be saved all the same').waitFor();
    await sheet.getByText('Off: everyone gets off.').waitFor();
    await sheet.getByRole('button', { name: /^Save to PRODUCTION/ }).focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await page.getByText('Saved v3').waitFor();
    await expect.poll(async () => (await storedConfig(service, 'production', 'unforeseen')).on).toBe(false);
  });
});

describe('A21: the history', () => {
  test('reverts to an earlier revision by the inverse change, and keeps every revision in between', async () => {
    await makeCheckout('reverted');
    await changeFlag(service, 'production', 'reverted', [romania]);
    await changeFlag(service, 'production', 'reverted', [split(25_000)]);
    const { page } = watched;
    await signIn(watched, `${service.url}/flags/reverted/history?env=production`);
    const writes = recordWrites(page);
    await page.getByRole('button', { name: 'Revert to v2…' }).click();
    const sheet = sheetOf(page);
    const changes = sheet.getByRole('list', { name: 'What changes' }).getByRole('listitem');
    await changes.first().waitFor();
    await expect
      .poll(async () => (await changes.allTextContents()).sort())
      .toEqual([
        'removed rule “Romania” in production',
        'serves new to 10 % and old to 90 % of everyone else in production',
      ]);
    expect(writes).toEqual([]);
    await sheet.getByLabel('Comment').fill('too many complaints');
    // It goes toward safe, so it is held, or confirmed by a second Enter.
    await sheet.getByRole('button', { name: /^Revert to v2 in PRODUCTION/ }).focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await page.getByText('Reverted to v2 as v5').waitFor();
    const stored = await storedConfig(service, 'production', 'reverted');
    expect(stored.revision).toBe(5);
    expect(stored.fallthrough.split?.weights).toEqual({ new: 10_000, old: 90_000 });
    for (const revision of [1, 2, 3, 4, 5]) {
      await page.getByRole('checkbox', { name: `Compare v${revision}` }).waitFor();
    }
  });

  test('compares two revisions that are chosen, under an address that can be shared', async () => {
    await makeCheckout('compared');
    await changeFlag(service, 'production', 'compared', [romania]);
    await changeFlag(service, 'production', 'compared', [split(25_000)]);
    const { page } = watched;
    await signIn(watched, `${service.url}/flags/compared/history?env=production`);
    await page.getByRole('checkbox', { name: 'Compare v4' }).check();
    await page.getByRole('checkbox', { name: 'Compare v2' }).check();
    const lines = page.getByRole('list', { name: 'v2 → v4' }).getByRole('listitem');
    const words = [
      ' Rule 1 (Staff): new if email ends with @shop.example.',
      '−Removed: Everyone else: new to 10 % and old to 90 %.',
      '+Added: Rule 2 (Romania): new if country is one of RO.',
      '+Added: Everyone else: new to 25 % and old to 75 %.',
    ];
    await lines.first().waitFor();
    await expect.poll(() => lines.allTextContents()).toEqual(words);
    expect(new URL(page.url()).search).toBe('?env=production&from=2&to=4');
    await page.reload();
    await lines.first().waitFor();
    await expect.poll(() => lines.allTextContents()).toEqual(words);
    await page.getByRole('button', { name: 'Close comparison' }).click();
    await page.getByText('Choose two revisions').waitFor();
  });

  test('of what environments share is told and reverted alike', async () => {
    await makeFlag(service, { key: 'shared', ...NEW_OR_OLD });
    await service.admin.send('PATCH', '/api/v1/projects/default/flags/shared', {
      body: { instructions: [{ kind: 'update-variation', variation: 'new', value: 'newer' }], comment: 'typo' },
    });
    const { page } = watched;
    await signIn(watched, `${service.url}/flags/shared/history?env=staging`);
    await page.getByText('Shared by all environments').click();
    await page.getByRole('button', { name: 'Revert to v1…' }).click();
    const sheet = sheetOf(page);
    const lines = sheet.getByRole('list', { name: 'Who gets what' }).getByRole('listitem');
    await lines.first().waitFor();
    await expect.poll(() => lines.allTextContents()).toContain('+Added: new is "new".');
    await sheet.getByLabel('Comment').fill('back');
    await sheet.getByRole('button', { name: 'Revert to v1 in all environments' }).click();
    await page.getByText('Reverted to v1 as v3').waitFor();
  });
});

describe.each(LOOKS)('in $colorScheme at $viewport.width px', (look) => {
  test('the review sheet and the comparison are accessible and fit their window', async () => {
    const flag = `look-${look.colorScheme}-${look.viewport.width}`;
    await makeCheckout(flag);
    await changeFlag(service, 'production', flag, [romania]);
    const looked = await openPage(browser, service.url, look);
    const { page } = looked;
    await signIn(looked, targetingOf(flag));
    const sheet = await reviewShare(page, '40');
    for (const view of ['Words', 'Structured', 'JSON']) {
      await sheet.getByText(view, { exact: true }).click();
      await settled(looked);
      expect(await looked.violations()).toEqual([]);
      await expect.poll(() => looked.overflow()).toBe(0);
    }
    await page.goto(`${service.url}/flags/${flag}/history?env=production&from=2&to=3`);
    await page.getByRole('list', { name: 'v2 → v3' }).waitFor();
    await settled(looked);
    expect(await looked.violations()).toEqual([]);
    await expect.poll(() => looked.overflow()).toBe(0);
    expect(looked.faults).toEqual([]);
    await looked.close();
  });
});
