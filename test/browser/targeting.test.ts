import type { Locator, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { openPage, settled, signIn } from './admin-page.ts';
import { browser, openOwnWindows, service, watched } from './own-window.ts';
import { changeFlag, configPath, expectDone, FLAGS, makeFlag, SEGMENTS } from './world.ts';

openOwnWindows(async () => {
  expectDone(await service.admin.send('POST', SEGMENTS, { body: { key: 'employees' } }));
});

interface Config {
  readonly revision: number;
  readonly rules: readonly {
    readonly id: string;
    readonly name: string;
    readonly clauses: readonly object[];
    readonly serve: { readonly variation?: string; readonly split?: { readonly weights: Record<string, number> } };
  }[];
  readonly targets: readonly { readonly variation: string; readonly keys: readonly string[] }[];
  readonly prerequisites: readonly object[];
}

const stored = async (flag: string): Promise<Config> =>
  (await service.admin.send<Config>('GET', configPath('staging', flag))).body;

const aRule = (id: string, ...countries: readonly string[]) => ({
  kind: 'add-rule',
  rule: {
    id,
    clauses: [{ attribute: 'country', operator: 'in', values: countries }],
    serve: { variation: 'on' },
  },
});

/** The editor of a new flag in staging, where nothing must be typed to confirm. */
async function edit(flag: string, instructions: readonly object[] = [], parts: object = {}): Promise<Page> {
  await makeFlag(service, { key: flag, ...parts });
  if (instructions.length > 0) await changeFlag(service, 'staging', flag, instructions);
  await signIn(watched, `${service.url}/flags/${flag}/targeting/staging`);
  return watched.page;
}

const ruleAt = (page: Page, place: number): Locator =>
  page.getByRole('listitem', { name: `Rule ${place}`, exact: true });
const reviewButton = (page: Page): Locator => page.getByRole('button', { name: 'Review → Staging' });

async function save(page: Page, revision: number): Promise<void> {
  await reviewButton(page).click();
  await page.getByRole('button', { name: 'Save to Staging' }).click();
  await page.getByText(`Saved v${revision}`).waitFor();
}

const orderOf = async (page: Page): Promise<readonly (string | null)[]> =>
  Promise.all((await page.locator('[data-rule]').all()).map((rule) => rule.getAttribute('data-rule')));

describe('rules', () => {
  test('are made in the browser: conditions by type, and a split to the thousandth of a percent', async () => {
    const page = await edit('made');
    await page.keyboard.press('n');
    const first = ruleAt(page, 1);
    await first.getByLabel('Operator').selectOption({ label: 'is in segment' });
    await first.getByLabel('Values', { exact: true }).fill('employees');
    await first.getByLabel('Values', { exact: true }).press('Enter');
    await page.getByRole('button', { name: 'Add rule' }).click();
    const second = ruleAt(page, 2);
    await second.getByLabel('Name of the rule').fill('New app');
    await second.getByLabel('Attribute', { exact: true }).fill('appVersion');
    await second.getByLabel('Operator').selectOption({ label: 'is at least version' });
    await second.getByLabel('Value', { exact: true }).fill('5.2.0');
    await second.getByRole('button', { name: 'Add condition' }).click();
    const condition = second.getByRole('group', { name: 'Condition 2' });
    await condition.getByLabel('Kind of context').fill('organization');
    await condition.getByLabel('Attribute', { exact: true }).fill('seats');
    await condition.getByLabel('negate').check();
    await condition.getByLabel('Operator').selectOption({ label: 'is not less than' });
    await condition.getByLabel('Value', { exact: true }).fill('10.5');
    await second.getByText('Percentages').click();
    await second.getByLabel('Percentage of on').fill('33.333');
    await second.getByText('= 33.333 %').waitFor();
    await expect.poll(() => reviewButton(page).isDisabled()).toBe(true);
    await second.getByRole('button', { name: 'Take from largest' }).click();
    await save(page, 2);
    const { rules } = await stored('made');
    expect(rules).toMatchObject([
      { clauses: [{ operator: 'in-segment', values: ['employees'] }], serve: { variation: 'on' } },
      {
        name: 'New app',
        clauses: [
          { attribute: 'appVersion', operator: 'semver-at-least', values: ['5.2.0'] },
          { kind: 'organization', attribute: 'seats', operator: 'less-than', values: [10.5], negate: true },
        ],
        serve: { split: { weights: { on: 33_333, off: 66_667 } } },
      },
    ]);
  });

  test('A15: with percentages of 99 or an empty condition cannot be reviewed, and say why', async () => {
    const page = await edit('incomplete', [
      { kind: 'set-split', at: 'fallthrough', weights: { on: 25_000, off: 75_000 } },
    ]);
    await page.getByLabel('Percentage of off').fill('74');
    await page.getByText('= 99 %').waitFor();
    await expect.poll(() => reviewButton(page).isDisabled()).toBe(true);
    await page.getByLabel('Percentage of off').fill('75');
    await page.getByText('Nothing changed').waitFor();
    await page.getByRole('button', { name: 'Add rule' }).click();
    await page.getByText('Name the attribute to look at.').waitFor();
    await page.getByText(/'in' needs at least one value/).waitFor();
    await expect.poll(() => reviewButton(page).isDisabled()).toBe(true);
    await ruleAt(page, 1).getByLabel('Attribute', { exact: true }).fill('country');
    await ruleAt(page, 1).getByLabel('Values', { exact: true }).fill('RO');
    await ruleAt(page, 1).getByLabel('Values', { exact: true }).press('Enter');
    await page.getByText('1 unsaved change').waitFor();
    await ruleAt(page, 1).getByRole('button', { name: 'Remove condition 1' }).click();
    await page.getByText('A rule needs a condition.').waitFor();
    await expect.poll(() => reviewButton(page).isDisabled()).toBe(true);
  });

  test('A16: that an earlier one covers are marked as never reached, and can be saved all the same', async () => {
    const page = await edit('covered', [aRule('both', 'RO', 'DE')]);
    await page.getByRole('button', { name: 'Add rule' }).click();
    await ruleAt(page, 2).getByLabel('Attribute', { exact: true }).fill('country');
    await ruleAt(page, 2).getByLabel('Values', { exact: true }).fill('RO');
    await ruleAt(page, 2).getByLabel('Values', { exact: true }).press('Enter');
    const mark = ruleAt(page, 2).getByText('Never reached: rule 1 already serves all of it');
    await mark.waitFor();
    await expect.poll(() => ruleAt(page, 1).getByText('Never reached').count()).toBe(0);
    await ruleAt(page, 2).getByText('Why?').click();
    await ruleAt(page, 2)
      .getByText(/taken by rule 1 before/)
      .waitFor();
    await save(page, 3);
    await expect.poll(async () => (await stored('covered')).rules).toHaveLength(2);
  });

  test('A17: move by a button and by Alt and an arrow, which is announced, and the focus goes with them', async () => {
    const page = await edit('ordered', [aRule('a', 'A'), aRule('b', 'B'), aRule('c', 'C'), aRule('d', 'D')]);
    await page.getByRole('button', { name: 'Move rule 3 up' }).click();
    await page.getByRole('alert').getByText('Rule 3 moved to position 2 of 4').waitFor({ state: 'attached' });
    await expect.poll(() => orderOf(page)).toEqual(['a', 'c', 'b', 'd']);
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.closest('[data-rule]')?.getAttribute('data-rule')))
      .toBe('c');
    await page.keyboard.press('Alt+ArrowUp');
    await page.getByRole('alert').getByText('Rule 2 moved to position 1 of 4').waitFor({ state: 'attached' });
    await page.getByRole('button', { name: 'Remove rule 4' }).press('Alt+ArrowUp');
    await expect.poll(() => orderOf(page)).toEqual(['c', 'a', 'd', 'b']);
    await page.getByText('2 unsaved changes').waitFor();
    await save(page, 3);
    await expect.poll(async () => (await stored('ordered')).rules.map(({ id }) => id)).toEqual(['c', 'a', 'd', 'b']);
  });

  test('that somebody else edits meanwhile are merged one by one', async () => {
    const page = await edit('merged', [aRule('a', 'A'), aRule('b', 'B')]);
    await ruleAt(page, 2).getByLabel('Name of the rule').fill('Mine');
    await changeFlag(service, 'staging', 'merged', [{ kind: 'update-rule', ruleId: 'a', name: 'Theirs' }]);
    await page.reload();
    const keep = page.getByRole('button', { name: 'Keep my edits on top of v3' });
    await keep.waitFor();
    await expect.poll(() => reviewButton(page).isDisabled()).toBe(true);
    await keep.click();
    await save(page, 4);
    await expect.poll(async () => (await stored('merged')).rules.map(({ name }) => name)).toEqual(['Theirs', 'Mine']);
  });

  test('keep their edits over a reload, and offer them to another tab', async () => {
    const page = await edit('kept', [aRule('a', 'A')]);
    await ruleAt(page, 1).getByLabel('Name of the rule').fill('Not saved yet');
    await page.reload();
    await page.getByText('1 unsaved change').waitFor();
    await expect.poll(() => ruleAt(page, 1).getByLabel('Name of the rule').inputValue()).toBe('Not saved yet');
    const other = await page.context().newPage();
    await other.goto(page.url());
    await other.getByText('You have edits here that were never saved').waitFor();
    await expect.poll(() => ruleAt(other, 1).getByLabel('Name of the rule').inputValue()).toBe('');
    await other.getByRole('button', { name: 'Continue with them' }).click();
    await expect.poll(() => ruleAt(other, 1).getByLabel('Name of the rule').inputValue()).toBe('Not saved yet');
    await other.getByRole('button', { name: 'Discard' }).click();
    await other.reload();
    await other.getByText('Nothing changed').waitFor();
    await expect.poll(() => other.getByText('never saved').count()).toBe(0);
  });

  test('say what only the server knows beside the field, before the review', async () => {
    const page = await edit('checked', [aRule('a', 'A')]);
    await ruleAt(page, 1).getByLabel('Operator').selectOption({ label: 'matches' });
    await ruleAt(page, 1).getByLabel('Values', { exact: true }).fill('a(b');
    await ruleAt(page, 1).getByLabel('Values', { exact: true }).press('Enter');
    await ruleAt(page, 1).getByText('"a(b" is not a regular expression').waitFor();
    await expect.poll(() => reviewButton(page).isDisabled()).toBe(true);
    await ruleAt(page, 1).getByRole('button', { name: 'Remove a(b' }).click();
    await ruleAt(page, 1).getByLabel('Operator').selectOption({ label: 'is in segment' });
    await ruleAt(page, 1).getByLabel('Values', { exact: true }).fill('nobody');
    await ruleAt(page, 1).getByLabel('Values', { exact: true }).press('Enter');
    await ruleAt(page, 1).getByText('There is no segment `nobody`').waitFor();
  });
});

