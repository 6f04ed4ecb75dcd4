import type {
  Breakers,
  EvaluationDetail,
  GuardedCall,
  GuardInfo,
  GuardOptions,
  HealthSink,
  Seat,
} from '@glidepath/core/sdk';
import { type Call, isFailure, kindOf, observed } from '@glidepath/core/sdk';

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

function breakerOptions(options: GuardOptions | undefined): GuardedCall['options'] {
  return typeof options?.breaker === 'object' ? options.breaker : {};
}
