/** When a connection was too slow for what it should get. */
export interface Lag {
  /** Milliseconds on the monotonic clock; null while it keeps up. */
  readonly since: number | null;
  /** When the latest spells began. */
  readonly spells: readonly number[];
}

export const KEEPS_UP: Lag = { since: null, spells: [] };

/** Longest wait for a buffer to empty. */
export const LAG_MS = 30_000;
const SPELLS = 3;
const SPELLS_WITHIN_MS = 5 * 60_000;

/** The lag of a connection that could not be sent something just now. */
export function fellBehind(lag: Lag, now: number): Lag {
  if (lag.since !== null) return lag;
  return { since: now, spells: [...lag.spells.filter((at) => now - at < SPELLS_WITHIN_MS), now] };
}

export function caughtUp(lag: Lag): Lag {
  return lag.since === null ? lag : { ...lag, since: null };
}

/** Whether to end the connection: it costs memory, and a new one starts from a clean buffer. */
export function isHopeless(lag: Lag, now: number): boolean {
  return lag.since !== null && (now - lag.since >= LAG_MS || lag.spells.length >= SPELLS);
}
