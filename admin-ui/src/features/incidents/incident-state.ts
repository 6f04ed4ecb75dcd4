import type { IncidentView } from '@glidepath/server/api-types';

const RANKS = { SEV1: 0, SEV2: 1, SEV3: 2 } as const satisfies Record<IncidentView['severity'], number>;

/** What everybody is told on every page, whatever they do. */
const ANNOUNCED: ReadonlySet<IncidentView['severity']> = new Set(['SEV1', 'SEV2']);

type Ranked = Pick<IncidentView, 'severity' | 'detectedAt'>;

/** The worst first, of several as bad the oldest. */
export function worstFirst<I extends Ranked>(open: readonly I[]): readonly I[] {
  return open.toSorted((a, b) => RANKS[a.severity] - RANKS[b.severity] || a.detectedAt.localeCompare(b.detectedAt));
}

/** Those of the open ones that everybody is told of, the worst first. */
export function announced<I extends Ranked>(open: readonly I[]): readonly I[] {
  return worstFirst(open).filter(({ severity }) => ANNOUNCED.has(severity));
}
