import { numberOf } from '../options.ts';
import type { Platform } from '../platform.ts';

export interface SideLimits {
  readonly timeoutMs: number;
  readonly maxInFlight: number;
}

/** 2,000 ms and 32 at a time, where a caller does not say otherwise. */
export function limitsOf(given: { readonly timeoutMs?: number; readonly maxInFlight?: number }): SideLimits {
  return {
    timeoutMs: numberOf('sideTimeoutMs', given.timeoutMs),
    maxInFlight: numberOf('maxInFlight', given.maxInFlight),
  };
}

export type SideResult<R> =
  | { readonly kind: 'done'; readonly value: R; readonly durationMs: number }
  | { readonly kind: 'failed'; readonly error: unknown; readonly durationMs: number };

/** Work beside requests that may not harm them: bounded in time and number, and whatever it throws is a result. */
export interface SideWork {
  /** Null where too much is under way already. What hangs counts as under way until it ends. */
  run<R>(work: (signal: AbortSignal) => R | Promise<R>, limits: SideLimits): Promise<SideResult<R>> | null;
}

export function createSideWork(platform: Pick<Platform, 'monotonic' | 'setTimer'>): SideWork {
  let inFlight = 0;

  const attempt = async <R>(work: (signal: AbortSignal) => R | Promise<R>, signal: AbortSignal): Promise<R> => {
    try {
      return await work(signal);
    } finally {
      inFlight -= 1;
    }
  };

  return {
    run<R>(work: (signal: AbortSignal) => R | Promise<R>, { timeoutMs, maxInFlight }: SideLimits) {
      if (inFlight >= maxInFlight) return null;
      inFlight += 1;
      const startedAt = platform.monotonic();
      const controller = new AbortController();
      return new Promise<SideResult<R>>((resolve) => {
        const cancel = platform.setTimer(
          () => {
            const error = new Error(`it took longer than ${timeoutMs} ms`);
            error.name = 'TimeoutError';
            resolve({ kind: 'failed', error, durationMs: platform.monotonic() - startedAt });
            controller.abort(error);
          },
          timeoutMs,
          false,
        );
        attempt(work, controller.signal)
          .then(
            (value) => resolve({ kind: 'done', value, durationMs: platform.monotonic() - startedAt }),
            (error: unknown) => resolve({ kind: 'failed', error, durationMs: platform.monotonic() - startedAt }),
          )
          .finally(cancel);
      });
    },
  };
}
