import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { BrowserClientOptions } from '@glidepath/sdk-browser';
import { build } from 'esbuild';
import type { Browser, BrowserContext, Page, WebSocket } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { ENVIRONMENT, type FlagWorld, flagWorld } from '../support/flag-world.ts';
import { expectBelow } from '../support/least.ts';
import { type Service, startService } from '../support/start-service.ts';

/** React's bindings in Chromium, against the service. */
const FLAGS = ['one', 'two', 'three', 'four', 'five'];
const EACH = 10;

/** Components that note each of their renders, and everything that the page ever showed. */
const APP = `
  import { StrictMode, Suspense, createElement as h } from 'react';
  import { createRoot } from 'react-dom/client';
  import { FlagsProvider, useFlag, useSuspenseFlag } from './src/react.ts';

  export const renders = [];
  export const shown = [];
  const container = document.body.appendChild(document.createElement('div'));
  const root = createRoot(container);
  new MutationObserver(() => shown.push(container.textContent)).observe(container, { childList: true, characterData: true, subtree: true });

  function Reader({ flag, name }) {
    renders.push(name);
    return h('i', { id: name }, String(useFlag(flag, false)));
  }
  function Waiting() {
    return h('b', null, String(useSuspenseFlag('one', false)));
  }
  export function readers(options, flags, each) {
    const all = flags.flatMap((flag) =>
      Array.from({ length: each }, (_, index) => h(Reader, { key: flag + index, flag, name: flag + index })),
    );
    root.render(h(FlagsProvider, { options }, all));
  }
  export function strictReaders(options, flags) {
    const all = flags.map((flag) => h(Reader, { key: flag, flag, name: flag }));
    root.render(h(StrictMode, null, h(FlagsProvider, { options }, all)));
  }
  export function waiting(options) {
    root.render(h(FlagsProvider, { options }, h(Suspense, { fallback: 'skeleton' }, h(Waiting))));
  }
  export const clear = () => root.render(null);
`;

interface App {
  readonly renders: string[];
  readonly shown: string[];
  readers(options: BrowserClientOptions, flags: readonly string[], each: number): void;
  strictReaders(options: BrowserClientOptions, flags: readonly string[]): void;
  waiting(options: BrowserClientOptions): void;
  clear(): void;
}
declare const app: App;

let service: Service;
let world: FlagWorld;
let browser: Browser;
let pages: Server;
let origin: string;
let options: BrowserClientOptions;
let context: BrowserContext;
let faults: string[] = [];

beforeAll(async () => {
  service = await startService();
  world = flagWorld(service);
  const { outputFiles } = await build({
    stdin: { contents: APP, resolveDir: fileURLToPath(new URL('../../sdk-browser', import.meta.url)) },
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'app',
    conditions: ['source'],
    define: { 'process.env.NODE_ENV': '"development"' },
  });
  pages = createServer((request, response) => {
    const isScript = request.url === '/app.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    response.end(isScript ? outputFiles[0]?.text : '<!doctype html><body><script src="/app.js"></script>');
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => pages.once('listening', resolve));
  origin = `http://127.0.0.1:${(pages.address() as AddressInfo).port}`;
  options = {
    url: service.url,
    clientKey: await service.sdkKey(ENVIRONMENT, { kind: 'client', origins: [origin] }),
    context: { user: { key: 'ada' } },
  };
  for (const key of FLAGS) await world.flag({ key, clientSide: true });
  browser = await launchBrowser();
});
afterEach(async () => {
  await context.close();
  expect(faults).toEqual([]);
  faults = [];
});
afterAll(async () => {
  await browser.close();
  await new Promise((resolve) => pages.close(resolve));
  await service[Symbol.asyncDispose]();
});

async function aPage(): Promise<Page> {
  context = await browser.newContext();
  const page = await context.newPage();
  page.on('pageerror', (error) => faults.push(`exception: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  await page.goto(origin);
  return page;
}

/** As text: the type of options is too deep for what Playwright makes of types. */
const argumentsOf = (...more: readonly unknown[]): string => JSON.stringify([options, FLAGS, ...more]);
const textsOf = (page: Page, flag: string): Promise<readonly string[]> =>
  page.locator(`i[id^="${flag}"]`).allTextContents();
const rendersOf = (page: Page): Promise<readonly string[]> => page.evaluate(() => app.renders.splice(0));
const serve = (flag: string, variation: string) =>
  world.change(flag, { kind: 'set-fallthrough', serve: { variation } });

describe('React in a browser', () => {
  test('of 50 components those whose flag changed render, once each, and nothing else', async () => {
    const page = await aPage();
    await page.evaluate((text) => app.readers(...(JSON.parse(text) as Parameters<App['readers']>)), argumentsOf(EACH));
    for (const flag of FLAGS) await expect.poll(() => textsOf(page, flag)).toEqual(Array(EACH).fill('true'));
    const first = await rendersOf(page);
    expect(new Set(first).size).toBe(FLAGS.length * EACH);
    for (const flag of ['two', 'four']) {
      await serve(flag, 'off');
      await expect.poll(() => textsOf(page, flag)).toEqual(Array(EACH).fill('false'));
    }
    const expected = ['two', 'four'].flatMap((flag) => [...'0123456789'].map((digit) => flag + digit));
    expect(await rendersOf(page)).toEqual(expected);
    for (const flag of ['two', 'four']) await serve(flag, 'on');
  });

  test('S33: StrictMode opens one socket and counts each exposure once; without a provider there is none', async () => {
    await expectBelow({ tookMs: 3 * 1_500 }, async () => {
      const page = await aPage();
      const sockets: WebSocket[] = [];
      const evals: { readonly flag: string; readonly var: string }[] = [];
      page.on('websocket', (socket) => sockets.push(socket));
      page.on('request', (request) => {
        if (request.url().endsWith('/client/v1/b')) evals.push(...JSON.parse(request.postData() ?? '').evals);
      });
      await page.evaluate(
        (text) => app.strictReaders(...(JSON.parse(text) as Parameters<App['strictReaders']>)),
        argumentsOf(),
      );
      for (const flag of FLAGS) await expect.poll(() => textsOf(page, flag)).toEqual(['true']);
      expect(sockets).toHaveLength(1);
      const closed = sockets[0]?.waitForEvent('close');
      const startedAt = performance.now();
      await page.evaluate(() => app.clear());
      await closed;
      const tookMs = performance.now() - startedAt;
      console.log(`the socket closed ${Math.round(tookMs)} ms after the last provider had gone (at most 1,500)`);
      await expect.poll(() => evals.length).toBeGreaterThanOrEqual(FLAGS.length);
      expect(evals.map(({ flag, var: variation }) => [flag, variation]).sort()).toEqual(
        FLAGS.map((flag) => [flag, 'on']).sort(),
      );
      expect(sockets).toHaveLength(1);
      await context.close();
      return { tookMs };
    });
  });

  test('S34: with the service up the skeleton shows once, and then the value', async () => {
    const page = await aPage();
    await page.evaluate((text) => app.waiting(JSON.parse(text)[0]), argumentsOf());
    await page.locator('b').waitFor();
    await serve('one', 'off');
    await expect.poll(() => page.locator('b').textContent()).toBe('false');
    await expect.poll(() => page.evaluate(() => app.shown)).toEqual(['skeleton', 'true', 'false']);
    await serve('one', 'on');
  });
});
