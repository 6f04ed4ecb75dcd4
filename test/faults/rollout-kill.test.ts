import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { openStore, verifyAudit } from '@glidepath/server/store';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { temporaryFile } from '../support/temporary-file.ts';

/** How often each point is passed at the most in a course; the long tier ends the process at every pass. */
const PASSES = process.env['GLIDEPATH_TEST_TIER'] === 'faults' ? 12 : 1;
const server = fileURLToPath(new URL('../../server', import.meta.url));
/** Beside the packages that it needs. */
const program = path.join(server, 'dist-test', `rollout-course-${process.pid}.mjs`);

const children = new Set<ChildProcess>();
beforeAll(() =>
  build({
    entryPoints: [path.join(server, 'src/rollouts/course-process.contract.ts')],
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    format: 'esm',
    conditions: ['source'],
    // Most of what a start takes is reading packages from many files.
    external: ['better-sqlite3', 'pg', 'fast-check'],
    minifySyntax: true,
    minifyWhitespace: true,
    define: { __TEST_BUILD__: 'true', __VERSION__: '"0.0.0-test"' },
    outfile: program,
    logLevel: 'error',
  }),
);
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(program, { force: true });
});

interface Ended {
  readonly how: string;
  readonly lines: readonly string[];
}

/** Runs until it is killed or done; what it said. */
async function ended(...args: readonly string[]): Promise<Ended> {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  children.add(child);
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk;
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  children.delete(child);
  if (errors !== '') throw new Error(errors);
  return { how: signal ?? `code ${code}`, lines: output.trimEnd().split('\n') };
}

test('a process that is killed at any point of a transition has done each part of it once, when another has gone on', async () => {
  const database = temporaryFile();
  const journal = `${database}.journal`;
  const begun: string[] = [];
  const killed: string[] = [];
  const traces = new Map<string, unknown>();
  let how = 'SIGKILL';
  while (how === 'SIGKILL') {
    const { lines, ...end } = await ended(database, journal, String(PASSES));
    how = end.how;
    for (const line of lines) {
      const [, word = '', flag = '', trace] = /^(begin|trace) (\S+)(?: (.*))?$/.exec(line) ?? [];
      if (word === 'begin') begun.push(flag);
      else traces.set(flag, JSON.parse(trace ?? ''));
    }
    if (how === 'SIGKILL') killed.push(begun.at(-1) ?? '');
  }
  expect(how).toBe('code 0');
  const [reference = '', ...others] = begun;
  expect(traces.get(reference)).toMatchObject({ versions: 3, incidents: 1, isBack: true });
  for (const flag of others) expect(traces.get(flag), flag).toEqual(traces.get(reference));
  // Each point ends it at the first pass, at least; nothing else does, and never twice.
  expect(killed).toEqual(expect.arrayContaining(others.filter((flag) => flag.endsWith('-1'))));
  expect(new Set(killed).size).toBe(killed.length);
  expect(killed.length).toBeGreaterThanOrEqual(20);

  const store = await openStore({ url: `file:${database}`, now: () => 0 });
  const records = await store.audit({ ascending: true, limit: 1_000_000 });
  expect(verifyAudit(records)).toEqual({ kind: 'intact', head: await store.auditHead() });
  await store.close();
  console.log(`killed at ${killed.length} points of ${others.length} courses`);
});
