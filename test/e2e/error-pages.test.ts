import { readFileSync } from 'node:fs';
import { createClient } from '@glidepath/sdk-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Service, startService } from '../support/start-service.ts';

/** What a service says about the codes of the SDKs that talk to it. */

let service: Service;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service[Symbol.asyncDispose]());

async function get(
  path: string,
): Promise<{ readonly status: number; readonly text: string; readonly headers: Headers }> {
  const answer = await fetch(new URL(path, service.url), { headers: { accept: 'text/html' } });
  return { status: answer.status, text: await answer.text(), headers: answer.headers };
}

const rows = [
  ...readFileSync(new URL('../../docs/troubleshooting.md', import.meta.url), 'utf8').matchAll(/^\| `(GP\d{4})`/gm),
].map(([, code = '']) => code);
const codes = [...new Set(rows)];

test('what an error of an SDK names as its documentation is a page about its code', async () => {
  const flags = createClient({ url: service.url, sdkKey: 'gp_srv_of-nobody', logger: false });
  const result = await flags.waitForInitialization();
  await flags.close();
  const { code, docs } = result.status === 'failed' ? result.error : { code: '', docs: '' };
  expect(docs).toBe(`${service.url}/errors/GP1401`);
  expect(await get(docs)).toMatchObject({ status: 200, text: expect.stringContaining(`<h1>${code}</h1>`) });
});

describe('codes of the SDKs', () => {
  test('each have a page with what the documentation says of them, for every package that has them', async () => {
    const pages = await Promise.all(codes.map(async (code) => [code, await get(`/errors/${code}`)] as const));
    expect(pages.filter(([, { status }]) => status !== 200)).toEqual([]);
    const sections = pages.flatMap(([code, { text }]) => [...text.matchAll(/<dl>/g)].map(() => code));
    expect(sections.toSorted()).toEqual(rows.toSorted());
    const { text } = await get('/errors/GP1403');
    expect(text).toContain('<h1>GP1403</h1><h2>@glidepath/sdk-node</h2>');
    expect(text).toContain('this kind of key may not do that');
    expect(text).toContain('take a server key, <code>gp_srv_…</code>');
  });

  test('are listed, with links that lead to their pages also where the service is behind a path', async () => {
    for (const [path, status] of [
      ['/errors', 200],
      ['/errors/GP9999', 404],
    ] as const) {
      const list = await get(path);
      expect(list.status).toBe(status);
      const links = [...list.text.matchAll(/href="([^"]+)"/g)].map(([, link = '']) => link);
      const led = links.map((link) => new URL(link, `https://example.com/flags${path}`).pathname);
      expect(led).toEqual(rows.map((code) => `/flags/errors/${code}`));
    }
    const { text } = await get(`/errors/${codes[0]}`);
    const [, back = ''] = /href="([^"]+)"/.exec(text) ?? [];
    expect(new URL(back, 'https://example.com/flags/errors/GP1001').pathname).toBe('/flags/errors');
  });

  test('are found in small letters too', async () => {
    expect(await get('/errors/gp1102')).toMatchObject({
      status: 200,
      text: expect.stringContaining('<h1>GP1102</h1>'),
    });
  });

  test.for(['GP', 'GP1102x', '%00', '__proto__', '%3Cscript%3Ealert(1)%3C%2Fscript%3E'])(
    'do not include %s, of which nothing is said again',
    async (name) => {
      const { status, text } = await get(`/errors/${name}`);
      expect(status).toBe(404);
      expect(text).toContain('There is no such code');
      expect(text).not.toMatch(/<script|__proto__|GP1102x/i);
    },
  );

  test('have pages that load nothing, run nothing and stand in no frame', async () => {
    for (const path of ['/errors', '/errors/GP1102', '/errors/GP9999']) {
      const { text, headers } = await get(path);
      expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(headers.get('content-security-policy')).toMatch(
        /^default-src 'none'; style-src 'sha256-[\w+/]{43}='; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
      );
      expect(text).not.toMatch(/<script|<link|<img|@import|url\(|style="|https?:/);
    }
  });
});
