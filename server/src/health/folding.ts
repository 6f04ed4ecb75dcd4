import type { Clock } from '../clock.ts';
import type { Logger } from '../log.ts';
import type { HealthStore } from '../store/health.ts';

const FOLD_EVERY_MS = 30_000;

interface FoldingOptions {
  readonly store: HealthStore;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Merges what SDKs have reported of how flags are doing, a little at a time; one replica does it. */
export function openFolding({ store, clock, logger }: FoldingOptions): { close(): Promise<void> } {
  let folding: Promise<void> = Promise.resolve();
  let isClosed = false;
  let timer = clock.setTimer(fold, FOLD_EVERY_MS);

  function fold(): void {
    folding = foldAll().finally(() => {
      if (!isClosed) timer = clock.setTimer(fold, FOLD_EVERY_MS);
    });
  }

  async function foldAll(): Promise<void> {
    try {
      while (!isClosed && (await store.foldHealth(clock.now())));
    } catch (error) {
      logger.warn({ err: error }, 'reports of how flags are doing could not be merged');
    }
  }

  return {
    async close() {
      isClosed = true;
      timer.cancel();
      await folding;
    },
  };
}
