import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type AnyFlags, createClient } from '@glidepath/sdk-node';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';

const KILLS = process.env['GLIDEPATH_TEST_TIER'] === 'faults' ? 200 : 30;
/** In the last of them a second process writes the same files. */
const RIVALRIES = 5;
/** Written at the same time: a kill is one for each. */
const FILES = 7;
const LONGEST_MS = 60;
const FLAGS = 2_000;
const SDK_KEY = 'gp_srv_0123456789';
const source = fileURLToPath(new URL('../../sdk-node/src', import.meta.url));
const folder = mkdtempSync(path.join(os.tmpdir(), 'glidepath-cache-kill-'));
const cacheFiles = Array.from({ length: FILES }, (_, i) => path.join(folder, `flags-${i}.json`));
const program = path.join(folder, 'writer.mjs');

/** Writes one of two states after the other into each file, as fast as it can, and says so. */
const WRITER = `
  import { createHash } from 'node:crypto';
  import { writeSync } from 'node:fs';
  import { digestOf, idOf } from '@glidepath/core/protocol';
  import { flagItem } from '@glidepath/core/testing';
  import { cacheKeyOf, cacheTextOf } from './cache-file.ts';
  import { nodeDisk } from './disk.ts';

  const hash = (text) => createHash('sha256').update(text).digest('hex').slice(0, 32);
  const textOf = (version) => {
    const items = Array.from({ length: ${FLAGS} }, (_, i) => flagItem('flag-' + i, { on: version % 2 === 0 }, version));
    const state = { epoch: 'a'.repeat(16), version, digest: digestOf(items, hash), items: new Map(items.map((item) => [idOf(item), item])) };
    return cacheTextOf(state, 1, cacheKeyOf(process.argv[2], nodeDisk));
  };
  const texts = [textOf(2), textOf(3)];
  const writeOn = async (file, index) => {
    for (let n = index; ; n += 1) {
      writeSync(1, index + ' begin\\n');
      await nodeDisk.write(file, texts[n % 2]);
      writeSync(1, index + ' done\\n');
    }
  };
  await Promise.all(process.argv.slice(3).map(writeOn));
`;

const children = new Set<ChildProcess>();
beforeAll(() =>
  build({
    stdin: { contents: WRITER, resolveDir: source, loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['source'],
    external: ['fast-check'],
    treeShaking: true,
    outfile: program,
    logLevel: 'error',
  }),
);
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** Starts a writer, kills it at that moment after its first writes, and answers all that it said. */
async function killedWriter(afterMs: number): Promise<readonly string[]> {
  const child = spawn(process.execPath, [program, SDK_KEY, ...cacheFiles], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.add(child);
  let output = '';
  const closed = once(child, 'close');
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (piece: Buffer) => {
      output += String(piece);
      if (cacheFiles.every((_, i) => output.includes(`${i} done`))) resolve();
    });
    child.once('close', () => reject(new Error('the writer ended by itself')));
  });
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  child.kill('SIGKILL');
  await closed;
  children.delete(child);
  return output.trimEnd().split('\n');
}

/** What a client that starts now has: the one state or the other, and nothing in between. */
async function loaded(cacheFile: string): Promise<string> {
  const lines: string[] = [];
  const say = (line: string): void => void lines.push(line);
  const logger = { debug: say, info: say, warn: say, error: say };
  await using flags = createClient<AnyFlags>({
    url: 'http://127.0.0.1:9',
    sdkKey: SDK_KEY,
    offline: true,
    cacheFile,
    logger,
  });
  const values = new Set(
    Array.from({ length: FLAGS }, (_, i) => String(flags.variation(`flag-${i}`, { key: 'u' }, null as unknown))),
  );
  expect(lines).toEqual([]);
  return `${flags.status.source} ${flags.status.environmentVersion} ${[...values].join()}`;
}

test(`S6, T43: ${KILLS * FILES} kills while a cache file is written leave the old one or the new one`, {
  timeout: 600_000,
}, async () => {
  let inFlight = 0;
  const seen = new Set<string>();
  for (let kill = 0; kill < KILLS; kill += 1) {
    const afterMs = ((kill * 389) % 1_000) * (LONGEST_MS / 1_000);
    const rival = KILLS - kill <= RIVALRIES ? killedWriter(afterMs) : null;
    const lines = await killedWriter(afterMs);
    await rival;
    for (const [i, cacheFile] of cacheFiles.entries()) {
      if (lines.findLast((line) => line.startsWith(`${i} `)) === `${i} begin`) inFlight += 1;
      seen.add(await loaded(cacheFile));
      expect(statSync(cacheFile).mode & 0o777).toBe(0o600);
    }
  }
  const kills = KILLS * FILES;
  const left = readdirSync(folder).filter((name) => name.endsWith('.tmp')).length;
  console.log(`S6: ${kills} kills, ${inFlight} while it was written, ${left} temporary files left, 0 corrupt loads`);
  expect([...seen].sort()).toEqual(['cache 2 true', 'cache 3 false']);
  expect(readdirSync(folder).filter((name) => name.endsWith('.bad'))).toEqual([]);
  expect(inFlight / kills).toBeGreaterThanOrEqual(0.3);
});
