import type { RolloutRecordView, RolloutView } from '@glidepath/server/api-types';

/** `back`: was in force and was taken back. */
export type StageState = 'done' | 'current' | 'back' | 'coming';

/** Where each stage of a rollout stands; `furthest` is the last that was ever in force, where that is known. */
export function stageStates(
  { state, stage, plan, evidence }: Pick<RolloutView, 'state' | 'stage' | 'plan' | 'evidence'>,
  furthest = -1,
): readonly StageState[] {
  const reached = stage ?? evidence?.stage ?? (state === 'rolled-back' ? furthest : -1);
  return plan.stages.map((_stage, index) => {
    if (state === 'completed') return 'done';
    if (state === 'rolled-back' || state === 'rolling-back') return index <= reached ? 'back' : 'coming';
    if (index === reached) return state === 'aborted' ? 'done' : 'current';
    return index < reached ? 'done' : 'coming';
  });
}

/** The last stage that was ever in force; -1 if none was. */
export function furthestOf(records: readonly RolloutRecordView[]): number {
  return Math.max(-1, ...records.map(({ stage }) => stage ?? -1));
}
