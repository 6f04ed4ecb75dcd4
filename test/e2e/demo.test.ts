import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { freePort } from '../support/free-port.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** What it takes on a busy machine; 50 s on one that has time. */
const STORY_MS = 170_000;

interface Incident {
  readonly title: string;
  readonly flags: readonly string[];
  readonly rollout: string | null;
}

test('the demo tells of a deploy whose release rolls itself back, and leaves nothing running', async () => {
  const [server, shop, inbox] = [await freePort(), await freePort(), await freePort()];
  const demo = spawn(process.execPath, ['scripts/demo/main.mjs'], {
    cwd: root,
    env: {
      PATH: process.env['PATH'],
      GLIDEPATH_PORT: String(server),
      SHOP_PORT: String(shop),
      INBOX_PORT: String(inbox),
      GLIDEPATH_DEMO_BAKE_SECONDS: '1',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  const reader = createInterface({ input: demo.stdout });
  reader.on('line', (line) => lines.push(line));
  const indexOf = (pattern: RegExp): number => lines.findIndex((line) => pattern.test(line));
  const said = (pattern: RegExp, timeout: number) =>
    expect.poll(() => indexOf(pattern), { timeout, message: `a line like ${pattern}` }).toBeGreaterThanOrEqual(0);
  try {
    await said(/new-checkout` .* was rolled back/, STORY_MS);
    const rolledBack = indexOf(/was rolled back/);
    const shares = lines.slice(0, rolledBack).flatMap((line) => /: (\d+) % has it/.exec(line)?.[1] ?? []);
    expect(shares).toEqual(['1', '5', '25']);
    expect(lines.join('\n')).toMatch(/recorded deploy of shop 2\.0\.0 to production: succeeded/);

    const recovered = () => lines.slice(rolledBack).some((line) => /: \d+ new, [1-9]\d* old, 0 failed$/.test(line));
    await expect.poll(recovered, { timeout: 40_000 }).toBe(true);
    const message = async () => (await fetch(`http://localhost:${inbox}/`)).text();
    await expect
      .poll(message, { timeout: 20_000 })
      .toContain('new-checkout in production: rollout was rolled back from 25 %');

    const incidents = await incidentsOf(`http://localhost:${server}`, lines.join('\n'));
    expect(incidents).toHaveLength(1);
    expect(incidents[0]).toMatchObject({ flags: ['new-checkout'], rollout: expect.any(String) });
  } finally {
    const gone = once(demo, 'exit');
    demo.kill('SIGTERM');
    expect(await gone).toEqual([0, null]);
  }
  for (const port of [server, shop, inbox]) await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
}, 240_000);

/** As whoever reads the lines of the demo would look. */
async function incidentsOf(url: string, told: string): Promise<readonly Incident[]> {
  const [, email, password] = /sign in as (\S+) with (\S+)/.exec(told) ?? [];
  const session = await fetch(`${url}/api/v1/session`, {
    method: 'POST',
    headers: { origin: url, 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  });
  const cookie = session.headers.get('set-cookie')?.split(';')[0] ?? '';
  const answer = await fetch(`${url}/api/v1/projects/default/incidents`, { headers: { cookie } });
  return ((await answer.json()) as { readonly items: readonly Incident[] }).items;
}
