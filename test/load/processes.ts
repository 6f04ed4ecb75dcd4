import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ShapeName } from './shapes.ts';
import type { Order, Report } from './worker.ts';

const WORKER = fileURLToPath(new URL('./dist/worker.js', import.meta.url));

/** A library in a process of its own. */
export interface Measuring {
  readonly library: string;
  ask<K extends Order['kind']>(order: Extract<Order, { kind: K }>): Promise<Extract<Report, { kind: K }>>;
  stop(): Promise<void>;
}

/** `semiSpaceMiB`: how much may be allocated before anything is collected; Node's own when absent. */
export async function startMeasuring(library: string, shape: ShapeName, semiSpaceMiB?: number): Promise<Measuring> {
  const execArgv =
    semiSpaceMiB === undefined
      ? []
      : ['--expose-gc', `--min-semi-space-size=${semiSpaceMiB}`, `--max-semi-space-size=${semiSpaceMiB}`];
  const child = fork(WORKER, [library, shape], { execArgv, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  await reportFrom(child, library, 'ready');
  return {
    library,
    ask: async (order) => {
      child.send(order);
      return (await reportFrom(child, library, order.kind)) as never;
    },
    async stop() {
      if (child.exitCode !== null) return;
      const ended = once(child, 'exit');
      child.send({ kind: 'close' } satisfies Order);
      await ended;
    },
  };
}

function reportFrom(child: ChildProcess, library: string, kind: Report['kind']): Promise<Report> {
  return new Promise((resolve, reject) => {
    const settle = () => {
      child.off('message', onMessage);
      child.off('exit', onExit);
    };
    const onMessage = (report: Report): void => {
      settle();
      if (report.kind === kind) resolve(report);
      else reject(new Error(`${library}: ${report.kind === 'failed' ? report.problem : `answered ${report.kind}`}`));
    };
    const onExit = (code: number | null): void => {
      settle();
      reject(new Error(`${library}: its process ended with ${code}`));
    };
    child.on('message', onMessage);
    child.on('exit', onExit);
  });
}
