import { beforeAll, describe, expect, test } from 'vitest';
import { expectBelow } from '../support/least.ts';
import { openPage, settled, signIn } from './admin-page.ts';
import { browser, openOwnWindows, service, watched } from './own-window.ts';
import { changeFlag, expectDone, makeFlag, SEGMENTS, segmentConfigPath } from './world.ts';

const inProduction = (segment: string) => segmentConfigPath('production', segment);

openOwnWindows();

const definitionOf = (segment: string) => `${service.url}/segments/${segment}/definition/production`;

async function makeSegment(key: string, instructions: readonly object[] = []): Promise<void> {
  expectDone(await service.admin.send('POST', SEGMENTS, { body: { key } }));
  if (instructions.length > 0) await define(key, instructions);
}

const germans = { id: 'de', name: 'Germans', clauses: [{ attribute: 'country', operator: 'in', values: ['DE'] }] };

async function define(segment: string, instructions: readonly object[]): Promise<void> {
  const body = { instructions, comment: 'made by the test' };
  expectDone(await service.admin.send('PATCH', inProduction(segment), { body }));
}

/** A flag that is on in production for the members of a segment, and off for everybody else. */
async function flagFor(segment: string, key: string): Promise<void> {
  await makeFlag(service, { key });
  const clauses = [{ attribute: '', operator: 'in-segment', values: [segment] }];
  await changeFlag(service, 'production', key, [
    { kind: 'set-fallthrough', serve: { variation: 'off' } },
    { kind: 'add-rule', rule: { id: 'members', name: 'Members', clauses, serve: { variation: 'on' } } },
    { kind: 'turn-on' },
  ]);
}

interface Stored {
  readonly revision: number;
  readonly included: readonly { readonly contextKind: string; readonly count: number }[];
  readonly rules: readonly object[];
}

const stored = async (segment: string) => (await service.admin.send<Stored>('GET', inProduction(segment))).body;

/** What the clipboard holds, pasted into the field that has this label. */
async function paste(label: string, text: string): Promise<void> {
  await watched.page.getByRole('textbox', { name: label }).evaluate((field, pasted) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text', pasted);
    field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  }, text);
}

test('a segment is made, filled with 10,000 pasted keys and one rule, reviewed with its effect, and saved as one change each', async () => {
  const { page } = watched;
  await signIn(watched, `${service.url}/segments`);
  await page.getByRole('button', { name: 'New segment' }).click();
  await page.getByRole('textbox', { name: /^Key/ }).fill('testers');
  await page.getByRole('textbox', { name: 'Name' }).fill('Beta testers');
  await page.getByRole('button', { name: 'Create segment' }).click();
  await page.getByRole('heading', { name: 'testers', level: 1 }).waitFor();
  await flagFor('testers', 'checkout');

  await page.getByRole('link', { name: 'Edit in PRODUCTION' }).click();
  const keys = Array.from({ length: 9_998 }, (_, index) => `user-${index}`);
  await paste('Add keys', [...keys, 'user-0', 'user-1'].join('\n'));
  await page.getByText('9,998 new, 2 duplicates').waitFor();
  await page.getByText('9,998 keys to add').waitFor();
  await expect.poll(() => page.getByRole('listitem').count()).toBeLessThan(150);

  await page.getByRole('button', { name: 'Review → PRODUCTION' }).first().click();
  const sheet = page.getByRole('dialog', { name: /Review/ });
  await sheet.getByText('Always, by name: 9,998 user keys.').waitFor();
  await sheet.getByText('Changes who gets what in 1 flag: checkout.').waitFor();
  await sheet.getByText(/checkout: of [\d,]+ made-up users, [\d,]+ off → on/).waitFor();
  await sheet.getByRole('button', { name: 'Save to PRODUCTION' }).click();
  await sheet.getByText(/Say why/).waitFor();
  await expect.poll(async () => (await stored('testers')).revision).toBe(1);
  await sheet.getByLabel('Comment').fill('the first testers');
  const typed = sheet.getByLabel('Type testers to confirm');
  if (await typed.isVisible()) await typed.fill('testers');
  await sheet.getByRole('button', { name: 'Save to PRODUCTION' }).click();
  await page.getByText('Saved v2').waitFor();
  await expect
    .poll(() => stored('testers'))
    .toMatchObject({ revision: 2, included: [{ contextKind: 'user', count: 9_998 }] });

  await page.getByRole('button', { name: 'Add rule' }).click();
  const rule = page.getByRole('listitem', { name: 'Rule 1' });
  await rule.getByLabel('Attribute').fill('country');
  await rule.getByLabel('Values').fill('RO');
  await rule.getByLabel('Values').press('Enter');
  await rule.getByText('A share', { exact: true }).click();
  await rule.getByLabel('Percentage').fill('12.5');
  await page.getByRole('button', { name: 'Review → PRODUCTION' }).last().click();
  await sheet.getByText('Rule 1: takes 12.5 % of everyone if country is one of RO.').waitFor();
  await sheet.getByLabel('Comment').fill('and some Romanians');
  await sheet.getByRole('button', { name: 'Save to PRODUCTION' }).click();
  await page.getByText('Saved v3').waitFor();
  await expect.poll(async () => (await stored('testers')).rules).toMatchObject([{ share: 12_500 }]);
});

