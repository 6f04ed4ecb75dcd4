import type { ErrorKind } from '@glidepath/core';
import type { DataSource, EvaluationDetail, FlagRef, StandardSchema } from '@glidepath/core/sdk';
import { MAX_ENTRIES } from './limits.ts';
import type { Override } from './tools.ts';
import { type Flags, frozen } from './values.ts';

/** What values are read from at a moment; another object whenever anything of it changes. */
export interface Serving {
  /** Null before the first data. */
  readonly flags: Flags | null;
  readonly version: number | null;
  readonly source: DataSource;
  readonly stale: boolean;
  /** Why there is nothing but fallbacks. */
  readonly over: ErrorKind | null;
  /** Values that the page's tools put in place of the service's. */
  readonly overrides: ReadonlyMap<string, Override> | null;
  /** Whether they may act. */
  readonly areAllowed: boolean;
}

type Schema = StandardSchema<unknown> | undefined;

export interface Answer {
  readonly serving: Serving;
  readonly fallback: unknown;
  readonly schema: Schema;
  /** As it is served, and what the schema made of it; undefined: rejected. */
  readonly raw: unknown;
  readonly value: unknown;
  readonly detail: EvaluationDetail<unknown>;
  isCounted?: boolean;
}

/** Last answers by key: the same question gets the same object as long as nothing changes. */
export type Answers = Map<string, Answer>;

/** Answers what a key or a declared flag is for the context. */
export function read(
  serving: Serving,
  answers: Answers,
  flag: string | FlagRef<unknown>,
  given: unknown,
): readonly [key: string, Answer] {
  let key = flag as string;
  let fallback = given;
  let schema: Schema;
  try {
    ({ key = key, fallback = given, schema } = flag as FlagRef<unknown>);
  } catch {
    // A getter threw, or nothing was given: it names no flag.
  }
  const before = answers.get(key);
  const isSame = before?.schema === schema;
  if (before && isSame && before.serving === serving && before.fallback === fallback) return [key, before];
  const { flags, over, overrides, areAllowed, version: environmentVersion, source, stale } = serving;
  const override = areAllowed ? overrides?.get(key) : null;
  const served = override ?? flags?.get(key);
  const raw = served?.value;
  // What a schema made of a value stays the same object as long as its flag does.
  const value = before && isSame && before.raw === raw ? before.value : check(schema, raw);
  const errorKind = over ?? faultOf(raw, fallback, flags) ?? (value === undefined ? 'TYPE_MISMATCH' : null);
  const detail: EvaluationDetail<unknown> = {
    value,
    variation: served?.variation ?? null,
    variationIndex: null,
    flagVersion: served?.rev ?? null,
    environmentVersion,
    reason: { kind: 'REMOTE', reason: served?.reason ?? null },
    source,
    stale,
    ...override?.detail,
    ...(errorKind && { value: fallback, variation: null, reason: { kind: 'ERROR', errorKind, message: String(key) } }),
  };
  const answer: Answer = { serving, fallback, schema, raw, value, detail };
  if (before || answers.size < MAX_ENTRIES) answers.set(key, answer);
  return [key, answer];
}

/** Undefined where it is rejected. */
function check(schema: Schema, value: unknown): unknown {
  if (!schema) return value;
  try {
    const result = schema['~standard'].validate(value);
    if ('then' in result) result.catch(() => {});
    return frozen((result as { readonly value?: unknown }).value);
  } catch {
    return undefined;
  }
}

/** Whoever passes nothing takes anything. */
function faultOf(value: unknown, fallback: unknown, flags: Flags | null): ErrorKind | null {
  if (value === undefined) return flags ? 'FLAG_NOT_FOUND' : 'CLIENT_NOT_READY';
  const isSame = typeof value === typeof fallback && Array.isArray(value) === Array.isArray(fallback);
  return isSame || (fallback ?? null) === null ? null : 'TYPE_MISMATCH';
}
