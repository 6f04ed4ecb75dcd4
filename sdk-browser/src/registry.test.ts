import { expect, test } from 'vitest';
import { createClient } from './index.ts';

test('clients are shared by a register that nothing which lists or copies globals comes upon', async () => {
  const before = new Set(Object.getOwnPropertySymbols(globalThis));
  const options = { clientKey: '', url: 'https://flags.example.com', logger: false } as never;
  const [one, other] = [createClient(options), createClient(options)];
  const added = Object.getOwnPropertySymbols(globalThis).filter((symbol) => !before.has(symbol));
  expect(added.map(String)).toEqual(['Symbol(@glidepath/registry/1)']);
  expect(Object.getOwnPropertySymbols({ ...globalThis })).not.toContain(added[0]);
  expect(Object.getPrototypeOf(one)).toBe(Object.getPrototypeOf(other));
  await one.close();
  await other.close();
});
