import type { Serve } from '@glidepath/core';
import { bucketsIn, type ReleasePlan, type Stage } from './plan.ts';

/** One course of a plan through its stages: plain data, as it is stored. */
export interface Rollout {
  readonly id: string;
  readonly plan: ReleasePlan;
  /** What the plan's place served before the first stage: a roll-back brings back exactly this. */
  readonly before: Serve;
  /** The flag's, by which people were dealt then; absent where it was started before that was kept. */
  readonly salt?: string;
  readonly state: RolloutState;
}

export type RolloutState =
  /** For its start condition; `begunBy` once somebody began it by hand. */
  | { readonly kind: 'waiting'; readonly begunBy: string | null }
  | { readonly kind: 'running' | 'awaiting-approval'; readonly progress: Progress }
  | { readonly kind: 'paused'; readonly progress: Progress; readonly cause: Cause }
  | { readonly kind: 'holding'; readonly progress: Progress; readonly cause: Cause }
  /** The change that restores what was before is yet to be committed. */
  | { readonly kind: 'rolling-back'; readonly stage: number; readonly cause: Cause }
  | { readonly kind: 'rolled-back'; readonly at: number; readonly cause: Cause }
  | { readonly kind: 'completed'; readonly at: number }
  /** `stage` is the one that it leaves in force; null if none was. */
  | { readonly kind: 'aborted'; readonly at: number; readonly stage: number | null; readonly cause: Cause };

/** How far the stage in force is. Times are milliseconds. */
export interface Progress {
  readonly stage: number;
  /** When it came into force. */
  readonly since: number;
  /** Time in force with data from all gates, up to `countedAt`. */
  readonly bakedMs: number;
  readonly countedAt: number;
  /** How long each gate has had no data, by its id; absent while it has. */
  readonly silentMs: Readonly<Record<string, number>>;
  /** Lines of the stage's checklist that are done. */
  readonly checked: readonly string[];
  readonly approvedBy: string | null;
}

/** Why a rollout is where it is. */
export interface Cause {
  readonly kind:
    | 'person'
    | 'gate'
    | 'sample-ratio'
    | 'no-data'
    | 'provider-error'
    | 'samples'
    | 'signal'
    | 'freeze'
    | 'incident'
    | 'requires'
    | 'checklist'
    | 'approval'
    | 'kill'
    | 'turned-off'
    | 'edit'
    /** The change that it takes was refused. */
    | 'refused';
  /** In words, with who or what. */
  readonly reason: string;
}

/** The progress of the stage in force; null while none is, or where it is settled what becomes of it. */
export function progressOf(state: RolloutState): Progress | null {
  return 'progress' in state ? state.progress : null;
}

/** Index of the stage that is in force; null while none is, or where it is over. */
export function stageOf(state: RolloutState): number | null {
  if ('progress' in state) return state.progress.stage;
  return state.kind === 'rolling-back' ? state.stage : null;
}

/** Why a state is what it is; null where nothing special is. */
export function causeOf(state: RolloutState): Cause | null {
  return 'cause' in state ? state.cause : null;
}

export function isOver(state: RolloutState): boolean {
  return state.kind === 'rolled-back' || state.kind === 'completed' || state.kind === 'aborted';
}

/** Who has the released variation by the plan. */
export interface Exposure {
  /** Of the split, 0 to 100,000. */
  readonly buckets: number;
  /** Served by the rollout's own rule. */
  readonly segments: readonly string[];
}

/** The exposure that a state stands for; null where that is what was before the rollout. */
export function exposureOf({ plan, state }: Rollout): Exposure | null {
  switch (state.kind) {
    case 'waiting':
    case 'rolled-back':
      return null;
    case 'completed':
      return { buckets: bucketsIn(100), segments: [] };
    case 'aborted':
    case 'rolling-back':
      return state.stage === null ? null : exposureAt(plan.stages, state.stage);
    case 'running':
    case 'awaiting-approval':
    case 'paused':
    case 'holding':
      return exposureAt(plan.stages, state.progress.stage);
  }
}

/** A stage takes nothing away that the ones before gave. */
function exposureAt(stages: readonly Stage[], index: number): Exposure {
  const reached = stages.slice(0, index + 1);
  const percents = reached.flatMap((stage) => (stage.kind === 'percent' ? [stage.percent] : []));
  return {
    buckets: bucketsIn(percents.at(-1) ?? 0),
    segments: reached.flatMap((stage) => (stage.kind === 'segment' ? [stage.segment] : [])),
  };
}
