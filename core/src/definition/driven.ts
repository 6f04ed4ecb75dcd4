import type { Rule, Serve } from '../model/model.ts';

/** What a live rollout serves: its weights are not a definition's. */
export interface DrivenPlace {
  /** `fallthrough` or the id of a rule. */
  readonly at: string;
  /** What was served there before the rollout, and will be if it goes back. */
  readonly before: Serve;
}

/** Rules that rollouts wrote are theirs. */
export function isOfRollout({ id }: Pick<Rule, 'id'>): boolean {
  return id.startsWith('rollout:');
}
