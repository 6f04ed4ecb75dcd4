import type { ErrorKind } from '@glidepath/core';
import type { DataSource, EvaluationDetail, FlagRef, StandardSchema } from '@glidepath/core/sdk';
import { type Flags, frozen } from './values.ts';

/** What values are read from at a moment; another object whenever anything of it changes. */
export interface Serving {
  /** Null before the first data. */
  readonly flags: Flags | null;
  readonly version: number | null;
  readonly source: DataSource;
  readonly stale: boolean;
  /** Why there is nothing, where it is for good. */
  readonly over: ErrorKind | null;
  /** Values that the page's tools put in place of the service's. */
  readonly overrides: ReadonlyMap<string, unknown> | null;
  /** The same question gets the same object. */
  readonly answers: Map<unknown, Answer>;
}

export interface Answer {
  readonly key: string;
  readonly fallback: unknown;
  readonly schema?: StandardSchema<unknown> | undefined;
  readonly detail: EvaluationDetail<unknown>;
  isCounted?: boolean;
}

const MOST_REMEMBERED = 1_000;
/** What schemas made of values, each of which stays the same object as long as its flag does; empty: rejected. */
const verdicts = new WeakMap<object, Map<unknown, readonly unknown[]>>();

/** Answers what a key or a declared flag is for the context. Throws what a getter of the caller's throws. */
export function read(serving: Serving, flag: string | FlagRef<unknown>, given: unknown): Answer {
  const { key, fallback, schema }: FlagRef<unknown> =
    Object(flag) === flag ? (flag as FlagRef<unknown>) : { key: flag as string, fallback: given };
  const { answers } = serving;
  const before = answers.get(key);
  if (before && Object.is(before.fallback, fallback) && before.schema === schema) return before;
  const answer: Answer = { key, fallback, schema, detail: detailOf(serving, key, fallback, schema) };
  if (answers.size < MOST_REMEMBERED) answers.set(key, answer);
  return answer;
}

function detailOf(
  { flags, over, overrides, version: environmentVersion, source, stale }: Serving,
  key: string,
  fallback: unknown,
  schema: Answer['schema'],
): EvaluationDetail<unknown> {
  const served = flags?.get(key);
  const isOverridden = overrides?.has(key);
  let value = isOverridden ? overrides?.get(key) : served?.value;
  let errorKind = over ?? faultOf(value, fallback, flags);
  if (!errorKind && schema) {
    const verdict = check(schema, value);
    [value] = verdict;
    if (!verdict.length) errorKind = 'TYPE_MISMATCH';
  }
  const detail: EvaluationDetail<unknown> = {
    value,
    variation: served?.variation ?? null,
    variationIndex: null,
    flagVersion: served?.rev ?? null,
    environmentVersion,
    reason: { kind: 'REMOTE', reason: served?.reason ?? null },
    source,
    stale,
  };
  const instead = { ...detail, variation: null };
  if (errorKind) return { ...instead, value: fallback, reason: { kind: 'ERROR', errorKind, message: String(key) } };
  return isOverridden ? { ...instead, source: 'override', reason: { kind: 'OVERRIDE', by: 'devtools' } } : detail;
}

function check(schema: StandardSchema<unknown>, value: unknown): readonly unknown[] {
  const known = verdicts.get(schema) ?? new Map<unknown, readonly unknown[]>();
  verdicts.set(schema, known);
  let verdict = known.get(value);
  if (!verdict) {
    verdict = [];
    try {
      const result = schema['~standard'].validate(value);
      if ('value' in result) verdict = [frozen(result.value)];
      else if ('then' in result) result.catch(() => {});
    } catch {
      // as rejected
    }
    known.set(value, verdict);
  }
  return verdict;
}

/** Whoever passes nothing takes anything. */
function faultOf(value: unknown, fallback: unknown, flags: Flags | null): ErrorKind | null {
  if (value === undefined) return flags ? 'FLAG_NOT_FOUND' : 'CLIENT_NOT_READY';
  const isSame = typeof value === typeof fallback && Array.isArray(value) === Array.isArray(fallback);
  return isSame || fallback === undefined || fallback === null ? null : 'TYPE_MISMATCH';
}
