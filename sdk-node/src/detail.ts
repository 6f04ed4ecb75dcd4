import { type ContextInput, type ErrorKind, takeBack } from '@glidepath/core';
import { type Asked, askedOf, type EvaluationDetail, type FlagRef, misfitOf, verdictOf } from '@glidepath/core/sdk';
import type { Answers } from './answers.ts';
import type { Host, Serving } from './host.ts';
import type { Life } from './status.ts';

/** Answers what is asked, as far as the caller can take it, and tells the hooks. */
export function detailOn<T>(
  host: Pick<Host, 'life' | 'counts' | 'hooks'>,
  from: Serving | null,
  flag: string | FlagRef<T>,
  context: ContextInput,
  given: T,
): EvaluationDetail<T> {
  const asked = askedOf(flag, given);
  const { key, fallback } = asked;
  const found =
    from === null ? absent(host.life, fallback) : foundIn(from, from.answers, host.life, { key, context, fallback });
  const detail = fitted(found, asked);
  if (from !== null && isRefused(found, detail)) recount(host, from, key, context);
  host.hooks?.evaluated({ key, context, fallback, detail });
  return detail;
}

interface Question<T> {
  readonly key: string;
  readonly context: ContextInput;
  readonly fallback: T;
}

/** What these answers of one version say. */
export function foundIn<T>(
  { version }: Serving,
  answers: Answers,
  { source, stale }: Life,
  { key, context, fallback }: Question<T>,
): EvaluationDetail<T> {
  const answer = answers.evaluate(key, context, fallback);
  const from = answer.reason.kind === 'OVERRIDE' && answer.reason.by !== 'test' ? 'override' : source;
  const { value, variation, variationIndex, flagVersion, reason } = answer;
  // Named one by one: V8 takes microseconds for copies of objects that are then added to.
  return { value, variation, variationIndex, flagVersion, environmentVersion: version, reason, source: from, stale };
}

/**
 * What a caller gets of what was found: the fallback where the value is of another type, or not what the schema of the
 * flag wants.
 */
export function fitted<T>(found: EvaluationDetail<unknown>, { fallback, schema }: Asked<T>): EvaluationDetail<T> {
  const { value, reason } = found;
  if (reason.kind === 'ERROR' || reason.kind === 'BREAKER_OPEN')
    return (value === fallback ? found : { ...found, value: fallback }) as EvaluationDetail<T>;
  const misfit = misfitOf(value, fallback);
  if (misfit !== null) return refused(found, fallback, misfit);
  if (schema === null) return found as EvaluationDetail<T>;
  const verdict = verdictOf(schema, value);
  if (verdict.kind === 'rejected') return refused(found, fallback, verdict.why);
  return (verdict.value === value ? found : { ...found, value: verdict.value }) as EvaluationDetail<T>;
}

/** Whether an answer was found that the caller could not take. */
export function isRefused(found: EvaluationDetail<unknown>, given: EvaluationDetail<unknown>): boolean {
  return given.reason.kind === 'ERROR' && found.reason.kind !== 'ERROR';
}

/** Counts what the caller got instead of what was found. */
export function recount(
  { counts }: Pick<Host, 'counts'>,
  { environment, quiet }: Serving,
  key: string,
  context: ContextInput,
): void {
  // An override stood in the way of the rules, which have counted nothing.
  if (quiet.evaluate(key, context, null).reason.kind !== 'OVERRIDE') takeBack(environment, key, context);
  counts?.missed(key, 'TYPE_MISMATCH');
}

function refused<T>(found: EvaluationDetail<unknown>, fallback: T, message: string): EvaluationDetail<T> {
  const reason = { kind: 'ERROR', errorKind: 'TYPE_MISMATCH', message } as const;
  return { ...found, value: fallback, variation: null, variationIndex: null, reason };
}

/** Why there is nothing to answer from. */
export function absent<T>(life: Life, fallback: T): EvaluationDetail<T> {
  const { source, stale, environmentVersion } = life;
  const [errorKind, message] = whyNothing(life);
  const reason = { kind: 'ERROR', errorKind, message } as const;
  const none = { variation: null, variationIndex: null, flagVersion: null };
  return { value: fallback, ...none, environmentVersion, reason, source, stale };
}

function whyNothing({ mode, lastError }: Life): readonly [ErrorKind, string] {
  if (mode === 'closed') return ['CLIENT_CLOSED', 'the client was closed'];
  if (mode === 'failed') return ['CONFIG', lastError?.message ?? 'the client is not configured'];
  return ['CLIENT_NOT_READY', 'no data has arrived yet'];
}
