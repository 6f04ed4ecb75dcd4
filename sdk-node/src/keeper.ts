import type { EnvironmentState } from '@glidepath/core/protocol';
import type { Platform } from './platform.ts';

const EVERY_MS = 5_000;

/** Keeps the newest state somewhere for the next start: at most every five seconds, and at the end. */
export interface Keeper {
  changed(state: EnvironmentState): void;
  /** Saves what is not saved yet, and waits for it no longer than that. */
  close(timeoutMs: number): Promise<void>;
}

export function createKeeper(
  platform: Pick<Platform, 'monotonic' | 'setTimer'>,
  save: (state: EnvironmentState) => Promise<void>,
  onFault: (error: unknown) => void,
): Keeper {
  let newest: EnvironmentState | null = null;
  let savedAt = Number.NEGATIVE_INFINITY;
  let cancel: (() => void) | null = null;
  let underWay: Promise<void> | null = null;
  let isClosed = false;

  const schedule = (): void => {
    if (newest === null || underWay !== null || cancel !== null || isClosed) return;
    const waitMs = Math.max(0, savedAt + EVERY_MS - platform.monotonic());
    cancel = platform.setTimer(() => void run(), waitMs, false);
  };

  const run = async (): Promise<void> => {
    cancel = null;
    const state = newest;
    if (state === null) return;
    newest = null;
    savedAt = platform.monotonic();
    underWay = attempt(state);
    await underWay;
    underWay = null;
    schedule();
  };

  const attempt = async (state: EnvironmentState): Promise<void> => {
    try {
      await save(state);
    } catch (error) {
      onFault(error);
    }
  };

  return {
    changed(state) {
      newest = state;
      schedule();
    },
    async close(timeoutMs) {
      isClosed = true;
      cancel?.();
      const rest = (async () => {
        await underWay;
        await run();
      })();
      let cancelLate = (): void => undefined;
      const late = new Promise<void>((resolve) => {
        cancelLate = platform.setTimer(resolve, timeoutMs, true);
      });
      await Promise.race([rest, late]);
      cancelLate();
    },
  };
}