test('no rule of a segment comes before another: whoever any of them takes in belongs', async () => {
  await makeSegment('either', [{ kind: 'add-rule', rule: germans }]);
  const { page } = watched;
  await signIn(watched, definitionOf('either'));
  await page.getByRole('button', { name: 'Add rule' }).click();
  await page.getByRole('listitem', { name: 'Rule 1' }).getByText('If', { exact: true }).waitFor();
  await page.getByRole('listitem', { name: 'Rule 2' }).getByText('Or if', { exact: true }).waitFor();
});

describe('keys', () => {
  test('are searched page by page, and those that are removed go with the next change', async () => {
    const keys = Array.from({ length: 300 }, (_, index) => `user-${index}`);
    await makeSegment('many', [{ kind: 'add-members', list: 'included', contextKind: 'user', keys }]);
    const { page } = watched;
    await signIn(watched, definitionOf('many'));
    await page.getByText('1–20 of 300').waitFor();
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByText('21–40 of 300').waitFor();
    await page.getByRole('searchbox', { name: 'Search keys' }).fill('user-29');
    await page.getByText('1–11 of 11').waitFor();
    await page.getByRole('button', { name: 'Remove user-299' }).click();
    await page.getByText('1 key to remove').waitFor();
    await page.getByRole('button', { name: 'Keep user-299' }).click();
    await page.getByRole('button', { name: 'Remove user-298' }).click();
    await paste('Remove keys', 'user-1\nnobody-of-the-name');
    await page.getByText('2 to go · 1 already as wanted').waitFor();
    await page.getByRole('button', { name: 'Review → PRODUCTION' }).first().click();
    await page.getByLabel('Comment').fill('they asked for it');
    await page.getByRole('button', { name: 'Save to PRODUCTION' }).click();
    await page.getByText('Saved v3').waitFor();
    await expect.poll(async () => (await stored('many')).included).toEqual([{ contextKind: 'user', count: 298 }]);
  });

  test('that are not saved yet are kept over a reload', async () => {
    await makeSegment('reloaded');
    const { page } = watched;
    await signIn(watched, definitionOf('reloaded'));
    await paste('Add keys', 'ana\nradu');
    await page.getByText('2 keys to add').waitFor();
    await page.reload();
    await page.getByText('2 keys to add').waitFor();
    await page.getByRole('button', { name: 'Discard' }).first().click();
    await page.reload();
    await page.getByRole('button', { name: 'Review → PRODUCTION' }).first().waitFor();
    await expect.poll(() => page.getByText('keys to add').count()).toBe(0);
  });

  test('come from a file, and more than a segment can hold are refused before they are sent', async () => {
    await makeSegment('from-file');
    const { page } = watched;
    await signIn(watched, definitionOf('from-file'));
    const file = (count: number, name: string) => ({
      name,
      mimeType: 'text/csv',
      buffer: Buffer.from(Array.from({ length: count }, (_, index) => `${name}-${index},Somebody,RO`).join('\n')),
    });
    const input = page.locator('input[type="file"]');
    await input.setInputFiles(file(1_000, 'a.csv'));
    await page.getByText('a.csv: 1,000 new').waitFor();
    await input.setInputFiles(file(100_000, 'b.csv'));
    await page.getByText('101,000 keys are too many').waitFor();
    await expect.poll(() => page.getByRole('button', { name: 'Review → PRODUCTION' }).first().isDisabled()).toBe(true);
  });

  test('of a whole list go at once', async () => {
    await makeSegment('emptied', [{ kind: 'add-members', list: 'excluded', contextKind: 'org', keys: ['a', 'b'] }]);
    const { page } = watched;
    await signIn(watched, definitionOf('emptied'));
    await page.getByText('Never · 2').click();
    await page.getByRole('region', { name: 'Keys', exact: true }).getByLabel('Kind of context').fill('org');
    await page.getByRole('button', { name: 'Remove all 2…' }).click();
    const sheet = page.getByRole('dialog', { name: /Review/ });
    await sheet.getByText('Nobody belongs to it.').waitFor();
    await sheet.getByLabel('Comment').fill('amnesty');
    await sheet.getByRole('button', { name: 'Save to PRODUCTION' }).click();
    await page.getByText('Saved v3').waitFor();
  });

  test('of a segment with 100,000 of them never make the page slow', async () => {
    await makeSegment('huge');
    const lines = Array.from({ length: 100_000 }, (_, index) =>
      JSON.stringify({ op: 'add', list: 'included', contextKind: 'user', key: `user-${index}` }),
    );
    const headers = { 'content-type': 'application/x-ndjson' };
    expectDone(
      await service.admin.send('POST', `${inProduction('huge')}/members`, { body: lines.join('\n'), headers }),
    );
    const { page } = watched;
    await signIn(watched, definitionOf('huge'));
    await page.getByText('1–20 of 100,000').waitFor();
    const nodes = await page.evaluate(() => document.querySelectorAll('*').length);
    expect(nodes).toBeLessThan(1_500);
    await expectBelow({ searchMs: 5_000 }, async () => {
      await page.getByRole('searchbox', { name: 'Search keys' }).fill('');
      await page.getByText('1–20 of 100,000').waitFor();
      const started = performance.now();
      await page.getByRole('searchbox', { name: 'Search keys' }).fill('user-99999');
      await page.getByText('1–1 of 1').waitFor();
      const searchMs = performance.now() - started;
      console.log(`100,000 keys: ${nodes} nodes, found one in ${Math.round(searchMs)} ms`);
      return { searchMs };
    });
  });
});

