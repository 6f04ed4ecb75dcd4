import { BUCKETS } from '../model/keys.ts';
import type { Scalar } from '../model/model.ts';
import type { Resolution } from '../model/resolution.ts';

/** “bucket 1234 of 100000 by user, gets 'on'” */
export function gets({ variation, reason }: Resolution): string {
  const rollout = 'rollout' in reason ? reason.rollout : undefined;
  if (rollout === undefined) return `gets '${variation}'`;
  if (rollout === null) return `cannot be bucketed, gets '${variation}'`;
  return `bucket ${rollout.bucket} of ${BUCKETS} by ${rollout.contextKind}, gets '${variation}'`;
}

export const SHOWN_VALUES = 5;
const SHOWN_CHARACTERS = 100;

export function listed(values: readonly Scalar[], separator = ', '): string {
  const first = values.slice(0, SHOWN_VALUES).map(shown).join(separator);
  return values.length > SHOWN_VALUES ? `${first} and ${values.length - SHOWN_VALUES} more` : first;
}

/** An attribute may hold anything, also what has no JSON: only the surface is shown. */
export function shown(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object') return 'an object';
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
}
