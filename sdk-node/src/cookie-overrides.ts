import { FLAG_TYPES, type Json } from '@glidepath/core';
import type { Answers } from './answers.ts';
import type { Serving } from './host.ts';
import { type Override, overriding } from './overriding.ts';

const DEFAULT_NAME = 'glidepath-overrides';
/** Of a header that Node takes, of a cookie that browsers keep, and of what somebody tries out at once. */
const MOST = { header: 16_384, cookie: 4_096, flags: 100 };

/** What a request's cookies fix, over what is answered below. */
export type RequestOverrides = (from: Serving, below: Answers) => Answers;

/** Under which name the cookie goes; null where nobody wants one. */
export function cookieNameOf(given: unknown): string | null {
  if (given === true) return DEFAULT_NAME;
  return typeof given === 'string' && /^[\w.-]{1,64}$/.test(given) ? given : null;
}

/**
 * Reads a `Cookie` header; null where it fixes nothing. Visitors write it, so whatever is wrong with it, it is as if it
 * were not there.
 */
export function overridesOfCookie(header: unknown, name: string, areAllowed: () => boolean): RequestOverrides | null {
  const fixed = readCookie(header, name);
  if (fixed === null) return null;
  return ({ environment }, below) =>
    overriding((key) => {
      const override = areAllowed() ? fixed.get(key) : undefined;
      const type = environment.flags.get(key)?.item.body.type;
      // Null passes for an object, and no flag has it.
      if (override === undefined || override.value === null) return undefined;
      // A state for a page is asked for without fallbacks: there too, a value is of its flag's type.
      const isOfType = type === undefined || FLAG_TYPES[type]?.accepts(override.value) === true;
      return isOfType ? override : undefined;
    })(below);
}

function readCookie(header: unknown, name: string): ReadonlyMap<string, Override> | null {
  if (typeof header !== 'string' || header.length > MOST.header) return null;
  const start = `${name}=`;
  const cookie = header
    .split(';')
    .map((part) => part.trim())
    .find((part) => part.startsWith(start));
  if (cookie === undefined || cookie.length > MOST.cookie) return null;
  try {
    const values: unknown = JSON.parse(decodeURIComponent(cookie.slice(start.length)), frozen);
    if (typeof values !== 'object' || values === null || Array.isArray(values)) return null;
    const entries = Object.entries(values as Readonly<Record<string, Json>>);
    if (entries.length === 0 || entries.length > MOST.flags) return null;
    return new Map(entries.map(([key, value]) => [key, { value, by: 'cookie' as const }]));
  } catch {
    return null;
  }
}

/** Whoever copies such an object member by member would alter what it inherits. */
function frozen(key: string, value: unknown): unknown {
  if (key === '__proto__') throw new Error('not a name for a member');
  return Object.freeze(value);
}
