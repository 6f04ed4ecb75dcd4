type Random = () => number;

/** Stream failures within this time count toward polling. */
export const FAILURE_WINDOW_MS = 60_000;
/** So many of them turn it on. */
export const FAILURES_UNTIL_POLLING = 5;
/** A connection this old, on which something was applied, makes earlier failures forgotten. */
export const GOOD_AFTER_MS = 60_000;

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const FIRST_SPREAD_MS = 5 * SECOND;
/** Of the shortest wait: who asks for shorter waits, as a test does, has no fleet to spread. */
const FIRST_SPREAD_SHARE = 5;
const LONG_FAILURE_MS = 10 * MINUTE;
const LONG_FAILURE_CAP_MS = 2 * MINUTE;

export interface ReconnectLimits {
  readonly minMs: number;
  readonly maxMs: number;
}

/**
 * How long to wait before attempt number `attempt` (0 = the first after a good connection).
 * The first one spreads a whole fleet over 5 s: values stay valid meanwhile, so nobody suffers.
 */
export function reconnectDelayMs(
  attempt: number,
  failingForMs: number,
  limits: ReconnectLimits,
  random: Random,
): number {
  if (attempt === 0) return random() * Math.min(FIRST_SPREAD_MS, FIRST_SPREAD_SHARE * limits.minMs);
  const cap = failingForMs >= LONG_FAILURE_MS ? Math.max(limits.maxMs, LONG_FAILURE_CAP_MS) : limits.maxMs;
  const ceiling = Math.min(cap, limits.minMs * 2 ** Math.min(attempt, 30));
  return ceiling * (0.5 + random() / 2);
}

/** The wait that a server asked for, within reason: a hostile or broken one must not silence an SDK. */
export function clampedRetryAfterMs(retryAfterMs: number | undefined): number {
  if (retryAfterMs === undefined || Number.isNaN(retryAfterMs)) return 0;
  return Math.min(10 * MINUTE, Math.max(SECOND, retryAfterMs));
}

/** After a refusal that only people can mend. */
export function slowDelayMs(random: Random): number {
  return 5 * MINUTE * (0.5 + random());
}

/** Between attempts to stream while polling works instead. */
export function streamRetryDelayMs(random: Random): number {
  return 5 * MINUTE * (0.8 + 0.4 * random());
}

/** Until the next poll; failed polls in a row move it out, to 5 minutes at most. */
export function pollDelayMs(intervalMs: number, failures: number, random: Random): number {
  const ceiling = Math.max(intervalMs, Math.min(5 * MINUTE, intervalMs * 2 ** Math.min(failures, 30)));
  return ceiling * (0.8 + 0.4 * random());
}
