import { expect, test } from 'vitest';
import { handOver } from './hand-over.ts';

test('whoever sends too much, or without the state, does not keep the page from handing over its token', async () => {
  let opened: (address: string) => void = () => undefined;
  const address = new Promise<string>((resolve) => {
    opened = resolve;
  });
  const token = handOver({ note: () => undefined, outside: { openInBrowser: opened } }, 'https://flags.example.com');
  const asked = new URLSearchParams(new URL(await address).hash.slice(1));
  const post = (fields: Readonly<Record<string, string>>) =>
    fetch(`http://127.0.0.1:${asked.get('port')}/token`, { method: 'POST', body: new URLSearchParams(fields) });
  const state = asked.get('state') ?? '';
  await expect(post({ state, token: 'x'.repeat(200_000) })).rejects.toThrow();
  expect((await post({ state: 'guessed', token: 'gp_api_evil' })).status).toBe(403);
  expect((await post({ state, token: 'gp_api_mine' })).status).toBe(200);
  expect(await token).toBe('gp_api_mine');
});
