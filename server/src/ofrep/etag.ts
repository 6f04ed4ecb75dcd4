import type { Fragment } from './fragments.ts';

/** How long one ETag can hold: after that the answer carries a new ticket. */
const SLOT_MS = 600_000;

/**
 * Names what a context gets, whatever the order of the flags, and the slot of time in which its ticket was made. Weak:
 * the environment's version and the ticket itself may differ under one ETag.
 */
export function etagOf(fragments: readonly Fragment[], now: number): string {
  const print = new Int32Array(4);
  for (const { print: own } of fragments)
    for (let at = 0; at < 4; at += 1) print[at] = (print[at] ?? 0) ^ (own[at] ?? 0);
  const words = Array.from(print, (word) => (word >>> 0).toString(16).padStart(8, '0'));
  return `W/"${words.join('')}.${Math.floor(now / SLOT_MS).toString(36)}"`;
}

/** Whether `If-None-Match` names it, compared weakly: proxies that compress make weak ones of strong ones. */
export function isMatch(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  if (header.trim() === '*') return true;
  return Array.from(header.matchAll(/"[^"]*"/g), ([tag]) => tag).includes(opaque(etag));
}

function opaque(etag: string): string {
  return etag.slice(etag.indexOf('"'));
}
