import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';

/** The built SDK for Node. */
export const SDK_DIST = fileURLToPath(new URL('../../sdk-node/dist/', import.meta.url));

export interface ScriptRun {
  readonly code: number | null;
  /** Each line that it wrote, as JSON. */
  readonly lines: readonly Record<string, unknown>[];
  readonly errors: string;
}

interface Surroundings {
  readonly flags?: readonly string[];
  readonly variables?: object;
  /** Hears of all that it writes. */
  readonly onOutput?: (piece: string) => void;
  /** It cannot write to files, as where the disk is full. */
  readonly isDiskFull?: boolean;
  /** Ends it. */
  readonly signal?: AbortSignal;
}

/** Runs a script with the built SDK as a process of its own; `say` writes one line. */
export async function runScript(
  script: string,
  { flags = [], variables = {}, onOutput = () => undefined, isDiskFull = false, signal }: Surroundings = {},
): Promise<ScriptRun> {
  const prelude = `
    import { createClient } from ${JSON.stringify(`${SDK_DIST}index.js`)};
    const say = (line) => console.log(JSON.stringify(line));
    const faults = [];
    process.on('unhandledRejection', (error) => faults.push('rejection: ' + error));
    process.on('uncaughtException', (error) => faults.push('exception: ' + error));
    process.on('exit', () => say({ faults }));
    /** What the process still holds: a moment is given to what is just ending. */
    const resources = async () => {
      let held = [];
      for (let turn = 0; turn < 100; turn += 1) {
        held = process.getActiveResourcesInfo().filter((name) => !/Pipe|TTY/.test(name));
        if (held.length === 0) return held;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      return held;
    };
  `;
  const limits = isDiskFull ? 'ulimit -f 0; ' : '';
  const program = [process.execPath, ...flags, '--input-type=module', '-e', prelude + script];
  const child = spawn('/bin/sh', ['-c', `${limits}exec "$@"`, 'sh', ...program], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...variables },
    ...(signal && { signal }),
  });
  child.on('error', (error) => {
    if (!signal?.aborted) throw error;
  });
  let output = '';
  let errors = '';
  child.stdout.on('data', (piece: Buffer) => {
    output += String(piece);
    onOutput(String(piece));
  });
  child.stderr.on('data', (piece: Buffer) => {
    errors += String(piece);
  });
  const [code] = await once(child, 'close');
  const lines = output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { code, lines, errors };
}

/** Servers of all kinds on free ports of this machine. */
export interface Listeners {
  /** Answers where it listens. */
  open(server: Server): Promise<string>;
  /** Ends all of them, and whatever is connected to them. */
  stop(): void;
}

export function createListeners(): Listeners {
  const running: (() => void)[] = [];
  return {
    async open(server) {
      const sockets = new Set<Socket>();
      server.on('connection', (socket) => {
        sockets.add(socket);
        socket.on('error', () => undefined);
        socket.on('close', () => sockets.delete(socket));
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      running.push(() => {
        server.close();
        for (const socket of sockets) socket.destroy();
      });
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    },
    stop() {
      for (const end of running.splice(0)) end();
    },
  };
}

/** Where nobody listens. */
export async function closedPort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}
