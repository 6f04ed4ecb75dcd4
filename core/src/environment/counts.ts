import type { Outcome } from '../evaluate/outcome.ts';
import type { Environment } from './environment.ts';

/** Hands over every outcome that was served since the last time; then they count from 0. */
export function drainCounts(environment: Environment, take: (flagKey: string, outcome: Outcome) => void): void {
  for (const { item, used } of environment.flags.values())
    for (const outcome of used?.outcomes ?? []) {
      if (outcome.n > 0) take(item.key, outcome);
      outcome.n = 0;
    }
}
