import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { openPage, settled, signIn, textsOf } from './admin-page.ts';
import { browser, openOwnWindows, service, watched } from './own-window.ts';
import { changeFlag, configPath, expectDone, makeFlag, SEGMENTS } from './world.ts';

const LOOKS = [
  { colorScheme: 'light', viewport: { width: 1440, height: 900 } },
  { colorScheme: 'dark', viewport: { width: 1440, height: 900 } },
  { colorScheme: 'light', viewport: { width: 360, height: 740 } },
] as const;

const PINNED = [
  { name: 'Ana', context: { key: '8842', country: 'RO', appVersion: '5.3.1' } },
  { name: 'Radu', context: { key: 'radu' } },
];

openOwnWindows(async () => {
  expectDone(
    await service.admin.send('POST', SEGMENTS, {
      body: { key: 'employees', name: 'Staff' },
    }),
  );
  await makeFlag(service, { key: 'payments' });
  await makeFlag(service, {
    key: 'checkout',
    type: 'string',
    variations: [
      { key: 'new-flow', value: 'new' },
      { key: 'old-flow', value: 'old' },
    ],
  });
  await makeFlag(service, { key: 'one-click' });
  await changeFlag(service, 'staging', 'checkout', [{ kind: 'turn-on' }]);
  await changeFlag(service, 'production', 'payments', [{ kind: 'turn-on' }]);
  await changeFlag(service, 'production', 'checkout', [{ kind: 'turn-on' }]);
  await changeFlag(service, 'production', 'checkout', [
    { kind: 'set-prerequisites', prerequisites: [{ flag: 'payments', variations: ['on'] }] },
    {
      kind: 'add-rule',
      rule: {
        id: 'staff',
        name: 'Staff',
        clauses: [{ attribute: '', operator: 'in-segment', values: ['employees'] }],
        serve: { variation: 'new-flow' },
      },
    },
    {
      kind: 'add-rule',
      rule: {
        id: 'countries',
        clauses: [
          { attribute: 'country', operator: 'in', values: ['RO', 'DE'] },
          { attribute: 'appVersion', operator: 'semver-at-least', values: ['5.2.0'] },
        ],
        serve: { split: { weights: { 'new-flow': 10_000, 'old-flow': 90_000 } } },
      },
    },
    {
      kind: 'add-rule',
      rule: {
        id: 'french',
        clauses: [{ attribute: 'country', operator: 'in', values: ['FR'] }],
        serve: { variation: 'new-flow' },
      },
    },
    { kind: 'set-fallthrough', serve: { variation: 'old-flow' } },
  ]);
  await changeFlag(service, 'production', 'one-click', [
    { kind: 'turn-on' },
    { kind: 'set-prerequisites', prerequisites: [{ flag: 'checkout', variations: ['new-flow'] }] },
  ]);
});

const ATTRIBUTES = '&attributes=%7B%22country%22%3A%22RO%22%2C%22appVersion%22%3A%225.3.1%22%7D';
const playground = (query: string) => `/flags/checkout/playground?env=production${query}`;

async function pinUsers(page: Page): Promise<void> {
  await page.addInitScript((pinned) => {
    const place = 'glidepath-pinned-users/1/default';
    if (localStorage.getItem(place) === null) localStorage.setItem(place, pinned);
  }, JSON.stringify(PINNED));
}

const steps = (page: Page) => page.getByRole('list', { name: 'Steps of the evaluation' }).locator('> li');

interface Evaluated {
  readonly variation: string;
  readonly reason: { readonly rollout: { readonly bucket: number } };
}

/** Where the hash of somebody lies, as the API says it. */
async function bucketOf(context: object): Promise<Evaluated> {
  const path = `${configPath('production', 'checkout')}/evaluate`;
  return (await service.admin.send<Evaluated>('POST', path, { body: { context } })).body;
}

