import type { Verdict } from '../gates/gate.ts';
import { hasData, isLate, isNeeded, isSilentForLong, type Judged, judgedNow } from './evidence.ts';
import type { Stage } from './plan.ts';
import type { Cause, Progress, Rollout } from './rollout.ts';

/** What is so around a rollout, besides what its gates say. */
export interface Facts {
  /** What a person did to the flag that the rollout drives; null while nobody did. */
  readonly stopped: { readonly kind: 'kill' | 'turned-off' | 'edit'; readonly reason: string } | null;
  /** Why the arms observed are not the arms configured; null while they are. */
  readonly mismatch: string | null;
  /** Name of the freeze in force. */
  readonly freeze: string | null;
  /** Titles of open incidents that touch the flag. */
  readonly incidents: readonly string[];
  /** Flags that the plan requires and whose rollout is not complete. */
  readonly unmet: readonly string[];
  /** Since when the deploy that the plan waits for covers enough instances; null while it does not. */
  readonly coveredSince: number | null;
}

export type Decision =
  /** Nothing to do before `until`; null = before something happens. */
  | { readonly kind: 'wait'; readonly until: number | null }
  | { readonly kind: 'advance' | 'complete' }
  | { readonly kind: 'hold' | 'pause' | 'roll-back' | 'abort'; readonly cause: Cause };

/** All that a rule may look at, with the stage in force. */
interface View {
  readonly progress: Progress;
  readonly stage: Stage;
  readonly judged: readonly Judged[];
  readonly facts: Facts;
  readonly isLast: boolean;
  readonly now: number;
}

const MINUTE_MS = 60_000;

/** The rules of a stage in force, in the order in which they are asked; the first that answers decides. */
const rulesOfStage = {
  'trust in the measurement': ({ facts }) => (facts.mismatch === null ? null : pause('sample-ratio', facts.mismatch)),
  'bake time': ({ progress, stage, judged, now }) => {
    const openMs = stage.bakeMinutes * MINUTE_MS - progress.bakedMs;
    // Where data are missing the bake stands still, and there is no time to wait for.
    const isBaking = judged.filter(isNeeded).every(hasData);
    return openMs > 0 && isBaking ? { kind: 'wait', until: now + openMs } : null;
  },
  'no-data policy': ({ progress, judged }) => {
    const silent = judged.filter((one) => isNeeded(one) && !hasData(one));
    const answers = silent.map((one) => withoutData(one, progress));
    // A stage has just begun, or a report is late: nothing to tell anybody.
    return strongest(answers) ?? (silent.length > 0 ? { kind: 'wait', until: null } : null);
  },
  'minimum sample': ({ judged }) => {
    const small = judged.find((one) => isNeeded(one) && isTooSmall(one));
    return small === undefined ? null : hold('samples', `${small.gate.id}: ${wordsOfSample(small)}`);
  },
  signals: ({ judged }) => {
    const failing = judged.find(({ gate, verdict }) => gate.role === 'signal' && verdict.kind === 'fail');
    return failing === undefined ? null : pause('signal', wordsOf(failing));
  },
  // What everybody has cannot reach more people: a freeze or an incident never keeps a rollout from being completed.
  freeze: ({ facts, isLast }) => (isLast || facts.freeze === null ? null : hold('freeze', facts.freeze)),
  incidents: ({ facts, isLast }) => {
    const [incident] = facts.incidents;
    return isLast || incident === undefined ? null : hold('incident', incident);
  },
  checklist: ({ progress, stage }) => {
    const open = (stage.checklist ?? []).find((line) => !progress.checked.includes(line));
    return open === undefined ? null : hold('checklist', open);
  },
  approval: ({ progress, stage }) =>
    stage.approval === 'manual' && progress.approvedBy === null
      ? hold('approval', 'somebody has to approve what comes next')
      : null,
} as const satisfies Record<string, (view: View) => Decision | null>;

/**
 * What to do with a rollout whose time was counted until `now`. It reads only what was stored, and asks in this order:
 * stopped by a person or a kill, a failing guardrail, then the rules of the stage.
 */
