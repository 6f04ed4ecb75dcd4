import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';

const dist = new URL('../../admin-ui/dist/', import.meta.url);
const KILOBYTE = 1_000;

/** What a browser fetches before the first page: named in index.html, static imports included. */
function gzipped(pattern: RegExp): number {
  const html = readFileSync(new URL('index.html', dist), 'utf8');
  const files = [...html.matchAll(pattern)].map(([, file = '']) => file);
  expect(files).not.toHaveLength(0);
  return files.reduce((sum, file) => sum + gzipSync(readFileSync(new URL(`.${file}`, dist)), { level: 9 }).length, 0);
}

test('the first page of the admin UI needs at most 255 kB of script and 30 kB of style, gzipped', () => {
  const script = gzipped(/(?:src|rel="modulepreload"[^>]*href)="([^"]+\.js)"/g);
  const style = gzipped(/rel="stylesheet"[^>]*href="([^"]+\.css)"/g);
  console.log(
    `admin UI, gzipped: ${(script / KILOBYTE).toFixed(1)} kB of script, ${(style / KILOBYTE).toFixed(1)} kB of style`,
  );
  expect(script).toBeLessThanOrEqual(255 * KILOBYTE);
  expect(style).toBeLessThanOrEqual(30 * KILOBYTE);
});
