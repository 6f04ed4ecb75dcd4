import type { Outcome } from '../evaluate/outcome.ts';
import { type ArmPlace, armPlaceOf } from './arms.ts';
import type { Environment } from './environment.ts';

/** Hears of one outcome that was served; `place` is null outside of the arms of a rollout. */
export type TakeCount = (flagKey: string, outcome: Outcome, place: ArmPlace | null) => void;

/** Hands over every outcome that was served since the last time; then they count from 0. */
export function drainCounts(environment: Environment, take: TakeCount): void {
  for (const { item, used } of environment.flags.values())
    for (const outcome of used?.outcomes ?? []) {
      if (outcome.n > 0) take(item.key, outcome, armPlaceOf(item.body, used?.outcomes ?? [], outcome));
      outcome.n = 0;
    }
}
