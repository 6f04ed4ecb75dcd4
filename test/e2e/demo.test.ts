import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { freePort } from '../support/free-port.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

test('the demo serves the shop behind flags to its visitors, and leaves nothing running', async () => {
  const [server, shop] = [await freePort(), await freePort()];
  const demo = spawn(process.execPath, ['scripts/demo.mjs'], {
    cwd: root,
    env: { PATH: process.env['PATH'], GLIDEPATH_PORT: String(server), SHOP_PORT: String(shop) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  const reader = createInterface({ input: demo.stdout });
  reader.on('line', (line) => lines.push(line));
  try {
    await expect
      .poll(() => lines.filter((line) => /checkouts: \d+ new, \d+ old$/.test(line)).length, { timeout: 60_000 })
      .toBeGreaterThanOrEqual(3);
    expect(lines.join('\n')).toContain(`Admin UI: http://localhost:${server}`);
    expect(lines.join('\n')).not.toContain('failed');
    const page = await fetch(`http://127.0.0.1:${shop}/checkout/kite?visitor=somebody`);
    expect(['new', 'old']).toContain(page.headers.get('x-checkout'));
  } finally {
    const gone = once(demo, 'exit');
    demo.kill('SIGTERM');
    expect(await gone).toEqual([0, null]);
  }
  for (const port of [server, shop]) await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
});
