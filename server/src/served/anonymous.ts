import type { ContextInput } from '@glidepath/core';
import { type NormalizedContext, normalizedContext } from '@glidepath/core/sdk';

/** Whether it names nobody: in every kind it says so of itself. */
export function isAnonymous(bodies: NormalizedContext): boolean {
  return Object.values(bodies).every((body) => body?.['anonymous'] === true);
}

/** As much of a context as may be evaluated though nobody vouches for it; null where it names somebody. */
export function anonymousPart(input: ContextInput): ContextInput | null {
  const bodies = normalizedContext(input);
  // What was looked at, and nothing that its normal form leaves out.
  return isAnonymous(bodies) ? ({ ...bodies, kind: 'multi' } as ContextInput) : null;
}
