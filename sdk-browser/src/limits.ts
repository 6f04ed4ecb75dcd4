import type { BROWSER_CLOSE } from '@glidepath/core/protocol';

// How long and how many. Nothing but types is imported here: only then does the bundler put the numbers where they are used.

/** A stream that brings no values within this time is given up for polling. */
export const DATA_MS = 10_000;
/** Nothing heard for so long: values grow stale, and a stream is left. */
export const SILENCE_MS = 60_000;
export const ACK_SPREAD_MS = 500;
/** Over so long all browsers are spread that a service has lost at once: what they hold is valid meanwhile. */
export const FIRST_SPREAD_MS = 5_000;
/** Doubled with each attempt. */
export const HALF_RETRY_MS = 250;
/** Between attempts after a refusal, between attempts to stream while polling works, and between polls that fail, at most. */
export const SLOW_MS = 300_000;
export const MIN_POLL_MS = 1_000;
export const POLL_MS = 30_000;
export const REQUEST_MS = 10_000;
export const HIDDEN_MS = 60_000;

/** Of one report, so that it stays below the 64 kB of beacons whatever the characters are. */
export const MAX_CHARACTERS = 20_000;
/** Counted entries, answers remembered, flags that tools list. */
export const MAX_ENTRIES = 1_000;
/** Series of health that wait for a report. */
export const MAX_SERIES = 200;
export const MIN_FLUSH_MS = 1_000;
export const FLUSH_MS = 5_000;
export const CONTEXTS = 5;
export const MAX_CONTEXTS = 50;
export const COOKIE_SECONDS = 31_536_000;

/** The things that a session waits for, at most once each. */
export const DATA = 0;
export const SILENCE = 1;
export const ACK = 2;
export const RETRY = 3;
export const POLL = 4;

/** What streams are closed with where the key is refused, or else the origin or the context. */
export const UNAUTHORIZED: typeof BROWSER_CLOSE.unauthorized = 4401;
export const FORBIDDEN: typeof BROWSER_CLOSE.forbidden = 4403;
