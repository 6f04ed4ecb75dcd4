import type { DataSource } from './detail.ts';
import type { InitResult, SdkError } from './status.ts';

/** What waiting takes from the outside. */
export interface Timing {
  /** Milliseconds that never go backwards. */
  monotonic(): number;
  /** `keepsAlive`: whether the process may not end before it. */
  setTimer(callback: () => void, delayMs: number, keepsAlive: boolean): () => void;
}

const DEFAULT_SECONDS = 5;
const MAX_SECONDS = 60;

interface Waiter {
  readonly need: 'any' | 'fresh';
  readonly settle: (result: (elapsedMs: number) => InitResult) => void;
}

/** Those who wait for the first data. Every promise resolves, within its time-out. */
export interface Readiness {
  wait(options: { timeoutSeconds?: number; need?: 'any' | 'fresh' } | undefined): Promise<InitResult>;
  /** Data of this source is there. */
  arrived(source: DataSource): void;
  /** Nothing will arrive before somebody mends this. */
  failed(error: SdkError): void;
  /** Nothing will ever be there again, whatever was. */
  closed(error: SdkError): void;
}

export function createReadiness(timing: Timing): Readiness {
  const waiters = new Set<Waiter>();
  let source: DataSource = 'none';
  let failure: SdkError | null = null;
  let isClosed = false;

  const enough = (need: 'any' | 'fresh'): boolean => isFresh(source) || (need === 'any' && source !== 'none');
  const ready = (elapsedMs: number): InitResult => ({ status: 'ready', source, elapsedMs });
  const broken =
    (error: SdkError) =>
    (elapsedMs: number): InitResult => ({ status: 'failed', error, source, elapsedMs });

  const fail = (error: SdkError): void => {
    failure = error;
    for (const waiter of [...waiters]) waiter.settle(broken(error));
  };

  return {
    wait(options) {
      const need = options?.need === 'fresh' ? 'fresh' : 'any';
      if (enough(need) && !isClosed) return Promise.resolve(ready(0));
      if (failure) return Promise.resolve(broken(failure)(0));
      return new Promise((resolve) => {
        const askedAt = timing.monotonic();
        const waiter: Waiter = {
          need,
          settle(result) {
            waiters.delete(waiter);
            cancel();
            resolve(result(timing.monotonic() - askedAt));
          },
        };
        // Referenced: Node would end a script that awaits nothing but unreferenced timers.
        const cancel = timing.setTimer(
          () => waiter.settle((elapsedMs) => ({ status: 'timeout', source, elapsedMs })),
          timeoutMsOf(options?.timeoutSeconds),
          true,
        );
        waiters.add(waiter);
      });
    },
    arrived(from) {
      if (isClosed) return;
      source = from;
      failure = null;
      for (const waiter of [...waiters]) if (enough(waiter.need)) waiter.settle(ready);
    },
    failed: fail,
    closed(error) {
      isClosed = true;
      fail(error);
    },
  };
}

const isFresh = (source: DataSource): boolean => source === 'stream' || source === 'poll';

function timeoutMsOf(seconds: unknown): number {
  if (typeof seconds !== 'number' || Number.isNaN(seconds)) return DEFAULT_SECONDS * 1_000;
  return Math.min(MAX_SECONDS, Math.max(0, seconds)) * 1_000;
}
