import { expect, test } from 'vitest';
import { signIn } from './admin-page.ts';
import { openOwnWindows, service, watched } from './own-window.ts';

openOwnWindows();

const environment = async () =>
  (
    await service.admin.send<Readonly<Record<string, unknown>>>(
      'GET',
      '/api/v1/projects/default/environments/production',
    )
  ).body;

interface Step {
  readonly button: string;
  readonly told: string;
  readonly stored: Readonly<Record<string, unknown>>;
}

test.for<[setting: string, before: string, turns: readonly Step[]]>([
  [
    'secure mode is required and turned off again',
    'Secure mode is off.',
    [
      { button: 'Require secure mode…', told: 'Secure mode is required.', stored: { secureMode: 'required' } },
      { button: 'Turn secure mode off…', told: 'Secure mode is off.', stored: { secureMode: 'off' } },
    ],
  ],
  [
    'browsers are told reasons, and then no more',
    'Evaluation reasons in browsers are off.',
    [
      {
        button: 'Tell browsers reasons…',
        told: 'Evaluation reasons in browsers are on.',
        stored: { reasonsInBrowsers: true },
      },
      {
        button: 'Tell browsers no reasons…',
        told: 'Evaluation reasons in browsers are off.',
        stored: { reasonsInBrowsers: false },
      },
    ],
  ],
])('%s beside the keys, once the name of the environment is typed', async ([, before, turns]) => {
  const { page } = watched;
  await signIn(watched, `${service.url}/settings/keys?env=production`);
  await page.getByText(before).waitFor();
  expect(await watched.violations()).toEqual([]);
  for (const { button, told, stored } of turns) {
    await page.getByRole('button', { name: button }).click();
    const dialog = page.getByRole('dialog', { name: button });
    await dialog.getByRole('textbox').fill('production');
    await dialog.getByRole('button', { name: button }).click();
    await page.getByText(told).waitFor();
    expect(await environment()).toMatchObject(stored);
  }
});
