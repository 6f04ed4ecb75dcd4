import { beforeEach, describe, expect, test } from 'vitest';
import { signIn } from './admin-page.ts';
import { openOwnWindows, service, watched } from './own-window.ts';
import { makeFlag } from './world.ts';

const FLAGS = 260;

openOwnWindows(async () => {
  for (let index = 0; index < FLAGS; index += 1) {
    const purpose = index % 100 === 0 ? 'kill-switch' : 'release';
    await makeFlag(service, { key: `flag-${String(index).padStart(3, '0')}`, purpose });
  }
});
beforeEach(() => signIn(watched, `${service.url}/flags`));

describe('the list of flags', () => {
  test('has only the rows that are seen, and says how many there are', async () => {
    const { page } = watched;
    const grid = page.getByRole('grid', { name: 'Flags' });
    await grid.getByText('flag-000').waitFor();
    await expect.poll(() => grid.getAttribute('aria-rowcount')).toBe(String(FLAGS + 1));
    await expect.poll(() => grid.getByRole('row').count()).toBeLessThanOrEqual(60);
    await expect.poll(() => grid.getByRole('switch').count()).toBe(0);
  });

  test('loads a far window at once when it is scrolled there', async () => {
    const { page } = watched;
    const grid = page.getByRole('grid', { name: 'Flags' });
    await grid.getByText('flag-000').waitFor();
    const asked: string[] = [];
    page.on('request', (request) => {
      if (request.url().includes('offset=')) asked.push(new URL(request.url()).searchParams.get('offset') ?? '');
    });
    await grid.evaluate((element) => element.scrollTo(0, element.scrollHeight));
    await grid.getByText(`flag-${FLAGS - 1}`).waitFor();
    expect(new Set(asked)).toEqual(new Set(['200']));
  });

  test('keeps the focus on the row while arrow keys go far, opens it by Enter and comes back to the same place', async () => {
    const { page } = watched;
    const grid = page.getByRole('grid', { name: 'Flags' });
    await grid.getByText('flag-000').waitFor();
    await grid.getByRole('row').filter({ hasText: 'flag-000' }).focus();
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-rowindex') ?? null);
    for (let step = 1; step <= 120; step += 1) {
      await page.keyboard.press('ArrowDown');
      await page.waitForFunction(
        (index) => document.activeElement?.getAttribute('aria-rowindex') === index,
        String(step + 2),
      );
    }
    await expect.poll(() => focused()).toBe('122');
    const offset = await grid.evaluate((element) => element.scrollTop);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'flag-120' }).waitFor();
    await page.goBack();
    await grid.getByText('flag-120').waitFor();
    await expect
      .poll(async () => Math.abs((await grid.evaluate((element) => element.scrollTop)) - offset))
      .toBeLessThanOrEqual(57);
    await expect.poll(() => focused()).toBe('122');
  });

  test('is filtered by what stands in the address: shareable, and Back undoes it', async () => {
    const { page } = watched;
    const grid = page.getByRole('grid', { name: 'Flags' });
    await grid.getByText('flag-001').waitFor();
    await page.getByLabel('Purpose').selectOption('kill-switch');
    await page.waitForURL('**/flags?purpose=kill-switch');
    await grid.getByText('flag-200').waitFor();
    await grid.getByText('flag-001').waitFor({ state: 'detached' });
    await expect.poll(() => grid.getByRole('row').count()).toBe(4);
    await page.reload();
    await grid.getByText('flag-200').waitFor();
    await expect.poll(() => grid.getByRole('row').count()).toBe(4);
    await page.goBack();
    await grid.getByText('flag-001').waitFor();
  });

  test('is searched while typing', async () => {
    const { page } = watched;
    await page.keyboard.press('/');
    await page.keyboard.type('flag-25');
    await page.getByText('rows 1–10 of 10').waitFor();
    expect(page.url()).toContain('q=flag-25');
  });

  test('says which filters of an address it does not know', async () => {
    const { page } = watched;
    await page.goto(`${service.url}/flags?state=perhaps&purpose=release`);
    await page.getByText('1 filter in the address ignored: state').waitFor();
    await expect.poll(() => page.getByLabel('Purpose').inputValue()).toBe('release');
  });
});
