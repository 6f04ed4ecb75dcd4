import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import type { Outside, Sink } from './outside.ts';
import { run } from './run.ts';
import { withoutSecrets } from './secrets.ts';

declare const __VERSION__: string;

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

function write(file: string, text: string, access: 'everybody' | 'owner' = 'everybody'): void {
  mkdirSync(path.dirname(file), { recursive: true, ...(access === 'owner' && { mode: 0o700 }) });
  const draft = `${file}.${process.pid}.tmp`;
  writeFileSync(draft, text, { mode: access === 'owner' ? 0o600 : 0o644 });
  // A file of that name may have been left behind with another mode.
  if (access === 'owner') chmodSync(draft, 0o600);
  renameSync(draft, file);
}

const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

function openInBrowser(address: string): void {
  const [program = 'xdg-open', ...args] = OPENERS[process.platform] ?? [];
  const child = spawn(program, [...args, address], { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
}

const outside: Outside = {
  argv: process.argv.slice(2),
  env: process.env,
  folder: process.cwd(),
  home: os.homedir(),
  version: __VERSION__,
  stdout: sinkOf(process.stdout),
  stderr: sinkOf(process.stderr),
  stdin: { isTerminal: process.stdin.isTTY === true, readAll, ask },
  files: { read, write, exists: existsSync },
  now: Date.now,
  newId: randomUUID,
  openInBrowser,
};

// Whoever reads only the first lines, as `head` does, closes the pipe.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});
process.exitCode = await run(outside);
