import type { Clock } from '../clock.ts';
import type { Logger } from '../log.ts';
import type { GateMetrics } from '../metrics/metrics.ts';
import { isOver } from '../rollouts/rollout.ts';
import type { GateCheck, RolloutRow } from '../store/rollouts.ts';
import type { Store } from '../store/store.ts';
import { type Finding, NO_FIGURES, verdictOf } from './finding.ts';
import type { Gate, Verdict } from './gate.ts';
import { SAMPLE_RATIO } from './gate-schemas.ts';
import type { GateWorld } from './gate-world.ts';
import { type WorldDeps, worldOf } from './judge-world.ts';
import { judge } from './kinds/index.ts';
import { judgeSampleRatio } from './kinds/sample-ratio.ts';
import { openTurns } from './turns.ts';

export interface JudgeDeps extends WorldDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: GateMetrics;
  /** A guardrail fails: whoever moves rollouts should look now. */
  onHarm(): void;
}

export interface Judge {
  /** Asks what is due now; resolves once all of it was answered. */
  ask(): Promise<void>;
  close(): Promise<void>;
}

const LOOK_MS = 1_000;
const ASK_AGAIN_MS = 10_000;
/** So many are asked at once. */
const MOST_AT_ONCE = 200;
/** Those that ask others, who may take five seconds: no project's own sources, dead ones say, keep others from being judged. */
const MOST_OUTSIDE = { ofAll: 100, ofGroup: 20 } as const;
const ASKS_OTHERS: ReadonlySet<Gate['kind']> = new Set(['prometheus', 'webhook']);

/** Asks the gates that are due, on any replica: who moves a gate's time on asks it. Nothing is asked in a transaction. */
export function openJudge(deps: JudgeDeps): Judge {
  const { store, clock, logger, metrics } = deps;
  const running = new Set<Promise<void>>();
  const outside = openTurns(MOST_OUTSIDE);
  let looking: Promise<void> = Promise.resolve();
  let isClosed = false;
  let isFailing = false;
  let timer = clock.setTimer(look, LOOK_MS);

  function look(): void {
    looking = claim().finally(() => {
      if (!isClosed) timer = clock.setTimer(look, LOOK_MS);
    });
  }

  /** Does not wait for the answers: a slow one keeps no other gate from being asked. */
  async function claim(): Promise<void> {
    try {
      const room = MOST_AT_ONCE - (running.size - outside.size());
      if (room <= 0) return;
      const now = clock.now();
      const checks = await store.claimGates(now, now + ASK_AGAIN_MS, room);
      for (const id of new Set(checks.map(({ rollout }) => rollout)))
        start(
          askAll(
            id,
            checks.filter(({ rollout }) => rollout === id),
            now,
          ),
        );
      isFailing = false;
    } catch (error) {
      // Every look fails the same way until the database is back.
      if (!isFailing) logger.warn({ err: error }, 'gates that are due cannot be read');
      isFailing = true;
    }
  }

  function start(work: Promise<void>): void {
    const one = work.finally(() => running.delete(one));
    running.add(one);
  }

  /** The gates of one rollout look at the same world, each by itself. */
  async function askAll(id: string, checks: readonly GateCheck[], now: number): Promise<void> {
    try {
      const row = await store.rollout(id);
      if (row === null || isOver(row.rollout.state)) return;
      const world = await worldOf(deps, row, now);
      for (const check of checks) start(askOne(row, world, check));
    } catch (error) {
      logger.error({ err: error, rollout: id }, 'the gates of a rollout could not be judged');
    }
  }

  async function askOne(row: RolloutRow, world: GateWorld, check: GateCheck): Promise<void> {
    const { id, plan } = row.rollout;
    const gate = plan.gates.find((one) => one.id === check.gate);
    if (gate === undefined && check.gate !== SAMPLE_RATIO) return;
    const kind = gate?.kind ?? SAMPLE_RATIO;
    try {
      const found = await inTurn(row, gate, async () => ({
        at: gate !== undefined && ASKS_OTHERS.has(gate.kind) ? clock.now() : world.now,
        finding: await findingOf(world, gate, check.verdict),
      }));
      if (found === null) return;
      const { at, finding } = found;
      metrics.verdicts.inc({ kind, verdict: finding.kind });
      await store.putVerdict(id, verdictOf(check.gate, at, finding));
      if (finding.kind !== 'fail') return;
      await store.hastenRollouts([id], clock.now());
      deps.onHarm();
    } catch (error) {
      logger.error({ err: error, rollout: id, gate: check.gate }, 'what a gate said could not be kept');
    }
  }

  /** Others are asked as soon as there is room; null where the gate waits for that already. */
  async function inTurn<T>(
    { project, rollout: { id } }: RolloutRow,
    gate: Gate | undefined,
    ask: () => Promise<T>,
  ): Promise<T | null> {
    if (gate === undefined || !ASKS_OTHERS.has(gate.kind)) return ask();
    return outside.take({ group: project, name: `${id} ${gate.id}` }, ask);
  }

  /** A gate that cannot be judged says so: its rollout holds, and no other is kept from being judged. */
  async function findingOf(world: GateWorld, gate: Gate | undefined, before: Verdict | null): Promise<Finding> {
    try {
      if (gate === undefined) return judgeSampleRatio(await world.measured('guard'), world.now);
      return await judge(gate, world, before);
    } catch (error) {
      logger.error({ err: error }, 'a gate could not be judged');
      const reason = 'it could not be judged: the log of the service says why';
      return { kind: 'provider-error', reason, figures: NO_FIGURES };
    }
  }

  async function settled(): Promise<void> {
    while (running.size > 0) await Promise.all(running);
  }

  return {
    async ask() {
      await claim();
      await settled();
    },
    async close() {
      isClosed = true;
      timer.cancel();
      await looking;
      outside.close();
      await settled();
    },
  };
}
