import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createClientOn } from './client.ts';
import { type DevtoolsOptions, mountDevtools } from './devtools.ts';
import { allValues, type TestPage, testPage, WELCOME } from './testing-page.ts';
import type { WithTools } from './tools.ts';
import type { BrowserClient, BrowserClientOptions } from './types.ts';

let page: TestPage;
let client: BrowserClient;
let unmount = (): void => undefined;

function aClient(options: Partial<BrowserClientOptions> = {}): BrowserClient {
  return createClientOn(page.page, { clientKey: 'gp_cli_1', ...options } as BrowserClientOptions);
}

function clearBrowser(): void {
  localStorage.clear();
  sessionStorage.clear();
  location.hash = '';
  // biome-ignore lint/suspicious/noDocumentCookie: it is what servers see of overrides
  document.cookie = 'glidepath-overrides=;path=/;max-age=-1';
}

beforeEach(() => {
  clearBrowser();
  page = testPage();
  client = aClient();
  page.socket.accept();
  page.socket.tell(WELCOME);
  page.socket.tell(allValues({ banner: true, colour: 'blue', unused: 1 }));
});
afterEach(() => unmount());

function panel(options: DevtoolsOptions = {}, of = client): ShadowRoot {
  unmount();
  ({ unmount } = mountDevtools(of, options));
  const root = document.body.lastElementChild?.shadowRoot;
  if (!root) throw new Error('no panel was mounted');
  return root;
}

const rowsOf = (root: ShadowRoot) =>
  [...root.querySelectorAll('tbody tr')].map((row) =>
    [...row.querySelectorAll('th, td:not([data-name=Override])')].map((cell) => cell.textContent),
  );

function field(root: ShadowRoot, label: string): HTMLInputElement {
  const found = root.querySelector<HTMLInputElement>(`[aria-label="${label}"]`);
  if (!found) throw new Error(`no field is called ${label}`);
  return found;
}

function enter(root: ShadowRoot, label: string, text: string): void {
  const into = field(root, label);
  into.value = text;
  into.dispatchEvent(new Event('change'));
}

const press = (root: ShadowRoot, name: string) =>
  [...root.querySelectorAll('button')].find(({ textContent }) => textContent === name)?.click();

const framesIn = (root: ShadowRoot) => [...root.querySelectorAll('li')].map((line) => line.textContent);

describe('the panel', () => {
  test('shows the flags that the page has used', () => {
    client.variation('banner', false);
    client.peek('colour', '');
    client.peek('nowhere', 1);
    expect(rowsOf(panel())).toEqual([
      ['banner', 'true', 'v-true', 'not told', 'stream', '1', ''],
      ['colour', '"blue"', 'v-blue', 'not told', 'stream', '1', ''],
      ['nowhere', '1', '', 'ERROR FLAG_NOT_FOUND', 'stream', '', ''],
    ]);
  });

  test('says why, where the service tells pages', () => {
    const put = [
      { key: 'a', reason: { kind: 'RULE_MATCH', ruleId: 'staff', ruleIndex: 0, openFeature: 'SPLIT' } },
      { key: 'b', reason: { kind: 'PREREQUISITE_FAILED', prerequisiteKey: 'a', openFeature: 'TARGETING_MATCH' } },
      { key: 'c', reason: { kind: 'OFF', openFeature: 'DISABLED' } },
    ].map((flag) => ({ ...flag, value: 1, variation: 'v', rev: 1 }));
    page.socket.tell({ t: 'values', n: 0, epoch: 'e1', v: 2, full: true, put: put as never, del: [], count: 3 });
    for (const key of ['a', 'b', 'c']) client.peek(key, 0);
    expect(rowsOf(panel()).map(([, , , reason]) => reason)).toEqual([
      'RULE_MATCH staff',
      'PREREQUISITE_FAILED a',
      'OFF',
    ]);
  });

  test('follows what changes, without taking from anybody what they type', async () => {
    client.peek('colour', '');
    const root = panel();
    const row = root.querySelector('tbody tr');
    const typing = field(root, 'Override colour');
    typing.focus();
    typing.value = 'gre';
    page.socket.tell(allValues({ banner: true, colour: 'red' }, { v: 2 }));
    await expect.poll(() => rowsOf(root)[0]?.[1]).toBe('"red"');
    expect(root.querySelector('tbody tr')).toBe(row);
    expect(typing.value).toBe('gre');
  });

  test('leaves the answers of the page as they are: the same object as long as nothing changes', () => {
    const before = client.peekDetail('colour', 'none');
    panel();
    expect(client.peekDetail('colour', 'none')).toBe(before);
  });

  test('is shown and hidden by its key', () => {
    const root = panel({ hotkey: 'k' });
    const type = (key: string) => document.dispatchEvent(new KeyboardEvent('keydown', { key, ctrlKey: true }));
    const host = root.host as HTMLElement;
    type('.');
    expect(host.hidden).toBe(false);
    type('k');
    expect(host.hidden).toBe(true);
    type('k');
    expect(host.hidden).toBe(false);
  });

  test('stands where it is put, and leaves nothing behind', () => {
    const target = document.createElement('div');
    const { unmount: leave } = mountDevtools(client, { target, position: 'left' });
    expect(target.querySelector('div')?.style.left).toBe('12px');
    leave();
    expect(target.childElementCount).toBe(0);
  });
});