describe('A22: the playground', () => {
  test('says the variation, the rule, the hash and its threshold, and why no earlier rule matched', async () => {
    const { page } = watched;
    await signIn(watched, service.url + playground(`&as=8842${ATTRIBUTES}`));
    const { variation, reason } = await bucketOf({ key: '8842', country: 'RO', appVersion: '5.3.1' });
    const { bucket } = reason.rollout;
    const hash = `0.${String(bucket)
      .padStart(5, '0')
      .replace(/0{1,3}$/, '')}`;
    const range = bucket < 10_000 ? '< 0.10' : '≥ 0.10';
    await page.getByText(`${variation} because rule 2 matched and the hash ${hash} ${range}.`).waitFor();

    const told = await textsOf(steps(page));
    expect(told).toHaveLength(5);
    expect(told[0]).toMatch(/Flag on/);
    expect(told[1]).toMatch(/Needs payments/);
    expect(told[2]).toMatch(/Rule 1 \(Staff\)[\s\S]*did not match[\s\S]*in segment "employees": no/);
    expect(told[3]).toMatch(/Rule 2[\s\S]*matched[\s\S]*decided/);
    expect(told[3]).toContain('country "RO" is one of "RO", "DE": yes');
    expect(told[3]).toContain('appVersion "5.3.1" is at least version "5.2.0": yes');
    expect(told[3]).toContain(`hash of user key = ${hash} ${range}`);
    expect(told[4]).toMatch(/Rule 3[\s\S]*not evaluated/);
  });

  test('names a missing attribute missing', async () => {
    const { page } = watched;
    await signIn(watched, service.url + playground('&as=8842&attributes=%7B%22country%22%3A%22DE%22%7D'));
    await page.getByText('old-flow because no rule matched.').waitFor();
    const told = await textsOf(steps(page));
    expect(told[3]).toContain('country "DE" is one of "RO", "DE": yes');
    expect(told[3]).toContain('appVersion is missing: no');
  });

  test('leads from its steps to the rule and to the flag that is needed, as the same user', async () => {
    const { page } = watched;
    await signIn(watched, service.url + playground(`&as=8842${ATTRIBUTES}`));
    await steps(page).nth(1).getByRole('link', { name: 'Ask there' }).click();
    await page.getByRole('heading', { name: 'payments' }).waitFor();
    await expect.poll(() => page.getByLabel('Key', { exact: true }).inputValue()).toBe('8842');
    await page.goBack();
    await steps(page).nth(3).getByRole('link', { name: 'Open in targeting' }).click();
    await page.waitForURL('**/flags/checkout/targeting/production#rule-countries');
    await page.locator('#rule-countries').waitFor();
  });

  test('follows what is typed, and its address says all of it', async () => {
    const { page } = watched;
    await signIn(watched, service.url + playground(''));
    await page.getByText('Whom do you want to ask about?').waitFor();
    await page.getByLabel('Key', { exact: true }).fill('8842');
    await page.getByText('old-flow because no rule matched.').waitFor();
    await page.getByRole('button', { name: 'country', exact: true }).click();
    await page.getByLabel('Value of country').fill('FR');
    await page.getByText('new-flow because rule 3 matched.').waitFor();
    await page.getByRole('button', { name: 'Attribute', exact: true }).click();
    await page.getByLabel('Name of attribute 2').fill('age');
    await page.getByLabel('Type of age').selectOption('number');
    await page.getByLabel('Value of age').fill('forty');
    await page.getByText('This is no number.').waitFor();
    await page.getByLabel('Value of age').fill('40');
    const search = () => Object.fromEntries(new URLSearchParams(new URL(page.url()).search));
    await expect.poll(search).toEqual({ env: 'production', as: '8842', attributes: '{"country":"FR","age":40}' });
    await page.reload();
    await page.getByText('new-flow because rule 3 matched.').waitFor();
    await expect.poll(() => page.getByLabel('Value of age').inputValue()).toBe('40');
  });

  test('takes a context of several kinds as JSON', async () => {
    const { page } = watched;
    await signIn(watched, service.url + playground('&as=8842'));
    await page.getByText('JSON', { exact: true }).click();
    await page.getByLabel('Context', { exact: true }).fill('{"user":');
    await page.getByText('This is no JSON object.').waitFor();
    await page.getByLabel('Context', { exact: true }).fill('{"user":{"key":"u","country":"FR"},"org":{"key":"acme"}}');
    await page.getByText('new-flow because rule 3 matched.').waitFor();
  });

  test('copies a link, and a command without any secret', async () => {
    const { page } = watched;
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await signIn(watched, service.url + playground(`&as=8842${ATTRIBUTES}`));
    const copied = () => page.evaluate(() => navigator.clipboard.readText());
    await page.getByRole('button', { name: 'Copy link' }).click();
    await expect.poll(copied).toBe(page.url());
    await page.getByRole('button', { name: 'Copy curl' }).click();
    await expect.poll(copied).toContain('"Authorization: Bearer $TOKEN"');
    const command = await copied();
    expect(command).toContain(`'${service.url}${configPath('production', 'checkout')}/evaluate'`);
    expect(command).toContain('-d \'{"context":{"key":"8842","country":"RO","appVersion":"5.3.1"}}\'');
    expect(command).not.toMatch(/gp_|cookie|csrf/i);
  });

  test('stands beside an earlier revision and other environments, and says where they differ', async () => {
    const { page } = watched;
    await signIn(watched, service.url + playground('&as=8842'));
    await page.getByLabel('Compare with').selectOption('2');
    await page.getByText('≠ They differ.').waitFor();
    await page
      .getByRole('region', { name: 'PRODUCTION · v2' })
      .getByText('new-flow because that is what everyone gets.')
      .waitFor();
    const elsewhere = page.getByRole('region', { name: 'In other environments' });
    await expect
      .poll(() => elsewhere.getByRole('listitem').filter({ hasText: 'Staging' }).textContent())
      .toMatch(/≠ *new-flow/);
    await page.getByLabel('Compare with').selectOption('');
    await page.getByText('≠ They differ.').waitFor({ state: 'detached' });
    expect(page.url()).not.toContain('ignored');
  });
});

