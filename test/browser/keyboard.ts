import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

/** Opens a dialog by keyboard alone; the focus goes into it, and by Escape back to what opened it. */
export async function opensByKeyboard(page: Page, opener: Locator, title: string): Promise<void> {
  await opener.focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: title });
  await dialog.waitFor();
  await expect.poll(() => dialog.evaluate((element) => element.contains(document.activeElement))).toBe(true);
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  await expect.poll(() => opener.evaluate((element) => element === document.activeElement)).toBe(true);
}