describe('a split', () => {
  test('that is dealt by something else warns that people will change', async () => {
    const page = await edit('dealt', [{ kind: 'set-split', at: 'fallthrough', weights: { on: 12_345, off: 87_655 } }]);
    await page.getByText('Advanced').click();
    await page.getByLabel('Attribute to split by').fill('team');
    await page.getByText(/deals everybody anew/).waitFor();
    await save(page, 3);
    const { body } = await service.admin.send('GET', configPath('staging', 'dealt'));
    expect(body).toMatchObject({
      fallthrough: {
        split: { weights: { on: 12_345, off: 87_655 }, by: { contextKind: 'user', attribute: 'team' } },
      },
    });
  });
});

/** Pastes as people do: the text stands on the clipboard of the event. */
function paste(field: Locator, text: string): Promise<void> {
  return field.evaluate((element, pasted) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text', pasted);
    element.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  }, text);
}

/** Short ids, so that ten thousand of them still fit into one flag. */
const shortId = (index: number): string => index.toString(36).padStart(3, '0');

describe('names', () => {
  test('are pasted ten thousand at a time, counted, searched, thinned, and saved', async () => {
    const page = await edit('pasted');
    const field = page.getByLabel('Keys of kind user that get on', { exact: true });
    const ids = Array.from({ length: 10_000 }, (_, index) => shortId(index % 9_998));
    await paste(field, ids.join('\n'));
    await page.getByText('9,998 new, 2 duplicates').waitFor();
    await page.getByText('9,998 values').waitFor();
    await page.getByRole('button', { name: 'Show' }).click();
    await page.getByText('the first 100 of 9,998').waitFor();
    await page.getByLabel('Search in Keys of kind user that get on').fill('7p0');
    await page.getByRole('button', { name: 'Remove 7p0' }).click();
    await page.getByText('9,997 values').waitFor();
    await save(page, 2);
    const { targets } = await stored('pasted');
    expect(targets.map(({ keys }) => keys.length)).toEqual([9_997]);
  });

  test('that take more room than a flag has are refused in words, before the review', async () => {
    const page = await edit('too-many');
    const ids = Array.from({ length: 10_000 }, (_, index) => `customer-${index}`);
    await paste(page.getByLabel('Keys of kind user that get on', { exact: true }), ids.join(','));
    await page.getByText(/The compiled flag takes .* bytes.*Move keys or values to a segment/).waitFor();
    await expect.poll(() => reviewButton(page).isDisabled()).toBe(true);
  });

  test('may be of another kind of context', async () => {
    const page = await edit('by-device');
    await page.getByText('Another kind of context').click();
    await page.getByRole('textbox', { name: 'Another kind of context' }).fill('device');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByLabel('Keys of kind device that get off', { exact: true }).fill('tablet-7');
    await page.keyboard.press('Enter');
    await save(page, 2);
    await expect
      .poll(async () => (await stored('by-device')).targets)
      .toEqual([{ variation: 'off', contextKind: 'device', keys: ['tablet-7'] }]);
  });
});

