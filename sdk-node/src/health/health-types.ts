import type { BoundGuardFn, FlagKey, GuardFn, HealthMetrics, TrackData } from '@glidepath/core/sdk';
import type { ContextInput, RegisteredFlags } from '../types.ts';

/** How flags are doing: counted and timed in this process by variation, and sent without anybody's name. */
export interface HealthClient<F extends object = RegisteredFlags> {
  /**
   * Evaluates, runs and measures: error rate and durations by variation, in one line. What is synchronous stays so, a
   * promise is the callback's own; a rejection of it counts as handled.
   */
  readonly guard: GuardFn<F, ContextInput>;
  /** Numbers of the application, by the flags that the scope around the call has read. */
  readonly metrics: HealthMetrics;
  /** Counts an error against the flags that the scope around the call has read, or one of them. */
  reportError(error: unknown, options?: { readonly flag?: FlagKey<F> }): void;
  /** Counts an event by the flags that the scope around the call has read; whom it is about is not sent. */
  track(event: string, context: ContextInput, data?: TrackData): void;
}

/** The same for one scope and the flags that it has read. */
export interface HealthScope<F extends object = RegisteredFlags> {
  readonly guard: BoundGuardFn<F>;
  readonly metrics: HealthMetrics;
  reportError(error: unknown, options?: { readonly flag?: FlagKey<F> }): void;
  track(event: string, data?: TrackData): void;
}