describe('pinned users', () => {
  test('are pinned under a name, kept, asked about again, and let go', async () => {
    const { page } = watched;
    await signIn(watched, service.url + playground(`&as=8842${ATTRIBUTES}`));
    await page.getByLabel('Name to pin it under').fill('Ana');
    await page.getByRole('button', { name: 'Pin user' }).click();
    await page.goto(service.url + playground('&as=somebody-else'));
    await page.getByRole('button', { name: 'Ask about Ana' }).click();
    await page.getByText(/because rule 2 matched/).waitFor();
    await expect.poll(() => page.getByLabel('Key', { exact: true }).inputValue()).toBe('8842');
    await page.getByRole('button', { name: 'Unpin Ana' }).click();
    await page.getByText('Nobody is pinned yet.').waitFor();
  });

  test('stand in a matrix whose differing cells say so, by environment and by revision', async () => {
    const { page } = watched;
    await pinUsers(page);
    await signIn(watched, service.url + playground('&view=matrix'));
    const table = page.getByRole('table', { name: 'Pinned users beside each other' });
    const radu = table.getByRole('row').filter({ hasText: 'Radu' });
    await expect.poll(() => radu.getByRole('cell').allInnerTexts()).toEqual(['old-flow', '≠ new-flow', 'old-flow']);
    await page.getByText('2 users differ').waitFor();
    await page.getByLabel('Columns').selectOption('revisions');
    await expect.poll(() => radu.getByRole('cell').allInnerTexts()).toEqual(['old-flow', '≠ new-flow', 'old-flow']);
  });

  test('are checked against a draft before it is reviewed', async () => {
    const { page } = watched;
    await pinUsers(page);
    await signIn(watched, `${service.url}/flags/checkout/targeting/production`);
    const box = page.getByRole('region', { name: 'Check with a user' });
    await box.getByLabel('Key or pinned user').fill('Radu');
    await box.getByText('No draft: nothing changes.').waitFor();
    await page.getByLabel('Variation for everyone else').selectOption('new-flow');
    await box.getByText('≠ changes for this user').waitFor();
    await box.getByLabel('Key or pinned user').fill('Ana');
    await box.getByText('stays the same for this user').waitFor();
  });
});

test('all flags for one user are listed with their reasons, found by key, and lead to their own playground', async () => {
  const { page } = watched;
  await signIn(watched, service.url + playground('&as=8842'));
  await page.getByRole('link', { name: 'All flags for this user' }).click();
  await page.getByRole('heading', { name: 'All flags for 8842' }).waitFor();
  const table = page.getByRole('table', { name: 'What each flag gives' });
  const row = table.getByRole('row').filter({ hasText: 'one-click' });
  await expect.poll(() => row.getByRole('cell').nth(2).textContent()).toContain('the prerequisite checkout is not met');
  await page.getByLabel('Find a flag').fill('check');
  await page.getByText('1 of 3 flags').waitFor();
  await table.getByRole('link', { name: 'checkout' }).click();
  await page.getByText('old-flow because no rule matched.').waitFor();
});

test('the dependencies of a flag are listed with their states, and what goes down with it', async () => {
  const { page } = watched;
  await signIn(watched, `${service.url}/flags/checkout/dependencies?env=production`);
  const needs = page.getByRole('table', { name: 'Needs', exact: true });
  await expect
    .poll(() => needs.getByRole('cell').allInnerTexts())
    .toEqual(['payments', expect.stringContaining('On'), 'directly', 'on for checkout']);
  const needed = page.getByRole('table', { name: 'Needed by' });
  await expect
    .poll(() => needed.getByRole('cell').allInnerTexts())
    .toEqual(['one-click', expect.stringContaining('turned off with it'), 'directly', 'checkout must serve new-flow']);
  await page.getByText('also turns off one-click (1).').waitFor();
  await needs.getByRole('link', { name: 'payments' }).click();
  await page.getByText('also turns off checkout and one-click (2).').waitFor();
});

interface View {
  readonly name: string;
  readonly path: string;
  readonly ready: string;
}

const VIEWS: readonly View[] = [
  { name: 'nobody', path: playground(''), ready: 'Whom do you want to ask about?' },
  { name: 'one user', path: playground(`&as=8842${ATTRIBUTES}`), ready: 'because rule 2 matched' },
  { name: 'two revisions', path: playground('&as=8842&compare=2'), ready: '≠ They differ.' },
  { name: 'matrix', path: playground('&view=matrix'), ready: '2 users differ' },
  { name: 'all flags', path: `/playground?env=production&as=8842${ATTRIBUTES}`, ready: 'one-click' },
  { name: 'dependencies', path: '/flags/checkout/dependencies?env=production', ready: 'also turns off' },
];

describe.each(LOOKS)('in $colorScheme at $viewport.width px', (look) => {
  test('every view is accessible and fits its window', async () => {
    const looked = await openPage(browser, service.url, look);
    const { page } = looked;
    await pinUsers(page);
    await signIn(looked, service.url);
    for (const { name, path, ready } of VIEWS) {
      await page.goto(service.url + path);
      await page.getByText(ready).first().waitFor();
      await settled(looked);
      expect(await looked.violations(), name).toEqual([]);
      await expect.poll(() => looked.overflow(), { message: name }).toBe(0);
    }
    expect(looked.faults).toEqual([]);
    await looked.close();
  });
});
