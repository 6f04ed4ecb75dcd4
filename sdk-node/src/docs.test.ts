import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createClientOn } from './client.ts';
import { type TestPlatform, testPlatform } from './testing-platform.ts';
import type { ClientOptions, FlagsClient } from './types.ts';

const SDK_KEY = 'gp_srv_0123456789';

function aClient(options: ClientOptions): { readonly platform: TestPlatform; readonly flags: FlagsClient } {
  const platform = testPlatform();
  return { platform, flags: createClientOn(platform, { sdkKey: SDK_KEY, ...options }) };
}

describe('an error', () => {
  test.for<[url: string, docs: string]>([
    ['https://flags.example.com', 'https://flags.example.com/errors/GP1401'],
    ['https://example.com/flags/', 'https://example.com/flags/errors/GP1401'],
  ])('of a client of %s names the page of that service about its code', async ([url, docs]) => {
    const { platform, flags } = aClient({ url });
    const told: string[] = [];
    flags.on('error', (error) => told.push(error.docs));
    platform.closeSocket({ code: 4401 });
    expect(told).toEqual([docs]);
    expect(flags.status.lastError?.docs).toBe(docs);
    expect(await flags.waitForInitialization()).toMatchObject({ status: 'failed', error: { docs } });
    expect(platform.lines).toEqual([expect.stringMatching(new RegExp(`GP1401 .* \\(${docs}\\)$`))]);
  });

  test.for<[what: string, options: ClientOptions]>([
    ['has no URL', {}],
    ['has a URL that cannot be read', { url: 'flags.example.com' }],
    ['would send its key in the clear', { url: 'http://flags.example.com' }],
  ])('of a client that %s names a heading of the README', async ([, options]) => {
    const { flags } = aClient(options);
    const result = await flags.waitForInitialization();
    const docs = result.status === 'failed' ? result.error.docs : '';
    const [file, anchor = ''] = docs.split('#');
    expect(file).toBe('@glidepath/sdk-node/README.md');
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
    const headings = [...readme.matchAll(/^## (.+)$/gm)].map(([, heading = '']) => heading.replaceAll('`', ''));
    expect(headings.map((heading) => heading.toLowerCase().replaceAll(' ', '-'))).toContain(anchor);
  });

  test('of a client that lacks its key names the page of the service all the same', async () => {
    const { flags } = aClient({ url: 'https://flags.example.com', sdkKey: 'gp_cli_1' });
    expect(await flags.waitForInitialization()).toMatchObject({
      error: { code: 'GP1001', docs: 'https://flags.example.com/errors/GP1001' },
    });
  });
});

test('a line stays short where the address is long', () => {
  const { platform } = aClient({ url: `https://flags.example.com/${'long/'.repeat(20)}` });
  platform.closeSocket({ code: 4401 });
  expect(platform.lines).toEqual([expect.stringContaining('GP1401')]);
  expect(platform.lines.join()).not.toContain('https:');
});
