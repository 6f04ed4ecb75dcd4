import type { Outcome } from '../evaluate/outcome.ts';
import { type ArmPlace, armPlaceOf } from './arms.ts';
import type { Environment, FlagEntry } from './environment.ts';

/** Hears of one outcome that was served; `place` is null outside of the arms of a rollout. */
export type TakeCount = (flagKey: string, outcome: Outcome, place: ArmPlace | null) => void;

/** Hands over every outcome that was served since the last time; then they count from 0. */
export function drainCounts(environment: Environment, take: TakeCount): void {
  for (const entry of environment.flags.values()) drain(entry, take);
}

/** The same for one flag: of a snapshot that is in use no more, but for whoever still holds it. */
export function drainCountsOf(environment: Environment, key: string, take: TakeCount): void {
  const entry = environment.flags.get(key);
  if (entry !== undefined) drain(entry, take);
}

function drain({ item, used }: FlagEntry, take: TakeCount): void {
  for (const outcome of used?.outcomes ?? []) {
    if (outcome.n > 0) take(item.key, outcome, armPlaceOf(item.body, used?.outcomes ?? [], outcome));
    outcome.n = 0;
  }
}
