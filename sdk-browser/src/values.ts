import type { Json, ToldReason } from '@glidepath/core';
import type { Values } from '@glidepath/core/protocol';
import type { Seat } from '@glidepath/core/sdk';

/** What one flag is for the context, as the service or a bootstrap said; frozen, all the way down. */
export interface Served {
  readonly value: Json;
  readonly variation?: string | null | undefined;
  readonly rev?: number | null | undefined;
  /** Where it is known. */
  readonly reason?: ToldReason | undefined;
  /** Where the page's visitor sits, if somewhere that is measured. */
  readonly seat?: Seat | undefined;
}

export type Flags = ReadonlyMap<string, Served>;

/** The values of one context at one version of the environment; never altered. */
export interface Held {
  readonly epoch: string;
  readonly v: number;
  readonly flags: Flags;
}

/** The values after a frame, or null where it does not fit to what is held. Throws at what is no frame. */
export function applied(held: Held | null, frame: Omit<Values, 't' | 'n'>): Held | null {
  const { full, epoch, v, put, del, count } = frame;
  if (!full && (held?.epoch !== epoch || v < held.v)) return null;
  const flags = new Map<string, Served>(full ? [] : held?.flags);
  for (const key of del) flags.delete(key);
  for (const { key, ...served } of put) {
    const known = held?.flags.get(key);
    // The same object as long as the value is the same: whoever compares sees that nothing has changed.
    flags.set(key, frozen(known && textOf(known) === textOf(served) ? { ...served, value: known.value } : served));
  }
  return flags.size === count ? { epoch, v, flags } : null;
}

/** Keys of the flags that are not the same in both. */
export function changedKeys(before: Flags | null, after: Flags): string[] {
  const all = new Map([...(before ?? []), ...after]);
  return [...all.keys()].filter((key) => textOf(before?.get(key)) !== textOf(after.get(key)));
}

export function frozen<T>(value: T): T {
  if (Object(value) === value) Object.values(Object.freeze(value) as object).map(frozen);
  return value;
}

const textOf = (served: Served | undefined): string => JSON.stringify([served?.value, served?.variation]);
