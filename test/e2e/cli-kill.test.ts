import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openShell, type Shell } from '../support/cli.ts';
import { type Fleet, startFleet } from '../support/fleet-control.ts';
import { expectBelow } from '../support/least.ts';
import { type ServerProcess, startServer } from '../support/processes.ts';
import { enter, type SignedIn } from '../support/start-service.ts';

const CLIENTS = 50;
/** Four processes have to have a turn within 300 ms, which happens seldom on a machine with as many others on each core. */
const KILLS = 20;
const HERE = '/api/v1/projects/default/environments/production';

interface Killed {
  readonly versions: Readonly<Record<string, number>>;
  readonly delivery: Readonly<
    Record<string, { readonly connected: number; readonly applied: number; readonly slowestMs: number }>
  >;
}

describe('a kill from the terminal, and 50 SDKs', () => {
  let dataDir: string;
  let server: ServerProcess;
  let url: string;
  let sdkKey: string;
  let admin: SignedIn;
  let fleet: Fleet;
  let shell: Shell;

  beforeAll(async () => {
    dataDir = mkdtempSync(path.join(os.tmpdir(), 'glidepath-cli-kill-'));
    server = await startServer({
      GLIDEPATH_DATA_DIR: dataDir,
      GLIDEPATH_LOG_LEVEL: 'warn',
      GLIDEPATH_LIMIT_HANDSHAKES_PER_KEY: '1000',
    });
    if (server.url === null) throw new Error(server.output());
    url = server.url;
    admin = await enter(url, server.setupLink);
    const secretOf = async (route: string, body: object) =>
      (await admin.send<{ secret: string }>('POST', route, { body })).body.secret;
    sdkKey = await secretOf(`${HERE}/sdk-keys`, { name: 'fleet', kind: 'server' });
    const token = await secretOf('/api/v1/api-tokens', { name: 'on-call', role: 'operator' });
    await admin.send('POST', '/api/v1/projects/default/flags', { body: { key: 'checkout', type: 'boolean' } });
    await admin.send('PATCH', `${HERE}/flags/checkout`, { body: { instructions: [{ kind: 'turn-on' }] } });
    shell = openShell({ GLIDEPATH_URL: url, GLIDEPATH_TOKEN: token });
    fleet = startFleet();
    expect(await fleet.ask({ do: 'connect', count: CLIENTS, url, sdkKey })).toEqual({ ready: CLIENTS });
  });
  afterAll(async () => {
    shell[Symbol.dispose]();
    await fleet[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const kill = ['kill', 'checkout', '--env', 'production', '--reason', 'INC-204 double charges', '--wait'];

  test('says how many have it, how soon, and how long the slowest took', async () => {
    const killed = await shell.run(kill);
    expect(killed.code, killed.stderr).toBe(0);
    console.log(killed.stdout);
    expect(killed.stdout).toMatch(
      new RegExp(`^ {2}${CLIENTS}/${CLIENTS} SDK instances acknowledged · p50 \\d+ ms · max \\d+ ms$`, 'm'),
    );
    expect((await fleet.ask({ do: 'values', flag: 'checkout' })).values).toEqual(Array(CLIENTS).fill(false));
  });

  test('S7: of 200 SDKs is proved for all, and took as long as it says', async () => {
    await using others = startFleet();
    const ready = await others.ask({ do: 'connect', count: 150, url, sdkKey, watch: ['checkout'] });
    expect(ready).toEqual({ ready: 150 });
    await shell.run(['restore', 'checkout', '--env', 'production', '--reason', 'put out', '--yes', '--wait']);
    const begun = performance.now();
    const killed = await shell.run(kill);
    const ranMs = performance.now() - begun;
    expect(killed.code, killed.stderr).toBe(0);
    console.log(killed.stdout);
    const [, told = ''] =
      /^ {2}200\/200 SDK instances acknowledged · p50 \d+ ms · max (\d+) ms$/m.exec(killed.stdout) ?? [];
    const { seen = [] } = await others.ask({ do: 'seen' });
    const version = Math.max(...seen.flatMap((sights) => sights.map((sight) => sight.version)));
    const applied = seen.map((sights) => sights.find((sight) => sight.version === version));
    expect(applied.map((sight) => sight?.values)).toEqual(Array(150).fill('false'));
    const times = applied.map((sight) => sight?.at ?? 0).sort((a, b) => a - b);
    // When it was committed is known to the server alone; the first and the last to apply it are known to everybody.
    const spread = (times.at(-1) ?? 0) - (times[0] ?? 0);
    console.log(`from the first of 150 to the last: ${spread} ms; told of the slowest of 200: ${told} ms`);
    expect(Number(told)).toBeGreaterThanOrEqual(spread - 3 * 50);
    expect(Number(told)).toBeLessThan(ranMs);

    const flag = `${HERE}/flags/checkout`;
    const killedAgain = async () => {
      await admin.send('POST', `${flag}/restore?waitForApplied=5s`, { body: { reason: 'put out', as: 'before' } });
      const from = Date.now();
      const { body } = await admin.send<Killed>('POST', `${flag}/kill?waitForApplied=5s`, {
        body: { reason: 'again' },
      });
      const { applied, connected, slowestMs } = body.delivery['production'] ?? {
        applied: 0,
        connected: 0,
        slowestMs: 0,
      };
      expect([applied, connected]).toEqual([200, 200]);
      const version = body.versions['production'];
      const { seen = [] } = await others.ask({ do: 'seen' });
      const took = seen.map((sights) => (sights.find((sight) => sight.version === version)?.at ?? Number.NaN) - from);
      took.sort((a, b) => a - b);
      const [p50 = Number.NaN, p99 = Number.NaN, max = Number.NaN] = [took[74], took[148], took[149]];
      console.log(`S7: asked for → served by 150 of 200: p50 ${p50} ms (target 100), p99 ${p99} ms (target 1 s)`);
      // From the request on, of which the server knows only what came after its commit.
      return { p50, p99, untold: max - slowestMs };
    };
    await expectBelow({ p50: 3 * 100, p99: 3 * 1_000, untold: 3 * 50 }, killedAgain, KILLS);
  });

  test('ends with 5 and the name of the one that is silent', async () => {
    await using frozen = startFleet();
    await frozen.ask({ do: 'connect', count: 1, url, sdkKey });
    await shell.run(['restore', 'checkout', '--env', 'production', '--reason', 'put out', '--yes', '--wait']);
    frozen.process.kill('SIGSTOP');
    const killed = await shell.run([...kill, '--timeout', '5']);
    expect(killed.code, killed.stderr).toBe(5);
    console.log(killed.stdout);
    expect(killed.stdout).toContain(`${CLIENTS}/${CLIENTS + 1} SDK instances acknowledged`);
    expect(killed.stdout).toMatch(/^ {2}silent: fleet client-0 \(at version \d+, heard of \d+\.\d s ago\)$/m);
    expect(killed.stdout.match(/silent:/g)).toHaveLength(1);
  });
});
