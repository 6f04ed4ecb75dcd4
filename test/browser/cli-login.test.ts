import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { openShell } from '../support/cli.ts';
import { openPage, signInByForm } from './admin-page.ts';
import { browser, openOwnWindows, service, watched } from './own-window.ts';

openOwnWindows();

test('`glidepath login` gets a token of limited reach from whoever is signed in, by no address', async () => {
  using shell = openShell({ GLIDEPATH_URL: service.url });
  const child = shell.start(['login', '--browser']);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (piece: Buffer) => {
      output += piece;
    });
  const ended = once(child, 'close');
  await expect.poll(() => output).toContain('/cli#port=');
  const address = /Sign in at (\S+)/.exec(output)?.[1] ?? '';

  const { port } = Object.fromEntries(new URLSearchParams(new URL(address).hash.slice(1)));
  const forged = await fetch(`http://127.0.0.1:${port}/token`, {
    method: 'POST',
    body: new URLSearchParams({ state: 'a'.repeat(43), token: 'gp_api_forged' }),
  });
  expect(forged.status).toBe(403);

  const own = await openPage(browser, service.url);
  await signInByForm(own, address);
  const { page } = own;
  expect(await own.violations()).toEqual([]);
  await page.getByLabel('Days until it expires').fill('7');
  await page.getByRole('button', { name: 'Allow' }).click();
  await page.getByText('Signed in. You can close this page.').waitFor();
  expect(new URL(page.url()).search).toBe('');
  // The only thing that ever leaves for another address.
  expect(own.faults).toEqual([`other origin: http://127.0.0.1:${port}/token`]);
  await own.close();

  const [code] = await ended;
  expect(code, output).toBe(0);
  expect(output).toContain('operator · projects default');
  const kept = JSON.parse(readFileSync(path.join(shell.folder, '.config/glidepath/credentials.json'), 'utf8'));
  const { token } = kept.services[service.url];
  expect(output).not.toContain(token);
  const { body } = await service.as(token)('GET', '/api/v1/token');
  expect(body).toMatchObject({ role: 'operator', projects: ['default'] });
});

test('`glidepath login --device` gets a token by a code that is typed elsewhere', async () => {
  using shell = openShell({ GLIDEPATH_URL: service.url });
  const child = shell.start(['login', '--device', '--json']);
  let [stdout, stderr] = ['', ''];
  child.stdout?.on('data', (piece: Buffer) => {
    stdout += piece;
  });
  child.stderr?.on('data', (piece: Buffer) => {
    stderr += piece;
  });
  const ended = once(child, 'close');
  await expect.poll(() => stderr).toContain('type the code');
  const [, address = '', code = ''] = /Open (\S+) in any browser and type the code (\S+)/.exec(stderr) ?? [];
  expect(address).toBe(`${service.url}/cli`);

  await signInByForm(watched, address);
  const { page } = watched;
  await page.getByLabel('Code').fill('BBBB-BBBB');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByText('No device waits with this code').waitFor();
  await page.getByLabel('Code').fill(code.toLowerCase());
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByText(`The machine ${os.hostname()} at`).waitFor();
  await page.getByLabel('Days until it expires').fill('7');
  await page.getByRole('button', { name: 'Allow' }).click();
  await page.getByText('The machine may sign in').waitFor();

  expect(await ended, stderr).toEqual([0, null]);
  expect(JSON.parse(stdout)).toMatchObject({ role: 'operator', projects: ['default'] });
  expect((await shell.run(['whoami'])).code).toBe(0);
});

test('a machine that is turned away gets nothing', async () => {
  const devices = '/api/v1/device-logins';
  const { body: begun } = await service.send<{ userCode: string; deviceCode: string }>('POST', devices, {
    body: { name: 'stranger' },
  });
  await signInByForm(watched, `${service.url}/cli`);
  const { page } = watched;
  await page.getByLabel('Code').fill(begun.userCode);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Turn it away' }).click();
  await page.getByText('The machine was turned away').waitFor();
  const { body } = await service.send('POST', `${devices}/token`, { body: { deviceCode: begun.deviceCode } });
  expect(body).toEqual({ state: 'declined' });
});
