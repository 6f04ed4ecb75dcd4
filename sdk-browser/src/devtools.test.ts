import { afterEach, beforeEach, expect, test } from 'vitest';
import { createClientOn } from './client.ts';
import { mountDevtools } from './devtools.ts';
import { allValues, type TestPage, testPage, WELCOME } from './testing-page.ts';
import type { BrowserClient } from './types.ts';

let page: TestPage;
let client: BrowserClient;
let unmount = (): void => undefined;

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
  location.hash = '';
  page = testPage();
  client = createClientOn(page.page, { clientKey: 'gp_cli_1' });
  page.socket.accept();
  page.socket.tell(WELCOME);
  page.socket.tell(allValues({ banner: true, colour: 'blue', unused: 1 }));
});
afterEach(() => unmount());

function panel(): ShadowRoot {
  ({ unmount } = mountDevtools(client));
  const root = document.body.lastElementChild?.shadowRoot;
  if (!root) throw new Error('no panel was mounted');
  return root;
}

const rowsOf = (root: ShadowRoot) =>
  [...root.querySelectorAll('tr')]
    .slice(1)
    .map((row) => [...row.querySelectorAll('td')].map((cell) => cell.textContent));

function type(root: ShadowRoot, key: string, text: string): void {
  const input = root.querySelector<HTMLInputElement>(`[title="Override ${key}"]`);
  if (!input) throw new Error(`no field for ${key}`);
  input.value = text;
  input.dispatchEvent(new Event('change'));
}

test('the panel shows the flags that the page has used', () => {
  client.variation('banner', false);
  client.peek('colour', '');
  expect(rowsOf(panel())).toEqual([
    ['banner', 'true', 'v-true', '', 'stream', '1', ''],
    ['colour', '"blue"', 'v-blue', '', 'stream', '1', ''],
  ]);
});

test('an override holds at once, is told to those who listen, and is never counted', async () => {
  client.peek('banner', false);
  const root = panel();
  const seen: boolean[] = [];
  client.on('change:banner', () => seen.push(client.variation('banner', true)));
  type(root, 'banner', 'false');
  expect(client.variationDetail('banner', true)).toMatchObject({
    value: false,
    source: 'override',
    reason: { kind: 'OVERRIDE', by: 'devtools' },
  });
  expect(seen).toEqual([false]);
  type(root, 'banner', '');
  expect(client.peek('banner', false)).toBe(true);
  await page.advance(60_000);
  expect(page.requests.flatMap(({ body }) => body['evals'] ?? [])).toEqual([
    expect.objectContaining({ flag: 'banner', var: 'v-true' }),
  ]);
});

test('overrides are there again in this tab, and those of a link in another one', () => {
  client.peek('colour', '');
  type(panel(), 'colour', 'green');
  unmount();
  const next = createClientOn(testPage().page, { clientKey: 'gp_cli_1', allowOverrides: true });
  ({ unmount } = mountDevtools(next));
  expect(next.peek('colour', '')).toBe('green');
  unmount();
  sessionStorage.clear();
  location.hash = `glidepath-overrides=${encodeURIComponent('{"colour":"red"}')}`;
  ({ unmount } = mountDevtools(next));
  expect(next.peek('colour', '')).toBe('red');
});

test('where the environment allows none, no override acts and no field takes one', () => {
  client.peek('banner', false);
  sessionStorage.setItem('glidepath:overrides', '{"banner":false}');
  const strict = createClientOn(testPage().page, { clientKey: 'gp_cli_1', bootstrap: { values: { banner: true } } });
  expect(strict.peek('banner', false)).toBe(true);
  ({ unmount } = mountDevtools(strict));
  expect(strict.peek('banner', false)).toBe(true);
  const field = document.body.lastElementChild?.shadowRoot?.querySelector<HTMLInputElement>('input');
  expect(field?.disabled).toBe(true);
});
