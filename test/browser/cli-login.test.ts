import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { openShell } from '../support/cli.ts';
import { openPage, signIn } from './admin-page.ts';
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
  await signIn(own, address);
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

test('the page says how it is opened to whoever comes by another way', async () => {
  await signIn(watched, `${service.url}/cli`);
  await watched.page.getByText('This page is opened by the command').waitFor();
});
