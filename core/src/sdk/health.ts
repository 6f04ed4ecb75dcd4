import type { ContextInput as AnyContext } from '../model/context.ts';
import type { EvaluationDetail } from './detail.ts';
import type { FlagKey, Widen } from './typing.ts';

export interface MetricOptions {
  /** Key of the one flag that it is about, instead of every flag that the scope has read. */
  readonly flag?: string;
}

/** Numbers of the application, attributed to the variations that the current scope has read. */
export interface HealthMetrics {
  /** Adds `by`, 1 by default. */
  increment(name: string, by?: number, options?: MetricOptions): void;
  timing(name: string, milliseconds: number, options?: MetricOptions): void;
  /** Times a function, synchronous or not, and counts it as an error when it throws or rejects. */
  time<R>(name: string, run: () => R, options?: MetricOptions): R;
}

export interface BreakerOptions {
  /** Share of failing calls that opens it; default 0.5; 0.01 to 1. */
  readonly errorRate?: number;
  /** Calls in the window before it may open; default 20; 1 to 10,000. */
  readonly minCalls?: number;
  /** How far back calls count; default 10,000; 100 to 600,000. */
  readonly windowMs?: number;
  /** How long the fallback is served before one call tries again; default 30,000; 100 to 3,600,000. */
  readonly holdMs?: number;
}

export interface GuardOptions {
  /** Low-cardinality name of the measured operation. Default: the flag's key. */
  readonly operation?: string;
  /** Which thrown values count as errors. Default: all but `AbortError`. */
  readonly isError?: (error: unknown) => boolean;
  /**
   * `fallback`: after a failure with another value than the fallback, runs once more with the fallback. Only for work that
   * may be done twice. Default `never`.
   */
  readonly recover?: 'never' | 'fallback';
  /** Serves the fallback in this process after repeated failures, without waiting for the service. Default false. */
  readonly breaker?: boolean | BreakerOptions;
}

export interface GuardInfo<T> {
  readonly detail: EvaluationDetail<T>;
  /** 2 = again, with the fallback. */
  readonly attempt: 1 | 2;
}

export type GuardFn<F extends object, C = AnyContext> = string extends keyof F
  ? <T, R>(
      key: string,
      context: C,
      fallback: T,
      run: (value: Widen<T>, info: GuardInfo<Widen<T>>) => R,
      options?: GuardOptions,
    ) => R
  : <K extends FlagKey<F>, R>(
      key: K,
      context: C,
      fallback: F[K],
      run: (value: F[K], info: GuardInfo<F[K]>) => R,
      options?: GuardOptions,
    ) => R;

export type BoundGuardFn<F extends object> = string extends keyof F
  ? <T, R>(
      key: string,
      fallback: T,
      run: (value: Widen<T>, info: GuardInfo<Widen<T>>) => R,
      options?: GuardOptions,
    ) => R
  : <K extends FlagKey<F>, R>(
      key: K,
      fallback: F[K],
      run: (value: F[K], info: GuardInfo<F[K]>) => R,
      options?: GuardOptions,
    ) => R;