test('edits of the rules are kept over a reload, and what somebody else saved meanwhile is shown', async () => {
  await makeSegment('shared', [{ kind: 'add-rule', rule: germans }]);
  const { page } = watched;
  await signIn(watched, definitionOf('shared'));
  await page.getByLabel('Name of the rule').fill('People in Germany');
  await page.getByText('The rules are changed').waitFor();
  await page.reload();
  await expect.poll(() => page.getByLabel('Name of the rule').inputValue()).toBe('People in Germany');
  await define('shared', [{ kind: 'add-members', list: 'included', contextKind: 'user', keys: ['ana'] }]);
  await page.reload();
  const notice = page.getByRole('alert').filter({ hasText: 'Somebody saved v3 while you edited v2' });
  await notice.getByText('Always, by name: 1 user key.').waitFor();
  await notice.getByRole('button', { name: 'Keep my edits on top of v3' }).click();
  await page.getByRole('button', { name: 'Review → PRODUCTION' }).last().click();
  await page.getByLabel('Comment').fill('a better name');
  await page.getByRole('button', { name: 'Save to PRODUCTION' }).click();
  await page.getByText('Saved v4').waitFor();
  await expect
    .poll(() => stored('shared'))
    .toMatchObject({
      included: [{ count: 1 }],
      rules: [{ id: 'de', name: 'People in Germany' }],
    });
});