describe('the frames', () => {
  test('that went and came are listed by type, size and version, and nothing of what they say', async () => {
    const root = panel();
    const context = { user: { key: 'canary-key', email: 'canary-address' } };
    void client.identify(context);
    page.socket.tell({ t: 'hb', v: 7 });
    page.socket.tell('{"t":"canary-type"}');
    page.socket.tell('canary');
    await expect.poll(() => framesIn(root).length).toBeGreaterThan(3);
    const text = framesIn(root).join('\n');
    expect(text).toMatch(/→ out identify, \d{3} bytes$/m);
    expect(text).toMatch(/← in hb, 16 bytes, version 7$/m);
    expect(text).toMatch(/← in unknown, 19 bytes$/m);
    expect(text).toMatch(/← in unreadable, 6 bytes$/m);
    expect(root.innerHTML).not.toContain('canary');
  });

  test('are the last hundred', async () => {
    const root = panel();
    for (let v = 1; v <= 250; v += 1) page.socket.tell({ t: 'goodbye', reason: `${v}` });
    await expect.poll(() => root.querySelector('summary')?.textContent).toBe('Frames (100)');
  });
});

describe('an override', () => {
  test('leaves other flags to the breaker, and wins where it fixes the same one', () => {
    const tools = (client as WithTools)['~tools'] ?? expect.unreachable();
    const detail = { reason: { kind: 'BREAKER_OPEN', until: 1 } } as const;
    tools.held = (key, fallback) => (key === 'colour' ? { value: fallback as string, detail } : undefined);
    client.peek('banner', false);
    client.peek('colour', '');
    const root = panel();
    enter(root, 'Override banner', 'false');
    expect([client.peek('banner', true), client.peek('colour', 'red')]).toEqual([false, 'red']);
    enter(root, 'Override colour', '"green"');
    expect(client.peek('colour', 'red')).toBe('green');
  });

  test('holds at once, is told to those who listen, and is never counted', async () => {
    client.peek('banner', false);
    const root = panel();
    const seen: boolean[] = [];
    client.on('change:banner', () => seen.push(client.variation('banner', true)));
    enter(root, 'Override banner', 'false');
    expect(client.variationDetail('banner', true)).toMatchObject({
      value: false,
      source: 'override',
      reason: { kind: 'OVERRIDE', by: 'devtools' },
    });
    expect(seen).toEqual([false]);
    expect(root.querySelector('tr.on th')?.textContent).toBe('banner');
    enter(root, 'Override banner', '');
    expect(client.peek('banner', false)).toBe(true);
    await page.advance(60_000);
    expect(page.requests.flatMap(({ body }) => body['evals'] ?? [])).toEqual([
      expect.objectContaining({ flag: 'banner', var: 'v-true' }),
    ]);
  });

  test('is there again in this tab, and that of a link in another one', () => {
    client.peek('colour', '');
    enter(panel(), 'Override colour', 'green');
    page = testPage();
    const next = aClient({ allowOverrides: true });
    panel({}, next);
    expect(next.peek('colour', '')).toBe('green');
    sessionStorage.clear();
    location.hash = `glidepath-overrides=${encodeURIComponent('{"colour":"red"}')}`;
    panel({}, next);
    expect(next.peek('colour', '')).toBe('red');
  });

  test('reaches as far as it is told to, and the panel shows how far when it is there again', () => {
    client.peek('colour', '');
    const root = panel();
    enter(root, 'Override colour', '"green"');
    enter(root, 'Overrides hold', 'browser');
    expect([sessionStorage.length, localStorage.getItem('glidepath:overrides')]).toEqual([0, '{"colour":"green"}']);
    expect(document.cookie).toBe('');
    const again = panel();
    expect(field(again, 'Overrides hold').value).toBe('browser');
    enter(again, 'Override colour', 'red');
    expect(localStorage.getItem('glidepath:overrides')).toBe('{"colour":"red"}');
  });

  test('goes into a cookie where servers shall see it too, and out of it again', () => {
    client.peek('colour', '');
    client.peek('banner', false);
    expect(field(panel(), 'Overrides hold').textContent).not.toContain('server');
    const root = panel({ cookie: true });
    enter(root, 'Override colour', 'a; b=ü');
    expect(document.cookie).toBe('');
    enter(root, 'Overrides hold', 'server');
    expect(document.cookie).toBe(`glidepath-overrides=${encodeURIComponent('{"colour":"a; b=ü"}')}`);
    expect([sessionStorage.length, localStorage.length]).toEqual([0, 0]);
    const again = panel({ cookie: true });
    expect([field(again, 'Overrides hold').value, client.peek('colour', '')]).toEqual(['server', 'a; b=ü']);
    enter(again, 'Override colour', 'x'.repeat(5_000));
    expect(document.cookie).toBe('');
    enter(again, 'Override colour', '');
    enter(again, 'Override banner', 'false');
    expect(decodeURIComponent(document.cookie)).toBe('glidepath-overrides={"banner":false}');
    press(again, 'Remove overrides');
    expect([document.cookie, client.peek('banner', false)]).toEqual(['', true]);
  });

  test('goes into the cookie that the server reads, whatever its name is', () => {
    client.peek('banner', false);
    const root = panel({ cookie: 'shop-flags' });
    enter(root, 'Overrides hold', 'server');
    enter(root, 'Override banner', 'false');
    expect(decodeURIComponent(document.cookie)).toBe('shop-flags={"banner":false}');
    press(root, 'Remove overrides');
    expect(document.cookie).toBe('');
  });

  test('that is remembered and cannot be read is none', () => {
    client.peek('colour', '');
    sessionStorage.setItem('glidepath:overrides', 'nonsense');
    localStorage.setItem('glidepath:overrides', 'null');
    location.hash = 'glidepath-overrides=[';
    panel();
    expect(client.peek('colour', '')).toBe('blue');
  });

  test('does not act where the environment allows none, and no field takes one', () => {
    sessionStorage.setItem('glidepath:overrides', '{"banner":false}');
    page = testPage();
    const strict = aClient({ bootstrap: { values: { banner: true } } });
    expect(strict.peek('banner', false)).toBe(true);
    const root = panel({}, strict);
    expect(strict.peek('banner', false)).toBe(true);
    expect(field(root, 'Override banner').disabled).toBe(true);
    expect(field(root, 'Overrides hold').disabled).toBe(true);
  });
});

describe('what is copied', () => {
  test('is the set-up of a test with the values that there are, or by hand where there is no clipboard', async () => {
    client.peek('banner', false);
    client.peek('nowhere', 1);
    const root = panel();
    const written: string[] = [];
    const clipboard = { writeText: async (text: string) => void written.push(text) };
    Object.defineProperty(navigator, 'clipboard', { value: clipboard, configurable: true });
    press(root, 'Copy test setup');
    await expect.poll(() => root.querySelector('[role=status]')?.textContent).toBe('Copied.');
    expect(written).toEqual(['createTestClient({\n  "banner": true\n});']);
    Object.defineProperty(navigator, 'clipboard', { value: undefined, configurable: true });
    enter(root, 'Override banner', 'false');
    press(root, 'Copy link');
    await expect.poll(() => root.querySelector('textarea')?.hidden).toBe(false);
    expect(root.querySelector('textarea')?.value).toContain(
      new URLSearchParams({ 'glidepath-overrides': '{"banner":false}' }).toString(),
    );
  });
});
