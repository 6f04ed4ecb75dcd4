import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const SERVER = fileURLToPath(new URL('../../server/dist-test/main.js', import.meta.url));
const START_DEADLINE_MS = 30_000;
const END_DEADLINE_MS = 60_000;

/** The built server (test build) as a process of its own. */
export interface ServerProcess extends AsyncDisposable {
  readonly pid: number;
  /** Null where the start failed. */
  readonly url: string | null;
  readonly setupLink: string | null;
  /** All that it has written so far. */
  output(): string;
  kill(signal: NodeJS.Signals): void;
  /** Its exit code, or the signal that ended it; fails after a minute. */
  ended(): Promise<number | string>;
}

/**
 * Starts the server with these variables beside `PATH`, and waits until it is ready or has ended. Loopback, a free port
 * and no other setting of ours from outside, so that nothing depends on who runs the tests.
 */
export async function startServer(
  settings: Readonly<Record<string, string>>,
  { script = SERVER, args = [] }: { readonly script?: string; readonly args?: readonly string[] } = {},
): Promise<ServerProcess> {
  const env = { PATH: process.env['PATH'], GLIDEPATH_PORT: '0', ...settings };
  const child = spawn(process.execPath, ['--enable-source-maps', script, ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const pieces: string[] = [];
  const output = (): string => pieces.join('');
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece: Buffer) => pieces.push(String(piece)));
  await within(START_DEADLINE_MS, isReadyOrGone(child, output), () => `the server does not start:\n${output()}`);

  return {
    pid: child.pid ?? -1,
    url: /^Glidepath \S+ ready at (\S+)$/m.exec(output())?.[1] ?? null,
    setupLink: /^Set-up link .*: (\S+)$/m.exec(output())?.[1] ?? null,
    output,
    kill: (signal) => void child.kill(signal),
    ended: () => within(END_DEADLINE_MS, endOf(child), () => `the server does not end:\n${output()}`),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await endOf(child);
    },
  };
}

async function isReadyOrGone(child: ChildProcess, output: () => string): Promise<void> {
  const gone = endOf(child);
  await Promise.race([
    gone,
    new Promise<void>((resolve) => {
      child.stdout?.on('data', () => {
        if (/ready at \S+\n/.test(output())) resolve();
      });
    }),
  ]);
}

async function endOf(child: ChildProcess): Promise<number | string> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode ?? child.signalCode ?? -1;
}

async function within<T>(ms: number, work: Promise<T>, describe: () => string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(describe())), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