test('a segment says who uses it, leads there, and is not deleted before nobody does', async () => {
  await makeSegment('used');
  await flagFor('used', 'search');
  await makeSegment('outer', [
    { kind: 'add-rule', rule: { id: 'inner', clauses: [{ attribute: '', operator: 'in-segment', values: ['used'] }] } },
  ]);
  const { page } = watched;
  await signIn(watched, `${service.url}/segments/used`);
  const users = page.getByRole('region', { name: 'Used by' });
  await users.getByText('1 flag (1 in PRODUCTION) and 1 segment.').waitFor();
  await expect
    .poll(() => users.getByRole('link', { name: 'rule 1 (Members)' }).getAttribute('href'))
    .toBe('/flags/search/targeting/production');
  await expect
    .poll(() => users.getByRole('link', { name: 'Evaluate search in production as…' }).getAttribute('href'))
    .toBe('/flags/search/playground?env=production');
  await page.getByRole('button', { name: 'Delete segment…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Type used to confirm').fill('used');
  await dialog.getByRole('button', { name: 'Delete segment used' }).click();
  await dialog.getByText('production: rule 1 of flag search').waitFor();
  await dialog.getByText('production: rule 1 of segment outer').waitFor();

  await changeFlag(service, 'production', 'search', [{ kind: 'remove-rule', ruleId: 'members' }]);
  await define('outer', [{ kind: 'remove-rule', ruleId: 'inner' }]);
  await dialog.getByRole('button', { name: 'Delete segment used' }).click();
  await page.waitForURL('**/segments');
  await page.getByRole('link', { name: 'outer' }).waitFor();
  await expect.poll(() => page.getByRole('link', { name: 'used' }).count()).toBe(0);
});

test('the history says what each revision changed, in counts', async () => {
  await makeSegment('remembered', [
    { kind: 'add-members', list: 'included', contextKind: 'user', keys: ['a', 'b', 'c', 'd', 'e'] },
  ]);
  const { page } = watched;
  await signIn(watched, `${service.url}/segments/remembered/history?env=production`);
  await page.getByRole('button', { name: 'Show what v2 changed' }).click();
  const diff = page.getByRole('list', { name: 'Who belonged before and after v2' });
  await expect
    .poll(() => diff.getByRole('listitem').allTextContents())
    .toEqual(['−Removed: Nobody belongs to it.', '+Added: Always, by name: 5 user keys.']);
});

const LOOKS = [
  { colorScheme: 'light', viewport: { width: 1440, height: 900 } },
  { colorScheme: 'dark', viewport: { width: 1440, height: 900 } },
  { colorScheme: 'light', viewport: { width: 360, height: 740 } },
  { colorScheme: 'dark', viewport: { width: 360, height: 740 } },
] as const;

describe('segments', () => {
  beforeAll(async () => {
    const rule = {
      id: 'eu',
      name: 'Europe',
      clauses: [{ attribute: 'country', operator: 'in', values: ['RO'] }],
      share: 12_500,
    };
    const keys = Array.from({ length: 30 }, (_, index) => `user-${index}@example.test`);
    await makeSegment('look', [
      { kind: 'add-rule', rule },
      { kind: 'add-members', list: 'included', contextKind: 'user', keys },
    ]);
    await flagFor('look', 'looked-at');
  });

  test.each(LOOKS)('are accessible and fit in $colorScheme at $viewport.width px', async (look) => {
    const own = await openPage(browser, service.url, look);
    const { page } = own;
    await signIn(own, service.url);
    const check = async (name: string) => {
      await settled(own);
      expect(await own.violations(), name).toEqual([]);
      await expect.poll(() => own.overflow(), { message: name }).toBe(0);
    };
    await page.goto(`${service.url}/segments`);
    await page.getByRole('link', { name: 'look', exact: true }).waitFor();
    await check('list');
    await page.getByRole('button', { name: 'New segment' }).click();
    await page.getByRole('button', { name: 'Create segment' }).click();
    await page.getByText('Letters, digits, and').waitFor();
    await check('new segment');
    await page.goto(`${service.url}/segments/look`);
    await page.getByText('1 flag (1 in PRODUCTION).').waitFor();
    await check('overview');
    await page.goto(definitionOf('look'));
    await page.getByText('1–20 of 30').waitFor();
    await page.getByRole('textbox', { name: 'Add keys' }).fill('ana');
    await page.getByRole('textbox', { name: 'Add keys' }).press('Enter');
    await page.getByRole('button', { name: 'Remove user-1@example.test' }).click();
    await page.getByText('1 new · 1 to go').waitFor();
    await page.getByText('Advanced: who is dealt together').click();
    await check('who belongs');
    await page.getByRole('button', { name: 'Review → PRODUCTION' }).first().click();
    await page.getByText('Flags that use it').waitFor();
    await check('review');
    await page.goto(`${service.url}/segments/look/history?env=production`);
    await page.getByRole('button', { name: 'Show what v2 changed' }).click();
    await check('history');
    expect(own.faults).toEqual([]);
    await own.close();
  });
});
