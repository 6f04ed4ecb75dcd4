import type { ContextInput } from '@glidepath/core';
import type { EvaluationDetail, GuardInfo, GuardOptions, TrackData } from '@glidepath/core/sdk';
import type { Host, Serving } from '../host.ts';
import { metricsOf, type Reader, reportError, seatIn, track } from './attribution.ts';
import { runGuarded } from './guard.ts';

type Run<T, R> = (value: T, info: GuardInfo<T>) => R;

interface ErrorOptions {
  readonly flag?: string;
}

/** What is guarded, and from what it is answered. */
interface Guarded<T> {
  readonly flag: string;
  readonly context: ContextInput;
  readonly fallback: T;
  readonly from: () => Serving | null;
  readonly isCounted: boolean;
  readonly detail: () => EvaluationDetail<T>;
}

function guardOn<T, R>(
  { platform, health, protection, life }: Host,
  { flag, context, fallback, from, isCounted, detail }: Guarded<T>,
  run: Run<T, R>,
  options: GuardOptions | undefined,
): R {
  const parts = {
    monotonic: platform.monotonic,
    sink: isCounted ? health : null,
    breakers: protection.breakers,
  };
  const asked = {
    flag,
    fallback,
    detail,
    held: () => protection.held(flag, fallback, life),
    seatOf: (found: EvaluationDetail<T>) => seatIn(from(), flag, found, context),
  };
  return runGuarded(parts, asked, run, options);
}

/** The part of a client that tells how flags are doing; `current` is the scope around the call. */
export function createHealth(host: Host, current: () => Reader) {
  return {
    guard<T, R>(flag: string, context: ContextInput, fallback: T, run: Run<T, R>, options?: GuardOptions): R {
      const { serving } = host;
      const detail = (): EvaluationDetail<T> => host.detail(serving, flag, context, fallback);
      return guardOn(host, { flag, context, fallback, from: () => serving, isCounted: true, detail }, run, options);
    },
    metrics: metricsOf(host, current),
    reportError: (error: unknown, options?: ErrorOptions) => reportError(host, current(), error, options?.flag),
    track: (event: string, context: ContextInput, data?: TrackData) => track(host, current(), event, data, context),
  };
}

/** A scope, as far as its guarded calls need it. */
export interface GuardingScope extends Reader {
  variationDetail<T>(flag: string, fallback: T): EvaluationDetail<T>;
}

/** Guards a call by what the scope answers. */
export function guardIn<T, R>(
  host: Host,
  scope: GuardingScope,
  flag: string,
  fallback: T,
  run: Run<T, R>,
  options?: GuardOptions,
): R {
  const { context, isCounted } = scope;
  const from = (): Serving | null => scope.pinned;
  const detail = (): EvaluationDetail<T> => scope.variationDetail(flag, fallback);
  return guardOn(host, { flag, context, fallback, from, isCounted, detail }, run, options);
}
