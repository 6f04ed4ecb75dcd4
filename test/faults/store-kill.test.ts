import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openStore, type Store, verifyAudit } from '@glidepath/server/store';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { temporaryFile } from '../support/temporary-file.ts';

const KILLS = process.env['GLIDEPATH_TEST_TIER'] === 'faults' ? 200 : 20;
const LONGEST_MS = 120;
const root = fileURLToPath(new URL('../..', import.meta.url));
/** Beside the server's test build, whence it finds the migrations and the driver. */
const WRITER = path.join(root, 'server/dist-test/store-writer.mjs');

/** The driver itself, to look at a file past the store. */
const Database: new (
  file: string,
  options: { readonly: boolean },
) => {
  pragma(text: string, options?: { simple: boolean }): unknown;
  prepare(query: string): { pluck(): { get(): unknown } };
  close(): void;
} = createRequire(import.meta.url)('better-sqlite3');

const children = new Set<ChildProcess>();
const files: string[] = [];
// It starts twenty times: from its sources that would take longer than all that it does.
beforeAll(() =>
  build({
    entryPoints: [path.join(root, 'test/faults/store-writer.ts')],
    outfile: WRITER,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    conditions: ['source'],
    define: { __TEST_BUILD__: 'true' },
    external: ['better-sqlite3', 'pg-native'],
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  }),
);
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  for (const file of files) rmSync(path.dirname(file), { recursive: true });
});

function aFile(): string {
  const file = temporaryFile();
  files.push(file);
  return file;
}

interface Writer {
  /** Resolves once it has said of so many changes that they are stored. */
  acknowledged(count: number): Promise<void>;
  /** Kills it and returns all that it said. */
  kill(): Promise<readonly string[]>;
}

/** Starts a process that writes to the file; resolves once it does. */
async function startWriter(file: string): Promise<Writer> {
  const child = spawn(process.execPath, [WRITER, file], { cwd: root });
  children.add(child);
  let output = '';
  let errors = '';
  const closed = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
  });
  await new Promise<void>((resolve, reject) => {
    const deadline = setTimeout(() => child.kill('SIGKILL'), 30_000);
    child.stderr.on('data', (chunk: Buffer) => {
      errors += chunk;
    });
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk;
      if (!output.startsWith('ready')) return;
      clearTimeout(deadline);
      resolve();
    });
    child.once('close', () => reject(new Error(`the writer ended: ${errors}`)));
  });
  return {
    async acknowledged(count) {
      const isOver = () => child.exitCode !== null || numbers(output.split('\n'), 'ack').length >= count;
      while (!isOver()) await Promise.race([once(child.stdout, 'data'), closed]);
    },
    async kill() {
      child.kill('SIGKILL');
      await closed;
      children.delete(child);
      if (errors !== '') throw new Error(errors);
      return output.trimEnd().split('\n');
    },
  };
}

const openFile = (file: string) => openStore({ url: `file:${file}`, now: Date.now });
const numbers = (lines: readonly string[], word: string) =>
  lines.filter((line) => line.startsWith(`${word} `)).map((line) => Number(line.slice(word.length + 1)));

/** Everything that must hold of the file at any moment between two writes. */
async function checkFile(store: Store, file: string): Promise<number> {
  const raw = new Database(file, { readonly: true });
  expect(raw.pragma('integrity_check', { simple: true })).toBe('ok');
  expect(raw.pragma('foreign_key_check')).toEqual([]);
  const newest = raw.prepare('SELECT coalesce(max(version), 1) FROM env_change').pluck().get();
  raw.close();
  const [head] = await store.heads(['env-1']);
  const version = head?.version ?? 0;
  expect(newest).toBe(version);
  const document = await store.document({ kind: 'flag', parent: 'project', key: 'counter' });
  expect(document).toMatchObject({ revision: version, body: { version } });
  return version;
}

describe('a SQLite file whose process is killed', () => {
  test(`T10: loses no acknowledged change over ${KILLS} kills at random moments`, { timeout: 900_000 }, async () => {
    const file = aFile();
    const acknowledged: number[] = [];
    let inFlight = 0;
    let slowestOpen = 0;
    for (let n = 0; n < KILLS; n += 1) {
      const writer = await startWriter(file);
      // However busy the machine is, some have come far.
      if (n % 2 === 1) await writer.acknowledged(3);
      await pause(5 + Math.random() * LONGEST_MS);
      const lines = await writer.kill();
      acknowledged.push(...numbers(lines, 'ack'));
      if (lines.at(-1)?.startsWith('begin ')) inFlight += 1;
      const start = performance.now();
      const store = await openFile(file);
      slowestOpen = Math.max(slowestOpen, performance.now() - start);
      const version = await checkFile(store, file);
      expect(version).toBeGreaterThanOrEqual(acknowledged.at(-1) ?? 1);
      await store.close();
    }
    const store = await openFile(file);
    const stored = new Map((await store.changesSince('env-1', 0, 1_000_000)).map((change) => [change.version, change]));
    expect(acknowledged.filter((version) => stored.get(version)?.changeId !== `w${version}`)).toEqual([]);
    const records = await store.audit({ ascending: true, limit: 1_000_000 });
    expect(verifyAudit(records)).toEqual({ kind: 'intact', head: await store.auditHead() });
    expect(records.map(({ changeId }) => changeId)).toEqual([...stored.values()].map(({ changeId }) => changeId));
    await store.close();
    console.log(
      `T10: ${KILLS} kills, ${inFlight} in the middle of a write, ${acknowledged.length} acknowledged changes, 0 lost, ` +
        `${stored.size - acknowledged.length} committed without an answer; slowest open ${Math.round(slowestOpen)} ms`,
    );
    expect(acknowledged.length).toBeGreaterThan(KILLS);
    expect(inFlight / KILLS).toBeGreaterThanOrEqual(0.3);
  });

  test('T15: is refused to others while it lives, and theirs at once when it is dead', async () => {
    const file = aFile();
    const writer = await startWriter(file);
    const start = performance.now();
    await expect(openFile(file)).rejects.toThrow(`${file} is in use by another Glidepath process`);
    const refusedMs = performance.now() - start;
    await writer.kill();
    const restart = performance.now();
    const store = await openFile(file);
    const openedMs = performance.now() - restart;
    await checkFile(store, file);
    await store.close();
    console.log(`T15: refused in ${Math.round(refusedMs)} ms, opened after the kill in ${Math.round(openedMs)} ms`);
    expect(refusedMs).toBeLessThan(3 * 2_000);
    expect(openedMs).toBeLessThan(3 * 2_000);
  });
});
