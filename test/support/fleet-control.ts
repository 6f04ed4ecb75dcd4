import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export type FleetRequest =
  | { readonly do: 'connect'; readonly count: number; readonly url: string; readonly sdkKey: string }
  | { readonly do: 'values'; readonly flag: string }
  | { readonly do: 'split'; readonly flag: string; readonly keys: number }
  | { readonly do: 'versions' }
  | { readonly do: 'states' }
  | { readonly do: 'close' };

export interface FleetAnswer {
  readonly ready?: number;
  readonly values?: readonly unknown[];
  readonly counts?: Readonly<Record<string, number>>;
  readonly versions?: readonly (number | null)[];
  readonly states?: readonly string[];
  readonly closed?: number;
}

const DEADLINE_MS = 30_000;

/** SDK clients of the built package, in a process of their own. */
export interface Fleet extends AsyncDisposable {
  ask(request: FleetRequest): Promise<FleetAnswer>;
  readonly process: ChildProcess;
}

export function startFleet(): Fleet {
  const child = fork(fileURLToPath(new URL('./fleet.ts', import.meta.url)), [], {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  let last = 0;
  const ask = (request: FleetRequest): Promise<FleetAnswer> => {
    const id = ++last;
    return new Promise((resolve, reject) => {
      const deadline = setTimeout(() => reject(new Error(`the fleet did not answer '${request.do}'`)), DEADLINE_MS);
      const listen = (message: { readonly id: number; readonly answer: FleetAnswer }): void => {
        if (message.id !== id) return;
        clearTimeout(deadline);
        child.off('message', listen);
        resolve(message.answer);
      };
      child.on('message', listen);
      child.send({ id, request });
    });
  };
  return {
    ask,
    process: child,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}
