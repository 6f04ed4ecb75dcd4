import type { Clock } from '../clock.ts';
import type { Logger } from '../log.ts';
import type { ProjectBody } from '../store/documents.ts';
import type { Store } from '../store/store.ts';
import { countsOf, dayOf, startOfDay } from './clean-up.ts';
import type { Lives } from './lives.ts';

export interface TrendKeeperOptions {
  readonly store: Pick<Store, 'documents' | 'lifecycleTrend' | 'putLifecycleDay'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly lives: Pick<Lives, 'of'>;
}

const FIRST_LOOK_MS = 60_000;
const LOOK_MS = 3_600_000;

/** Writes down once a day how many flags each project has: whichever replica looks first does it. */
export function openTrendKeeper({ store, clock, logger, lives }: TrendKeeperOptions): { close(): Promise<void> } {
  let isClosed = false;
  let running: Promise<void> = Promise.resolve();
  let timer = clock.setTimer(look, FIRST_LOOK_MS);

  function look(): void {
    running = keepAll()
      .catch((error: unknown) => {
        logger.warn({ err: error }, 'how many flags there are could not be written down: it is tried again');
      })
      .finally(() => {
        if (!isClosed) timer = clock.setTimer(look, LOOK_MS);
      });
  }

  async function keepAll(): Promise<void> {
    for (const project of await store.documents<ProjectBody>('project')) {
      if (isClosed) return;
      const now = clock.now();
      if ((await store.lifecycleTrend(project.id, startOfDay(now))).length > 0) continue;
      await store.putLifecycleDay(project.id, dayOf(countsOf(await lives.of(project)), now));
    }
  }

  return {
    async close() {
      isClosed = true;
      timer.cancel();
      await running;
    },
  };
}