describe('prerequisites', () => {
  test('are chosen with their variations', async () => {
    await makeFlag(service, { key: 'payments' });
    const page = await edit('paying');
    await page.getByRole('button', { name: 'Add prerequisite' }).click();
    await page.getByText('1 unsaved').or(page.getByText('One thing to mend')).waitFor();
    await page.getByLabel('Flag of prerequisite 1').fill('no-such-flag');
    await page.getByText('There is no flag no-such-flag').waitFor();
    await page.getByLabel('Flag of prerequisite 1').fill('payments');
    await page.getByRole('group', { name: 'Variations of payments that satisfy it' }).getByLabel('on').check();
    await save(page, 2);
    await expect
      .poll(async () => (await stored('paying')).prerequisites)
      .toEqual([{ flag: 'payments', variations: ['on'] }]);
  });

  test('that lead in a circle are refused with the whole way round', async () => {
    await makeFlag(service, { key: 'circle-b' });
    const page = await edit('circle-a');
    await changeFlag(service, 'staging', 'circle-b', [
      { kind: 'set-prerequisites', prerequisites: [{ flag: 'circle-a', variations: ['on'] }] },
    ]);
    await page.getByRole('button', { name: 'Add prerequisite' }).click();
    await page.getByLabel('Flag of prerequisite 1').fill('circle-b');
    await page.getByRole('group', { name: 'Variations of circle-b that satisfy it' }).getByLabel('on').check();
    await page.getByText(/`circle-a`.*`circle-b`.*`circle-a`/).waitFor();
    await expect.poll(() => reviewButton(page).isDisabled()).toBe(true);
  });
});

