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
/** Where a look fails, the next one waits, twice as long each time: it stands before all others, and may fail for ever. */
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;

/** Moves rollouts that are due, on any replica: the lock of their environment lets one of them do it. */
export function createStepper(options: StepperOptions): Stepper {
  const { store, clock, random, logger } = options;
  /** Rollouts whose last look has failed: until when each is left alone, and for how long that is. */
  const troubled = new Map<string, { readonly until: number; readonly waitMs: number }>();

  async function stepDue(isStopped: () => boolean): Promise<void> {
    const past = clock.monotonic() - LONGEST_WAIT_MS;
    for (const [id, { until }] of troubled) if (until < past) troubled.delete(id);
    const looked = new Set<string>();
    // Where more are due than are read at once, nobody waits for the next second.
    while (!isStopped() && (await stepSome(looked, isStopped)) >= AT_ONCE);
  }

  /** Looks at some that were not looked at yet; answers how many. */
  async function stepSome(looked: Set<string>, isStopped: () => boolean): Promise<number> {
    const present = clock.monotonic();
    const isLeft = (id: string) => looked.has(id) || (troubled.get(id)?.until ?? present) > present;
    const found = await store.dueRollouts(clock.now(), AT_ONCE + troubled.size);
    const due = found.filter(({ rollout }) => !isLeft(rollout.id));
    // Replicas that look at the same moment begin at different places, so that they do not wait for one another.
    const start = Math.floor(random() * due.length);
    for (const { rollout, environment } of [...due.slice(start), ...due.slice(0, start)]) {
      if (isStopped()) break;
      looked.add(rollout.id);
      await stepOne(rollout.id, environment);
    }
    return due.length;
  }

  /** Trouble with one rollout is not another's. */
  async function stepOne(id: string, environment: string): Promise<void> {
    try {
      if (__TEST_BUILD__) await failpoint('step-before-lock');
      const settled = await store.write([environment], (tx) => stepWithin(tx, options, id, clock.now()));
      if (__TEST_BUILD__) await failpoint('step-after-commit');
      troubled.delete(id);
      if (settled !== null) await tell(settled);
    } catch (error) {
      // Where somebody else was faster, the next look begins anew.
      if (error instanceof RefusedError && LATE.has(error.refusal.code)) return;
      const waitMs = Math.min(LONGEST_WAIT_MS, (troubled.get(id)?.waitMs ?? FIRST_WAIT_MS / 2) * 2);
      troubled.set(id, { until: clock.monotonic() + waitMs, waitMs });
      logger.error({ err: error, rollout: id }, 'a rollout could not be looked at');
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
