import { act, type ReactElement, StrictMode } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FlagsProvider, useFlag } from './react.ts';
import { allValues, type TestPage, testPage, WELCOME } from './testing-page.ts';
import type { BrowserClientOptions } from './types.ts';

const OPTIONS = { url: 'http://127.0.0.1:1', clientKey: 'gp_cli_1', cache: 'none' } as const;
const complaints: unknown[] = [];
let page: TestPage;
let reports: string[];
let container: HTMLElement;
let root: Root;

beforeEach(() => {
  vi.useFakeTimers();
  (globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;
  page = testPage();
  reports = [];
  vi.stubGlobal('WebSocket', page.page.WebSocket);
  vi.stubGlobal('fetch', async (_url: string, { body }: { readonly body: string }) => {
    reports.push(body);
    return new Response('{}', { status: 202 });
  });
  vi.spyOn(console, 'error').mockImplementation((...words) => void complaints.push(words));
  container = document.createElement('div');
  root = createRoot(container);
});
afterEach(async () => {
  await act(async () => root.unmount());
  await vi.advanceTimersByTimeAsync(11_000);
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  vi.useRealTimers();
  expect(complaints.splice(0)).toEqual([]);
});

const Shown = (): ReactElement => <i>{useFlag('a', 'none')}</i>;
const element = (more: Partial<BrowserClientOptions> = {}) => (
  <StrictMode>
    <FlagsProvider options={{ ...OPTIONS, ...more }}>
      <Shown />
    </FlagsProvider>
  </StrictMode>
);

const render = (shown: ReactElement | null): Promise<void> => act(async () => root.render(shown));
const later = (ms: number): Promise<unknown> => act(() => vi.advanceTimersByTimeAsync(ms));
const serve = (value: string): Promise<void> =>
  act(async () => {
    page.socket.accept();
    page.socket.tell(WELCOME);
    page.socket.tell(allValues({ a: value }));
  });
const opened = (): number => page.sockets.filter(({ isOpen }) => isOpen).length;

describe('a provider that was given options', () => {
  test('S33: opens one socket under StrictMode, counts each exposure once, and closes when it is gone', async () => {
    await render(element());
    await serve('A');
    expect(container.textContent).toBe('A');
    expect(page.sockets).toHaveLength(1);
    for (let i = 0; i < 100; i += 1) await render(element());
    await later(5_000);
    const evals = reports.flatMap((report) => JSON.parse(report).evals);
    expect(evals).toEqual([{ flag: 'a', fv: 1, var: 'v-A', reason: 'REMOTE', n: 1 }]);
    await render(null);
    expect(opened()).toBe(1);
    await later(1_500);
    expect(opened()).toBe(0);
    expect(page.sockets).toHaveLength(1);
  });

  test('that comes back within a second goes on with the same socket', async () => {
    await render(element());
    await serve('A');
    await render(null);
    await later(900);
    await render(element());
    expect(container.textContent).toBe('A');
    await later(5_000);
    expect([opened(), page.sockets.length]).toEqual([1, 1]);
  });

  test('that comes back later begins anew', async () => {
    await render(element());
    await serve('A');
    await render(null);
    await later(2_000);
    await render(element());
    expect(container.textContent).toBe('none');
    await serve('B');
    expect([container.textContent, opened(), page.sockets.length]).toEqual(['B', 1, 2]);
  });

  test('shares the client with others of the same URL, key and instance only', async () => {
    const others = (
      <>
        {element()}
        {element()}
        {element({ instance: 'other' })}
      </>
    );
    await render(others);
    expect(page.sockets).toHaveLength(2);
  });

  test('begins with the bootstrap, and offline stays with it', async () => {
    const bootstrap = { values: { a: 'A' } };
    await render(element({ bootstrap, mode: 'offline' }));
    expect(container.textContent).toBe('A');
    expect(page.sockets).toHaveLength(0);
    await render(null);
    await render(element({ bootstrap }));
    expect(container.textContent).toBe('A');
    await serve('B');
    expect(container.textContent).toBe('B');
  });
});
