import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';

/** The built command. */
export const cliFile = path.join(
  path.dirname(createRequire(import.meta.url).resolve('@glidepath/cli/package.json')),
  'dist/main.js',
);

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Somebody's shell: a home and a working folder of their own, and never a terminal. */
export interface Shell extends Disposable {
  readonly folder: string;
  run(
    args: readonly string[],
    asked?: { readonly env?: Readonly<Record<string, string>>; readonly stdin?: string },
  ): Promise<CliResult>;
  /** Still running. */
  start(args: readonly string[]): ChildProcess;
}

/** `env` holds for every command, `cwd` is where it works; nothing of whoever runs the tests does. */
export function openShell(env: Readonly<Record<string, string>> = {}, { cwd }: { readonly cwd?: string } = {}): Shell {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'glidepath-shell-'));
  const start = (args: readonly string[], more: Readonly<Record<string, string>> = {}): ChildProcess =>
    spawn(process.execPath, [cliFile, ...args], {
      cwd: cwd ?? folder,
      env: { PATH: process.env['PATH'], HOME: folder, GLIDEPATH_KEYCHAIN: 'off', ...env, ...more },
      stdio: 'pipe',
    });
  return {
    folder,
    start,
    async run(args, { env: more = {}, stdin = '' } = {}) {
      const child = start(args, more);
      let stdout = '';
      let stderr = '';
      child.stdout?.on('data', (piece: Buffer) => {
        stdout += piece;
      });
      child.stderr?.on('data', (piece: Buffer) => {
        stderr += piece;
      });
      // Whoever does not read it has ended before.
      child.stdin?.on('error', () => undefined);
      child.stdin?.end(stdin);
      const [code] = (await once(child, 'close')) as [number | null];
      return { code, stdout, stderr };
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}
