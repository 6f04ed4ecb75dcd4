#!/usr/bin/env node
import { spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Outside, Sink, ToolResult } from './outside.ts';
import { ofWindows } from './programs.ts';
import { run } from './run.ts';
import { withoutSecrets } from './secrets.ts';

const sinkOf = (stream: NodeJS.WriteStream): Sink => ({
  isTerminal: stream.isTTY === true,
  write: (text) => void stream.write(withoutSecrets(text)),
});

async function readAll(): Promise<string> {
  let text = '';
  for await (const piece of process.stdin) text += String(piece);
  return text;
}

async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await lines.question(question);
  } finally {
    lines.close();
  }
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function bytes(file: string): number | null {
  const stats = lstatSync(file, { throwIfNoEntry: false });
  return stats?.isFile() === true ? stats.size : null;
}

function list(folder: string): ReturnType<Outside['files']['list']> {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .map((entry) => ({
        name: entry.name,
        kind: entry.isFile() ? ('file' as const) : entry.isDirectory() ? ('folder' as const) : ('other' as const),
      }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** What can be run stays so. */
function modeOf(file: string): number {
  return existsSync(file) ? statSync(file).mode & 0o777 : 0o644;
}

function write(file: string, text: string, access: 'everybody' | 'owner' = 'everybody'): void {
  mkdirSync(path.dirname(file), { recursive: true, ...(access === 'owner' && { mode: 0o700 }) });
  const draft = `${file}.${process.pid}.tmp`;
  const mode = access === 'owner' ? 0o600 : modeOf(file);
  writeFileSync(draft, text, { mode });
  if (mode !== 0o644) chmodSync(draft, mode);
  renameSync(draft, file);
}

const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: ['open'],
  win32: [ofWindows(process.env, 'rundll32.exe'), 'url.dll,FileProtocolHandler'],
};

function openInBrowser(address: string): void {
  const [program = 'xdg-open', ...args] = OPENERS[process.platform] ?? [];
  const child = spawn(program, [...args, address], { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
}

/** Somebody may first have to unlock what it opens. */
const TOOL_DEADLINE_MS = 30_000;
/** The names of all files of a large repository. */
const TOOL_BYTES = 256 * 1024 * 1024;

function runTool(program: string, args: readonly string[], input: string): ToolResult | null {
  const { error, status, stdout } = spawnSync(program, args, {
    input,
    encoding: 'utf8',
    timeout: TOOL_DEADLINE_MS,
    maxBuffer: TOOL_BYTES,
    windowsHide: true,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  return error === undefined ? { isDone: status === 0, stdout } : null;
}

function runShell(line: string, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    // In a group of its own: what it has started ends with it.
    const isGroup = process.platform !== 'win32';
    const child = spawn(line, { shell: true, stdio: ['ignore', 2, 2], detached: isGroup });
    const end = () => {
      if (child.pid !== undefined) process.kill(isGroup ? -child.pid : child.pid, 'SIGTERM');
    };
    signal.addEventListener('abort', end, { once: true });
    child.on('error', () => resolve(false));
    child.on('close', (code) => {
      signal.removeEventListener('abort', end);
      resolve(code === 0);
    });
  });
}

function interruption(): AbortSignal {
  const ending = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ending.abort());
  return ending.signal;
}

const outside: Outside = {
  argv: process.argv.slice(2),
  env: process.env,
  folder: process.cwd(),
  home: os.homedir(),
  platform: process.platform,
  machine: os.hostname(),
  version: __VERSION__,
  stdout: sinkOf(process.stdout),
  stderr: sinkOf(process.stderr),
  stdin: { isTerminal: process.stdin.isTTY === true, readAll, ask },
  files: { read, write, list, bytes, exists: existsSync },
  now: Date.now,
  newId: randomUUID,
  wait: (ms, signal) => sleep(ms, undefined, signal && { signal }).catch(() => undefined),
  interruption,
  runTool,
  runShell,
  openInBrowser,
};

// Whoever reads only the first lines, as `head` does, closes the pipe.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});
void run(outside).then((code) => {
  process.exitCode = code;
});
