import type { Flag, FlagConfig } from '@glidepath/core';
import {
  applyToConfig,
  type ConfigInstruction,
  describeInstruction,
  describeServing,
  movesTowardSafe,
} from '@glidepath/core/change';

/** What instructions make of a configuration, worked out on this page with the server's own code. */
export interface Outcome {
  readonly before: FlagConfig;
  readonly after: FlagConfig;
  readonly summary: readonly string[];
  readonly serves: { readonly before: readonly string[]; readonly after: readonly string[] };
  readonly towardSafe: boolean;
}

export interface OutcomeSubject {
  readonly flag: Flag;
  readonly config: FlagConfig;
  /** Key of the environment. */
  readonly environment: string;
  readonly instructions: readonly ConfigInstruction[];
}

/** Null where the instructions are refused: the server says why. `now`: milliseconds since epoch. */
export function outcomeOf(subject: OutcomeSubject, now: number): Outcome | null {
  const { flag, config, environment, instructions } = subject;
  const applied = applyToConfig(flag, config, instructions, {
    now,
    actor: 'you',
    origin: 'ui',
    newId: () => 'new-rule',
  });
  if (applied.kind === 'refused') return null;
  const after = applied.document;
  return {
    before: config,
    after,
    summary: instructions.map((instruction) => describeInstruction(instruction, { environment, config })),
    serves: { before: describeServing(flag, config), after: describeServing(flag, after) },
    towardSafe: movesTowardSafe(flag, config, after),
  };
}
