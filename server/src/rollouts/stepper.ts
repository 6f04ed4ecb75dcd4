import type { Clock, Random } from '../clock.ts';
import { RefusedError } from '../errors.ts';
import { failpoint } from '../failpoint.ts';
import type { Logger } from '../log.ts';
import type { Store } from '../store/store.ts';
import { isOver } from './rollout.ts';
import type { Settled } from './settle.ts';
import { type StepDeps, stepWithin } from './step.ts';

export interface StepperOptions extends StepDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Called once a step is durable, with the environment whose version moved. */
  onCommitted(environmentIds: readonly string[]): void;
}

export interface Stepper {
  /** Looks at all that are due; stops early where it should. Rejects only where they cannot be read. */
  stepDue(isStopped: () => boolean): Promise<void>;
  /** Makes the live rollouts there due. */
  hasten(environmentIds: readonly string[]): Promise<void>;
}

const AT_ONCE = 100;

/** Moves rollouts that are due, on any replica: the lock of their environment lets one of them do it. */
export function createStepper(options: StepperOptions): Stepper {
  const { store, clock, random, logger } = options;

  async function stepDue(isStopped: () => boolean): Promise<void> {
    const due = await store.dueRollouts(clock.now(), AT_ONCE);
    // Replicas that look at the same moment begin at different places, so that they do not wait for one another.
    const start = Math.floor(random() * due.length);
    for (const { rollout, environment } of [...due.slice(start), ...due.slice(0, start)]) {
      if (isStopped()) return;
      await stepOne(rollout.id, environment);
    }
  }

  /** Trouble with one rollout is not another's. */
  async function stepOne(id: string, environment: string): Promise<void> {
    try {
      if (__TEST_BUILD__) await failpoint('step-before-lock');
      const settled = await store.write([environment], (tx) => stepWithin(tx, options, id, clock.now()));
      if (__TEST_BUILD__) await failpoint('step-after-commit');
      if (settled !== null) await tell(settled);
    } catch (error) {
      // Where somebody else was faster, the next look begins anew.
      const isLate = error instanceof RefusedError && LATE.has(error.refusal.code);
      if (!isLate) logger.error({ err: error, rollout: id }, 'a rollout could not be looked at');
    }
  }

  async function tell({ row, versions }: Settled): Promise<void> {
    const { rollout, environment, flag } = row;
    logger.info({ rollout: rollout.id, flag, state: rollout.state.kind }, 'a rollout moved');
    if (Object.keys(versions).length > 0) options.onCommitted([environment]);
    // Others may have waited for this one to be over.
    if (isOver(rollout.state)) await hasten([environment]);
  }

  async function hasten(environmentIds: readonly string[]): Promise<void> {
    for (const environment of environmentIds) {
      const live = await store.rollouts({ environment, isLive: true, limit: AT_ONCE });
      const ids = live.map(({ rollout }) => rollout.id);
      if (ids.length > 0) await store.hastenRollouts(ids, clock.now());
    }
  }

  return { stepDue, hasten };
}

const LATE: ReadonlySet<string> = new Set(['already-exists', 'revision-conflict']);
