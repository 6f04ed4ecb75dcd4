import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { startServer } from '../support/processes.ts';
import { openPage } from './admin-page.ts';

test('a fresh server is set up by the link that it printed, and its first flag is made', async () => {
  const dataDir = mkdtempSync(path.join(os.tmpdir(), 'glidepath-first-start-'));
  await using server = await startServer({ GLIDEPATH_DATA_DIR: dataDir, GLIDEPATH_LOG_LEVEL: 'warn' });
  if (server.setupLink === null) throw new Error(`no set-up link:\n${server.output()}`);
  const browser = await launchBrowser();
  try {
    const watched = await openPage(browser, server.url ?? '');
    const { page } = watched;
    await page.goto(server.setupLink);
    await page.getByLabel('Your name').fill('Ana');
    await page.getByLabel('Email').fill('ana@example.test');
    await page.getByRole('textbox', { name: 'Password' }).fill('a quiet harbour at dawn');
    await page.getByRole('button', { name: 'Create administrator' }).click();
    await page.getByText('Nothing has been changed yet.').waitFor();
    expect(new URL(page.url()).hash).toBe('');
    await page.getByRole('link', { name: 'New flag' }).click();
    await page.getByRole('textbox', { name: /^Key/ }).fill('first-flag');
    await page.getByRole('button', { name: 'Create flag' }).click();
    await page.getByRole('heading', { name: 'first-flag' }).waitFor();
    expect(watched.faults).toEqual([]);
  } finally {
    await browser.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
});
