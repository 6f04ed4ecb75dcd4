import type { FlagItem } from '../model/items.ts';
import type { Json } from '../model/model.ts';
import type { EvaluationReason, Resolution } from '../model/resolution.ts';
import { bucketAt } from './bucket.ts';
import { malformed } from './fault.ts';

/** What one place of a flag serves; built once, so that evaluating allocates nothing. */
export interface Outcome extends Resolution {
  /** The kind of context whose bucket chose it; null when no bucket did. */
  readonly by: string | null;
  /** How often it was served since it was last asked. */
  n: number;
}

/** Builds the outcomes of one flag, and remembers them all. */
export type OutcomeMaker = (variation: number, reason: EvaluationReason, by?: string | null) => Outcome;

export function outcomesOf({ rev, body }: FlagItem, all: Outcome[]): OutcomeMaker {
  return (index, reason, by = null) => {
    const variation = body.variations[index];
    if (typeof variation?.key !== 'string') throw malformed(`it has no variation ${index}`);
    const outcome: Outcome = {
      // The same value goes to every caller, so that none may alter it.
      value: deepFreeze(variation.value),
      variation: variation.key,
      variationIndex: index,
      flagVersion: rev,
      reason: Object.freeze(reason),
      by,
      n: 0,
    };
    all.push(outcome);
    return outcome;
  };
}

/** What the caller sees of an outcome; `position`: where its bucket was found. */
export function resolutionOf(outcome: Outcome, position: number): Resolution {
  const { value, variation, variationIndex, flagVersion, reason, by } = outcome;
  const told = by === null ? reason : { ...reason, rollout: { bucket: bucketAt(position), contextKind: by } };
  return { value, variation, variationIndex, flagVersion, reason: told as EvaluationReason };
}

function deepFreeze(value: Json): Json {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}
