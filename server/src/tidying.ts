import type { FastifyBaseLogger } from 'fastify';
import type { ServiceClock } from './clock.ts';

const TIDY_EVERY_MS = 3_600_000;

interface TidyingOptions {
  readonly tasks: readonly ((now: number) => Promise<void>)[];
  readonly clock: ServiceClock;
  readonly logger: FastifyBaseLogger;
}

/** Runs every hour what nobody waits for: removing what is past its time. */
export function openTidying({ tasks, clock, logger }: TidyingOptions): { stop(): void } {
  let timer = clock.setTimer(tidy, TIDY_EVERY_MS);
  function tidy(): void {
    for (const task of tasks) {
      task(clock.now()).catch((error: unknown) => {
        logger.warn({ err: error }, 'what is past its time could not be removed');
      });
    }
    timer = clock.setTimer(tidy, TIDY_EVERY_MS);
  }
  return { stop: () => timer.cancel() };
}
