import { expect, test } from 'vitest';
import { signIn } from './admin-page.ts';
import { openOwnWindows, service, watched } from './own-window.ts';

openOwnWindows();

const environment = async () =>
  (await service.admin.send<{ readonly secureMode: string }>('GET', '/api/v1/projects/default/environments/production'))
    .body.secureMode;

test('secure mode is required and turned off again beside the keys, once the name of the environment is typed', async () => {
  const { page } = watched;
  await signIn(watched, `${service.url}/settings/keys?env=production`);
  await page.getByText('Secure mode is off.').waitFor();
  expect(await watched.violations()).toEqual([]);
  for (const [button, mode, told] of [
    ['Require secure mode…', 'required', 'Secure mode is required.'],
    ['Turn secure mode off…', 'off', 'Secure mode is off.'],
  ] as const) {
    await page.getByRole('button', { name: button }).click();
    const dialog = page.getByRole('dialog', { name: button });
    await dialog.getByRole('textbox').fill('production');
    await dialog.getByRole('button', { name: button }).click();
    await page.getByText(told).waitFor();
    expect(await environment()).toBe(mode);
  }
});
