import type { ErrorKind } from '@glidepath/core';
import type { DataSource, EvaluationDetail, FlagRef, StandardSchema } from '@glidepath/core/sdk';
import { MAX_ENTRIES } from './limits.ts';
import { quietly } from './page.ts';
import type { Tools } from './tools.ts';
import type { ContextInput } from './types.ts';
import { type Flags, frozen, type Served } from './values.ts';

/** What values are read from at a moment; another object whenever anything of it changes. */
export interface Serving {
  /** Null before the first data. */
  readonly flags: Flags | null;
  readonly environmentVersion: number | null;
  readonly source: DataSource;
  readonly stale: boolean;
  /** Why there is nothing but fallbacks. */
  readonly over: ErrorKind | null;
  /** As it was given. */
  readonly context: ContextInput;
}

export const NOTHING: Serving = {
  flags: null,
  environmentVersion: null,
  source: 'none',
  stale: false,
  over: null,
  context: null,
};

type Schema = StandardSchema<unknown> | undefined;

export interface Answer {
  readonly key: string;
  readonly from: Serving;
  readonly fallback: unknown;
  readonly schema: Schema;
  /** What is served for the flag, and what the schema made of its value; undefined: nothing, rejected. */
  readonly served: Served | undefined;
  readonly value: unknown;
  readonly detail: EvaluationDetail<unknown>;
  /** Whether its exposure was counted. */
  seen?: boolean;
}

/** Last answers by key: the same question gets the same object as long as nothing changes. */
export type Answers = Map<string, Answer>;

/** Answers what a key or a declared flag is for the context. */
export function read(
  serving: Serving,
  { used, override: overrideOf }: Tools,
  flag: string | FlagRef<unknown>,
  given: unknown,
): Answer {
  let name = flag as string;
  let fallback = given;
  let schema: Schema;
  try {
    ({ key: name = name, fallback = given, schema } = flag as FlagRef<unknown>);
  } catch {
    // A getter threw, or nothing was given: it names no flag.
  }
  // Callers in plain JavaScript pass anything.
  const key = String(name);
  const before = used.get(key);
  const isSame = before?.schema === schema;
  if (before && isSame && before.from === serving && before.fallback === fallback) return before;
  const { flags, over, environmentVersion, source, stale } = serving;
  const override = overrideOf?.(key, fallback);
  const served = override ?? flags?.get(key);
  const raw = served?.value;
  // What a schema made of a value stays the same object as long as its flag does.
  const value = before && isSame && before.served?.value === raw ? before.value : check(schema, raw);
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
    ...(errorKind && {
      value: fallback,
      variation: null,
      reason: { kind: 'ERROR', errorKind, message: key },
    }),
  };
  const answer: Answer = {
    key,
    from: serving,
    fallback,
    schema,
    served,
    value,
    detail,
  };
  if (before || used.size < MAX_ENTRIES) used.set(key, answer);
  return answer;
}

/** Undefined where it is rejected. */
function check(schema: Schema, value: unknown): unknown {
  if (!schema) return value;
  return quietly(() => {
    const result = schema['~standard'].validate(value) as Partial<Promise<unknown>> & { readonly value?: unknown };
    result.catch?.(() => {});
    return frozen(result.value);
  });
}

/** Whoever passes nothing takes anything. */
function faultOf(value: unknown, fallback: unknown, flags: Flags | null): ErrorKind | null {
  if (value === undefined) return flags ? 'FLAG_NOT_FOUND' : 'CLIENT_NOT_READY';
  return fallback == null || typeOf(value) === typeOf(fallback) ? null : 'TYPE_MISMATCH';
}

/** Told apart as far as fallbacks tell what is asked for. */
const typeOf = (value: unknown): string => typeof value + Array.isArray(value);
