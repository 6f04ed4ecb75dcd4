import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { type Service, startService } from '../support/start-service.ts';
import { openPage, UI_FOLDER, type WatchedPage } from './admin-page.ts';

// Live bindings: set before a test of the file begins. Files of tests that share this module run one after another.
export let browser: Browser;
export let service: Service;
/** The window of the test that runs. */
export let watched: WatchedPage;

/** One browser and one service for the tests of a file, and for each of them a window in which nothing forbidden happens. */
export function openOwnWindows(prepare: () => Promise<void> = async () => undefined): void {
  beforeAll(async () => {
    [browser, service] = await Promise.all([launchBrowser(), startService({ uiFolder: UI_FOLDER })]);
    await prepare();
  });
  afterAll(async () => {
    await browser.close();
    await service[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    watched = await openPage(browser, service.url);
  });
  afterEach(async () => {
    expect(watched.faults).toEqual([]);
    await watched.close();
  });
}