/** As people do: `fill` would have the browser style what it puts in, which the policy refuses. */
async function typeOver(field: Locator, text: string): Promise<void> {
  await field.click();
  await field.press('ControlOrMeta+a');
  await field.page().keyboard.type(text);
}

describe('variations', () => {
  const LAYOUT = {
    type: 'json',
    variations: [
      { key: 'wide', value: { columns: 4, theme: { colour: 'green' } } },
      { key: 'narrow', value: { columns: 2, theme: { colour: 'grey' } } },
    ],
  };

  async function openVariations(flag: string, parts: object): Promise<Page> {
    await makeFlag(service, { key: flag, ...parts });
    await signIn(watched, `${service.url}/flags/${flag}/variations`);
    return watched.page;
  }

  const cardOf = (page: Page, key: string) => page.getByRole('listitem', { name: `Variation ${key}`, exact: true });

  test('of JSON must satisfy the schema of the flag, and are compared by path in the review', async () => {
    const page = await openVariations('layout', LAYOUT);
    await page.getByRole('button', { name: 'Add a schema' }).click();
    const schema = { type: 'object', properties: { columns: { type: 'integer' } } };
    await typeOver(page.getByRole('textbox', { name: 'JSON Schema' }), JSON.stringify(schema));
    const wide = cardOf(page, 'wide');
    const value = wide.getByRole('textbox', { name: 'Value of wide' });
    await typeOver(value, '{"columns": "four", "theme": {"colour": "green"}}');
    await wide.getByText(/does not satisfy the JSON Schema: at \/columns/).waitFor();
    await expect.poll(() => page.getByRole('button', { name: 'Review' }).isDisabled()).toBe(true);
    await typeOver(value, '{"columns": 4,');
    await wide.getByText('This is not valid JSON.').waitFor();
    await typeOver(value, '{"columns": 4, "theme": {"colour": "blue"}}');
    await page.getByText('2 unsaved changes').waitFor();
    await page.getByRole('button', { name: 'Review' }).click();
    const sheet = page.getByRole('dialog', { name: /Review/ });
    await sheet.getByText('Added: ').waitFor({ state: 'attached' });
    await expect
      .poll(() => sheet.getByRole('list', { name: 'Who gets what' }).getByRole('listitem').allTextContents())
      .toEqual(['−Removed: wide has "green" at /theme/colour', '+Added: wide has "blue" at /theme/colour']);
    await sheet.getByLabel('Comment').fill('blue sells better');
    await sheet.getByRole('button', { name: 'Save everywhere' }).click();
    await page.getByText('Saved v2 of the flag').waitFor();
    const { body } = await service.admin.send('GET', `${FLAGS}/layout`);
    expect(body).toMatchObject({
      variations: [{ key: 'wide', value: { columns: 4, theme: { colour: 'blue' } } }, { key: 'narrow' }],
      jsonSchema: { type: 'object' },
    });
  });

  test('are added, described and removed; one that is in use is kept, and says where it is used', async () => {
    const page = await openVariations('sizes', {
      type: 'number',
      variations: [
        { key: 'small', value: 1 },
        { key: 'large', value: 9 },
      ],
    });
    await page.getByRole('button', { name: 'Add variation' }).click();
    const added = page.getByRole('listitem', { name: 'New variation' });
    await added.getByLabel('Key').fill('medium');
    const medium = cardOf(page, 'medium');
    await medium.getByLabel('Value of medium').fill('five');
    await medium.getByText('This is not a number.').waitFor();
    await medium.getByLabel('Value of medium').fill('5');
    await medium.getByLabel('Description').fill('For most');
    await cardOf(page, 'small').getByRole('button', { name: 'Remove small' }).click();
    await cardOf(page, 'small')
      .getByText(/Variation `small` is in use: /)
      .waitFor();
    await expect.poll(() => page.getByRole('button', { name: 'Review' }).isDisabled()).toBe(true);
    await cardOf(page, 'small').getByRole('button', { name: 'Bring back' }).click();
    await page.getByRole('button', { name: 'Review' }).click();
    await page.getByRole('button', { name: 'Save everywhere' }).click();
    await page.getByText('Saved v2 of the flag').waitFor();
    const { body } = await service.admin.send('GET', `${FLAGS}/sizes`);
    expect(body).toMatchObject({
      variations: [{ key: 'small' }, { key: 'large' }, { key: 'medium', value: 5, description: 'For most' }],
    });
  });
});

