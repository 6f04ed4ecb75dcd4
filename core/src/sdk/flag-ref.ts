import type { FlagRef, StandardSchema } from './typing.ts';

/** A flag as a caller named it: by its key, or declared once. */
export interface Asked<T> {
  readonly key: string;
  readonly fallback: T;
  readonly schema: StandardSchema<T> | null;
}

export function flagRef<T>(key: string, { fallback, schema }: { fallback: T; schema?: StandardSchema<T> }): FlagRef<T> {
  return Object.freeze({ key, fallback, ...(schema !== undefined && { schema }) });
}

/** `given`: the fallback beside a key. Callers in plain JavaScript pass anything: what names no flag stays as it is. */
export function askedOf<T>(flag: string | FlagRef<T>, given: T): Asked<T> {
  try {
    if (typeof flag === 'object' && flag !== null && typeof flag.key === 'string')
      return { key: flag.key, fallback: flag.fallback, schema: flag.schema ?? null };
  } catch {
    // A getter threw: it is no flag.
  }
  return { key: flag as string, fallback: given, schema: null };
}
