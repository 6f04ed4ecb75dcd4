import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { freePort } from '../support/free-port.ts';
import type { Credentials } from '../support/start-service.ts';

/** The demo, as it stands when its release has rolled itself back. */
export interface DemoRollback extends AsyncDisposable {
  readonly url: string;
  /** Path of the rollout's page. */
  readonly rollout: string;
  readonly who: Credentials;
}

export async function openDemoRollback(): Promise<DemoRollback> {
  const [server, shop, inbox] = [await freePort(), await freePort(), await freePort()];
  const demo = spawn(process.execPath, ['scripts/demo/main.mjs'], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    env: {
      PATH: process.env['PATH'],
      GLIDEPATH_PORT: String(server),
      SHOP_PORT: String(shop),
      INBOX_PORT: String(inbox),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const said: string[] = [];
  for await (const line of createInterface({ input: demo.stdout })) {
    said.push(line);
    if (line.includes('Slack has been told')) break;
  }
  const text = said.join('\n');
  const [, email = '', password = ''] = /sign in as (\S+) with (\S+)/.exec(text) ?? [];
  const [, rollout] = /(\/rollouts\/[0-9a-f-]{36})/.exec(text) ?? [];
  if (rollout === undefined) throw new Error(`the demo has rolled nothing back:\n${text}`);
  // What it says from now on is not read, and must not stop it.
  demo.stdout.resume();
  return {
    url: `http://localhost:${server}`,
    rollout,
    who: { email, password },
    async [Symbol.asyncDispose]() {
      const gone = once(demo, 'exit');
      demo.kill('SIGTERM');
      await gone;
    },
  };
}