describe.each([
  { colorScheme: 'light', viewport: { width: 1440, height: 900 } },
  { colorScheme: 'dark', viewport: { width: 1440, height: 900 } },
  { colorScheme: 'light', viewport: { width: 360, height: 740 } },
] as const)('in $colorScheme at $viewport.width px', (look) => {
  test('the editors are accessible and fit their window, with everything open', async () => {
    const name = `look-${look.colorScheme}-${look.viewport.width}`;
    await makeFlag(service, {
      key: name,
      type: 'json',
      variations: [
        { key: 'on', value: {} },
        { key: 'off', value: [] },
      ],
    });
    await changeFlag(service, 'staging', name, [
      aRule('both', 'RO', 'DE'),
      aRule('covered', 'RO'),
      {
        kind: 'set-targets',
        variation: 'on',
        contextKind: 'user',
        keys: Array.from({ length: 200 }, (_, i) => `u${i}`),
      },
      { kind: 'set-split', at: 'fallthrough', weights: { on: 12_345, off: 87_655 } },
    ]);
    const shown = await openPage(browser, service.url, look);
    const { page } = shown;
    await signIn(shown, `${service.url}/flags/${name}/targeting/staging`);
    await page.getByRole('button', { name: 'Add rule' }).click();
    await page.getByRole('button', { name: 'Add prerequisite' }).click();
    await page.getByRole('button', { name: 'Show' }).click();
    await page.getByText('Advanced').click();
    await page.getByText('Why?').click();
    await page.getByLabel('Salt').fill('layer-1');
    await page.getByText('Name the attribute to look at.').waitFor();
    await settled(shown);
    expect(await shown.violations()).toEqual([]);
    await expect.poll(() => shown.overflow()).toBe(0);
    await page.goto(`${service.url}/flags/${name}/variations`);
    await typeOver(page.getByRole('textbox', { name: 'Value of on' }), '{"a": tru');
    await page.getByRole('button', { name: 'Add a schema' }).click();
    await page.getByRole('textbox', { name: 'JSON Schema' }).waitFor();
    await settled(shown);
    expect(await shown.violations()).toEqual([]);
    await expect.poll(() => shown.overflow()).toBe(0);
    expect(shown.faults).toEqual([]);
    await shown.close();
  });
});
