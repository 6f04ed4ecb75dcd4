import type { EvaluationDetail, GuardInfo, GuardOptions, HealthSink, Seat } from '@glidepath/core/sdk';
import { isAbort, kindOf } from '@glidepath/core/sdk';
import type { Breakers, GuardedCall } from './breaker.ts';

export interface GuardParts {
  readonly monotonic: () => number;
  /** Null where nothing is counted. */
  readonly sink: HealthSink | null;
  readonly breakers: Breakers;
}

/** What is guarded: one flag, for one context. */
export interface Guarded<T> {
  readonly flag: string;
  readonly fallback: T;
  detail(): EvaluationDetail<T>;
  /** The answer while a breaker holds the flag. */
  held(): EvaluationDetail<T>;
  seatOf(detail: EvaluationDetail<T>): Seat | null;
}

type Run<T, R> = (value: T, info: GuardInfo<T>) => R;

/** Evaluates, runs and measures. What is synchronous stays so; what is thrown or rejected with reaches the caller as it is. */
export function runGuarded<T, R>(
  parts: GuardParts,
  guarded: Guarded<T>,
  run: Run<T, R>,
  options: GuardOptions | undefined,
): R {
  const admission = options?.breaker ? parts.breakers.admit(guarded.flag) : 'closed';
  const detail = admission === 'open' ? guarded.held() : guarded.detail();
  const call = callOf(parts, guarded, detail, admission === 'probe', options);
  const recovers = options?.recover === 'fallback' && detail.value !== guarded.fallback;
  const again = (): R => run(guarded.fallback, { detail, attempt: 2 });
  return observed(() => run(detail.value, { detail, attempt: 1 }), call, recovers ? again : null);
}

/** Runs it and tells the call how it ended; after a failure `again` has its turn. */
export function observed<R>(run: () => R, call: Call, again: (() => R) | null): R {
  let result: R;
  try {
    result = run();
  } catch (error) {
    if (call.failed(error) && again !== null) return again();
    throw error;
  }
  if (isThenable(result)) return follow(result, call, again) as R;
  call.succeeded();
  return result;
}

/** Hears once how something ended. */
export interface Call {
  succeeded(): void;
  /** Whether it counts as a failure. */
  failed(error: unknown): boolean;
}

function callOf<T>(
  { monotonic, sink, breakers }: GuardParts,
  { flag, fallback, seatOf }: Guarded<T>,
  detail: EvaluationDetail<T>,
  isProbe: boolean,
  options: GuardOptions | undefined,
): Call {
  const startedAt = monotonic();
  // Whoever gets the fallback anyway has nothing to fall back to.
  const isBreakable = Boolean(options?.breaker) && detail.variation !== null && (detail.value !== fallback || isProbe);
  const guardedCall: GuardedCall | null = isBreakable
    ? { flag, variation: detail.variation ?? '', isProbe, options: breakerOptions(options) }
    : null;
  if (isProbe && guardedCall === null) breakers.released(flag);

  const ended = (error: string | null): void => {
    const durationMs = monotonic() - startedAt;
    if (guardedCall) breakers.ended(guardedCall, error !== null);
    sink?.ended({ flag, detail, seat: seatOf(detail) }, options?.operation ?? flag, { error, durationMs });
  };
  return {
    succeeded: () => ended(null),
    failed(error) {
      const counts = isFailure(error, options);
      if (counts) ended(kindOf(error));
      else if (isProbe) breakers.released(flag);
      return counts;
    },
  };
}

/**
 * A promise is followed beside its caller, who gets the very same one: it may have methods of its own. Other thenables
 * may begin their work when they are asked for it, and are asked once.
 */
function follow<R>(result: PromiseLike<R>, call: Call, again: (() => R) | null): PromiseLike<R> {
  const failed = (error: unknown): R | PromiseLike<R> => {
    if (call.failed(error) && again !== null) return again();
    throw error;
  };
  if (again === null && result instanceof Promise) {
    result.then(call.succeeded, call.failed);
    return result;
  }
  return result.then((value) => {
    call.succeeded();
    return value;
  }, failed);
}

function isFailure(error: unknown, options: GuardOptions | undefined): boolean {
  if (typeof options?.isError !== 'function') return !isAbort(error);
  try {
    return options.isError(error) === true;
  } catch {
    return true;
  }
}

function breakerOptions(options: GuardOptions | undefined): GuardedCall['options'] {
  return typeof options?.breaker === 'object' ? options.breaker : {};
}

function isThenable(value: unknown): value is PromiseLike<never> {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
  try {
    return typeof (value as { readonly then?: unknown }).then === 'function';
  } catch {
    return false;
  }
}
