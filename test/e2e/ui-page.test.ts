import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Service, startService } from '../support/start-service.ts';

let service: Service;
const folder = mkdtempSync(path.join(os.tmpdir(), 'glidepath-ui-'));
beforeAll(async () => {
  mkdirSync(path.join(folder, 'dist/assets'), { recursive: true });
  writeFileSync(path.join(folder, 'outside.txt'), 'not for anybody');
  writeFileSync(
    path.join(folder, 'dist/index.html'),
    '<!doctype html><meta name="style-nonce" content="__STYLE_NONCE__" /><title>Glidepath</title>',
  );
  writeFileSync(path.join(folder, 'dist/boot.js'), '// boot');
  writeFileSync(path.join(folder, 'dist/.built'), '1');
  writeFileSync(path.join(folder, 'dist/assets/app-1a2b.js'), '// app');
  service = await startService({ uiFolder: path.join(folder, 'dist') });
});
afterAll(async () => {
  await service[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const page = (route: string) => service.send<string>('GET', route, { headers: { accept: 'text/html,*/*' } });
const nonceOf = (body: string) => /content="([\w-]+)"/.exec(body)?.[1];

describe('the page of the admin UI', () => {
  test.for(['/', '/flags', '/setup', '/projects/default/flags/new-checkout?tab=history', '/apis', '/sdks/x'])(
    'answers %s to people',
    async (route) => {
      const { status, headers, body } = await page(route);
      expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
      expect(body).toContain('<title>Glidepath</title>');
    },
  );

  test('has another nonce in every answer, and the policy names it', async () => {
    const [first, second] = [await page('/'), await page('/')];
    const nonce = nonceOf(first.body);
    expect(nonce).toHaveLength(22);
    expect(nonceOf(second.body)).not.toBe(nonce);
    expect(first.headers.get('content-security-policy')).toBe(
      `default-src 'none'; script-src 'self'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data:; ` +
        "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; " +
        "require-trusted-types-for 'script'; trusted-types default",
    );
    expect(first.headers.get('cache-control')).toBe('no-store');
  });

  test('may send a form to this computer only where the command is signed in', async () => {
    const formsOf = async (route: string) =>
      /form-action [^;]*/.exec((await page(route)).headers.get('content-security-policy') ?? '')?.[0];
    expect(await formsOf('/cli')).toBe("form-action 'self' http://127.0.0.1:*");
    expect(await formsOf('/p/other/cli')).toBe("form-action 'self' http://127.0.0.1:*");
    for (const route of ['/', '/flags', '/flags/cli', '/cli/x', '/clip'])
      expect(await formsOf(route)).toBe("form-action 'self'");
  });

  test.for([
    '/api/v1/nonsense',
    '/sdk/v2/stream',
    '/health/nonsense',
    '/assets/app-gone.js',
    '/metrics/x',
    '/hooks/v1/x',
  ])('does not answer %s, which is for machines', async (route) => {
    const { status, headers } = await page(route);
    expect([status, headers.get('content-type')]).toEqual([404, expect.stringContaining('application/problem+json')]);
  });

  test('answers programs that ask for no page with a problem', async () => {
    const { status } = await service.send('GET', '/flags', { headers: { accept: 'application/json' } });
    expect(status).toBe(404);
    expect((await service.send('POST', '/flags', { headers: { accept: 'text/html' } })).status).toBe(404);
  });
});

describe('files of the admin UI', () => {
  test('are kept for ever where their name changes with their content, and for minutes where not', async () => {
    const asset = await service.send('GET', '/assets/app-1a2b.js');
    expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(asset.headers.get('content-type')).toMatch(/^text\/javascript|^application\/javascript/);
    expect((await service.send('GET', '/boot.js')).headers.get('cache-control')).toBe('public, max-age=300');
  });

  test.for([
    '/assets/../../outside.txt',
    '/assets/%2e%2e/%2e%2e/outside.txt',
    '/assets/..%2f..%2foutside.txt',
    '/.built',
    '/assets/%2e%2e/.built',
  ])('%s is none of them', async (route) => {
    const { status, body } = await service.send<unknown>('GET', route);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(JSON.stringify(body)).not.toContain('not for anybody');
  });
});

test('the page of the API loads its viewer from here, under a policy of its own', async () => {
  const { status, headers, body } = await page('/api/docs');
  const nonce = /nonce="([\w-]+)"/.exec(body)?.[1];
  expect(status).toBe(200);
  expect(headers.get('content-security-policy')).toContain(`script-src 'self' 'nonce-${nonce}'`);
  expect([...body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link)).toEqual(['/api/docs/js/scalar.js']);
  const script = await service.send<string>('GET', '/api/docs/js/scalar.js');
  expect(script.headers.get('content-type')).toContain('javascript');
});
