import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { type OwnEntry, ownBytes } from './bundle-size.ts';

const sdk = fileURLToPath(new URL('../../sdk-browser/', import.meta.url));

test.for<[entry: OwnEntry, budget: number]>([
  ['core', 6_000],
  ['core + react', 7_200],
  ['react', 1_500],
  ['openfeature', 1_500],
  ['health', 3_200],
  ['breaker', 1_500],
  ['devtools', 12_000],
])('S29: %s is at most %i bytes of gzip', async ([entry, budget]) => {
  expect(await ownBytes(entry)).toBeLessThanOrEqual(budget);
});

test('S29: tools for developers and health are in no page that did not ask for them, and nothing else is installed', () => {
  const entry = readFileSync(path.join(sdk, 'dist/index.js'), 'utf8');
  expect(entry).not.toMatch(/attachShadow|devtools\.js|unhandledrejection|BREAKER_OPEN/);
  expect(JSON.parse(readFileSync(path.join(sdk, 'package.json'), 'utf8'))).not.toHaveProperty('dependencies');
});