export function decide(rollout: Rollout, verdicts: readonly Verdict[], facts: Facts, now: number): Decision {
  const { plan, state } = rollout;
  switch (state.kind) {
    case 'completed':
    case 'rolled-back':
    case 'aborted':
      return { kind: 'wait', until: null };
    case 'rolling-back':
      // What goes back leaves a kill and an off switch alone; only a split of somebody's own is not to be overwritten.
      return facts.stopped?.kind === 'edit'
        ? { kind: 'abort', cause: facts.stopped }
        : { kind: 'roll-back', cause: state.cause };
    case 'waiting':
      return stopped(facts) ?? beforeTheFirstStage(rollout, verdicts, facts, now);
    case 'paused':
    case 'running':
    case 'holding':
    case 'awaiting-approval':
      break;
  }
  const { progress } = state;
  const stage = plan.stages[progress.stage];
  if (stage === undefined) throw new Error(`rollout ${rollout.id} has no stage ${progress.stage}`);
  const judged = judgedNow(rollout, verdicts, now);
  const isLast = progress.stage === plan.stages.length - 1;
  const urgent = stopped(facts) ?? harmed(rollout, judged);
  if (urgent !== null) return urgent;
  if (state.kind === 'paused') return { kind: 'wait', until: null };
  const view: View = { progress, stage, judged, facts, isLast, now };
  for (const rule of Object.values(rulesOfStage)) {
    const decision = rule(view);
    if (decision !== null) return decision;
  }
  return { kind: isLast ? 'complete' : 'advance' };
}

/** The guardrail that fails now, in words; null while none does. */
export function harmNow(rollout: Rollout, verdicts: readonly Verdict[], now: number): string | null {
  const failing = judgedNow(rollout, verdicts, now).find(isHarm);
  return failing === undefined ? null : wordsOf(failing);
}

function stopped({ stopped: stop }: Facts): Decision | null {
  return stop === null ? null : { kind: 'abort', cause: stop };
}

function harmed({ plan, state }: Rollout, judged: readonly Judged[]): Decision | null {
  const failing = judged.find(isHarm);
  if (failing === undefined) return null;
  const cause: Cause = { kind: 'gate', reason: wordsOf(failing) };
  if (plan.onFailure === 'roll-back') return { kind: 'roll-back', cause };
  return state.kind === 'paused' ? { kind: 'wait', until: null } : { kind: 'pause', cause };
}

/** Nothing is in force that could go back: harm elsewhere only keeps it from starting. */
function beforeTheFirstStage(rollout: Rollout, verdicts: readonly Verdict[], facts: Facts, now: number): Decision {
  const startsAt = startOf(rollout, facts);
  if (startsAt === null || startsAt > now) return { kind: 'wait', until: startsAt };
  const harm = harmNow(rollout, verdicts, now);
  if (harm !== null) return hold('gate', harm);
  if (facts.unmet[0] !== undefined) return hold('requires', facts.unmet[0]);
  if (facts.freeze !== null) return hold('freeze', facts.freeze);
  if (facts.incidents[0] !== undefined) return hold('incident', facts.incidents[0]);
  return { kind: 'advance' };
}

/** When a waiting rollout may start; null while that is not known. */
function startOf({ plan: { start }, state }: Rollout, { coveredSince }: Facts): number | null {
  if (state.kind === 'waiting' && state.begunBy !== null) return Number.NEGATIVE_INFINITY;
  switch (start.kind) {
    case 'manual':
      return null;
    case 'at':
      return start.at;
    case 'deploy':
      return coveredSince === null ? null : coveredSince + start.delayMinutes * MINUTE_MS;
  }
}

/** Null while the data may only be late. */
function withoutData(one: Judged, progress: Progress): Decision | null {
  const { gate, verdict } = one;
  const words = wordsOf(one);
  if (verdict.kind === 'provider-error') return hold('provider-error', words);
  if (!isSilentForLong(one, progress)) return isLate(one, progress) ? null : hold('no-data', words);
  switch (gate.onNoData) {
    case 'roll-back':
      return { kind: 'roll-back', cause: { kind: 'no-data', reason: words } };
    case 'pause':
      return pause('no-data', words);
    case 'hold':
    case 'ignore':
      return hold('no-data', words);
  }
}

function strongest(decisions: readonly (Decision | null)[]): Decision | null {
  for (const kind of ['roll-back', 'pause', 'hold'] as const) {
    const found = decisions.find((decision) => decision?.kind === kind);
    if (found) return found;
  }
  return null;
}

function isHarm({ gate, verdict }: Judged): boolean {
  return gate.role === 'guardrail' && verdict.kind === 'fail';
}

/** A harm that was found needs no more samples. */
function isTooSmall({ gate, verdict }: Judged): boolean {
  if (verdict.kind === 'inconclusive') return true;
  const { samples } = verdict.figures;
  return samples !== null && Math.min(samples.released, samples.control ?? samples.released) < gate.minSamples;
}

function wordsOfSample({ gate, verdict }: Judged): string {
  return verdict.kind === 'inconclusive' ? verdict.reason : `fewer than ${gate.minSamples} executions in an arm`;
}

function wordsOf({ gate, verdict }: Judged): string {
  return verdict.kind === 'pass' ? `${gate.id} passes` : `${gate.id}: ${verdict.reason}`;
}

function hold(kind: Cause['kind'], reason: string): Decision {
  return { kind: 'hold', cause: { kind, reason } };
}

function pause(kind: Cause['kind'], reason: string): Decision {
  return { kind: 'pause', cause: { kind, reason } };
}
