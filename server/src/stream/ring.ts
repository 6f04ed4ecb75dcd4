import { utf8Length } from '@glidepath/core/protocol';
import type { EnvironmentChange } from '../store/store.ts';

/** The newest changes of an environment, contiguous and in order; never mutated. */
export interface Ring {
  readonly entries: readonly RingEntry[];
  readonly bytes: number;
}

interface RingEntry {
  readonly change: EnvironmentChange;
  readonly bytes: number;
}

export interface RingLimits {
  readonly changes: number;
  readonly bytes: number;
}

export const RING_LIMITS: RingLimits = { changes: 1000, bytes: 64 * 1024 * 1024 };

export const EMPTY_RING: Ring = { entries: [], bytes: 0 };

/** The ring with one more change, which must follow the newest; the oldest leave when it is over its limits. */
export function pushed(ring: Ring, change: EnvironmentChange, limits: RingLimits = RING_LIMITS): Ring {
  const bytes = utf8Length(JSON.stringify(change.ops));
  const entries = [...ring.entries, { change, bytes }];
  let total = ring.bytes + bytes;
  let drop = 0;
  while (entries.length - drop > limits.changes || (total > limits.bytes && drop < entries.length)) {
    total -= entries[drop]?.bytes ?? 0;
    drop += 1;
  }
  return { entries: drop === 0 ? entries : entries.slice(drop), bytes: total };
}

/** The oldest version whose change is kept; null when none is. */
export function oldestOf(ring: Ring): number | null {
  return ring.entries[0]?.change.version ?? null;
}

/** The changes after a version, in order; null when the first of them is not kept any more. */
export function changesAfter(ring: Ring, version: number): readonly EnvironmentChange[] | null {
  const oldest = oldestOf(ring);
  if (oldest === null || version < oldest - 1) return null;
  return ring.entries.slice(version - oldest + 1).map((entry) => entry.change);
}
