import type { LifecycleView } from '@glidepath/server/api-types';
import type { Status } from '../../kit/status-mark.tsx';

/** An archived flag goes on serving for so long. */
export const SAFETY_NET_DAYS = 30;
/** Nobody is reminded more often. */
const NUDGE_DAYS = 7;
const DAY_MS = 86_400_000;

type Readiness = LifecycleView['readiness'];
type Check = Readiness['checks'][number];

/** How many of the checks hold: `5/6`. */
export function passed({ checks }: Readiness): string {
  return `${checks.filter(({ outcome }) => outcome === 'pass').length}/${checks.length}`;
}

export const READINESS_MARKS = {
  safe: 'done',
  caution: 'attention',
  blocked: 'off',
} as const satisfies Record<Readiness['kind'], Status>;

export const CHECK_MARKS = {
  pass: 'done',
  caution: 'attention',
  block: 'failed',
} as const satisfies Record<Check['outcome'], Status>;

/** Why nobody can be reminded now. */
export type NoNudge = { readonly kind: 'nobody' } | { readonly kind: 'nudged' | 'kept'; readonly at: string };

/** Null where the owner may be reminded. */
export function noNudge({ owner, nudgedAt, keepUntil }: LifecycleView, now: number): NoNudge | null {
  if (owner === null) return { kind: 'nobody' };
  if (keepUntil !== null && Date.parse(keepUntil) > now) return { kind: 'kept', at: keepUntil };
  if (nudgedAt !== null && now - Date.parse(nudgedAt) < NUDGE_DAYS * DAY_MS) return { kind: 'nudged', at: nudgedAt };
  return null;
}

/** When a flag that is archived now leaves the payloads. */
export function servesUntil(now: number): number {
  return now + SAFETY_NET_DAYS * DAY_MS;
}
