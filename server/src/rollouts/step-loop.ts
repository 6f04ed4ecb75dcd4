import type { Clock } from '../clock.ts';
import type { Logger } from '../log.ts';
import type { Stepper } from './stepper.ts';

export interface StepLoop {
  /** Looks for due rollouts now. */
  wake(): void;
  /** Something has happened in these environments that live rollouts must hear of at once. */
  hasten(environmentIds: readonly string[]): void;
  /** Waits for the step that is being taken. */
  close(): Promise<void>;
}

interface StepLoopOptions {
  readonly stepper: Stepper;
  readonly clock: Clock;
  readonly logger: Logger;
}

const LOOK_MS = 1_000;

/** Looks every second for rollouts that are due, and at once where somebody asks for it. */
export function openStepLoop({ stepper, clock, logger }: StepLoopOptions): StepLoop {
  const hastened = new Set<string>();
  let running: Promise<void> | null = null;
  let isWanted = false;
  let isClosed = false;
  let isFailing = false;
  let timer = clock.setTimer(look, LOOK_MS);

  function look(): void {
    if (isClosed) return;
    timer.cancel();
    isWanted = true;
    running ??= work().finally(() => {
      running = null;
      if (!isClosed) timer = clock.setTimer(look, LOOK_MS);
    });
  }

  async function work(): Promise<void> {
    while (isWanted && !isClosed) {
      isWanted = false;
      try {
        await lookOnce();
        isFailing = false;
      } catch (error) {
        // Every look fails the same way until the database is back.
        if (!isFailing) logger.warn({ err: error }, 'rollouts that are due cannot be read');
        isFailing = true;
      }
    }
  }

  async function lookOnce(): Promise<void> {
    const environments = [...hastened];
    hastened.clear();
    if (environments.length > 0) await stepper.hasten(environments);
    await stepper.stepDue(() => isClosed);
  }

  return {
    wake: look,
    hasten(environmentIds) {
      for (const environment of environmentIds) hastened.add(environment);
      look();
    },
    async close() {
      isClosed = true;
      timer.cancel();
      await running;
    },
  };
}
