import { flagButtons } from './flag-buttons.ts';
import type { ButtonKind } from './kind.ts';
import { rolloutButtons } from './rollout-buttons.ts';

const KINDS: readonly ButtonKind[] = [rolloutButtons, flagButtons];

/** The kind that an action belongs to; null for an action of no button of ours. */
export function kindOf(verb: string): ButtonKind | null {
  return KINDS.find(({ verbs }) => verbs.includes(verb)) ?? null;
}
