import type { EvaluationDetail, FlagKey, FlagRef, ListenOptions, Unsubscribe, Widen } from '@glidepath/core/sdk';
import type { ContextInput, RegisteredFlags } from './types.ts';

/** `before` is null the first time. */
export type WatchListener<T> = (now: EvaluationDetail<T>, before: EvaluationDetail<T> | null) => void;

export type WatchFn<F extends object> = string extends keyof F
  ? {
      <T>(
        key: string,
        context: ContextInput,
        fallback: T,
        listener: WatchListener<Widen<T>>,
        options?: ListenOptions,
      ): Unsubscribe;
      <T>(flag: FlagRef<T>, context: ContextInput, listener: WatchListener<T>, options?: ListenOptions): Unsubscribe;
    }
  : {
      <K extends FlagKey<F>>(
        key: K,
        context: ContextInput,
        fallback: F[K],
        listener: WatchListener<F[K]>,
        options?: ListenOptions,
      ): Unsubscribe;
      <T>(flag: FlagRef<T>, context: ContextInput, listener: WatchListener<T>, options?: ListenOptions): Unsubscribe;
    };

export interface WatchClient<F extends object = RegisteredFlags> {
  /**
   * Calls back at once, and from then on after each change that gives this context another value. `once`: the first
   * change is the last that is told.
   */
  readonly watch: WatchFn<F>;
}
