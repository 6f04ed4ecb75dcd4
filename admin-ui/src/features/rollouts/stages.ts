import type { RolloutView } from '@glidepath/server/api-types';

/** `back`: was in force and was taken back. */
export type StageState = 'done' | 'current' | 'back' | 'coming';

/** Where each stage of a rollout stands. */
export function stageStates({
  state,
  stage,
  plan,
  evidence,
}: Pick<RolloutView, 'state' | 'stage' | 'plan' | 'evidence'>): readonly StageState[] {
  const reached = stage ?? evidence?.stage ?? -1;
  return plan.stages.map((_stage, index) => {
    if (state === 'completed') return 'done';
    if (state === 'rolled-back' || state === 'rolling-back') return index <= reached ? 'back' : 'coming';
    if (index === reached) return state === 'aborted' ? 'done' : 'current';
    return index < reached ? 'done' : 'coming';
  });
}
