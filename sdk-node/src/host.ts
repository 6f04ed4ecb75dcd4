import type { ContextInput, Environment } from '@glidepath/core';
import type { Emitter, EvaluationDetail, FlagRef, HealthSink, Log } from '@glidepath/core/sdk';
import type { Answers } from './answers.ts';
import type { RequestOverrides } from './cookie-overrides.ts';
import type { Counts } from './counts.ts';
import type { Protection } from './health/protection.ts';
import type { Hooks } from './hooks.ts';
import type { Platform } from './platform.ts';
import type { Life } from './status.ts';
import type { ClientOptions } from './types.ts';

/** One version of the environment, and what answers from it. Never altered, so whoever holds it is pinned to it. */
export interface Serving {
  readonly environment: Environment;
  /** Of the environment’s history; absent or empty where the data came from elsewhere than a service. */
  readonly epoch?: string;
  readonly version: number | null;
  readonly answers: Answers;
  /** The same answers without counting them, nor telling anybody. */
  readonly quiet: Answers;
}

/** What the parts of one client share. */
export interface Host {
  readonly platform: Platform;
  readonly options: ClientOptions;
  readonly log: Log;
  readonly emitter: Emitter;
  /** Null where nothing is counted. */
  readonly counts: Counts | null;
  /** Takes how flags are doing; null where nobody wants to know. */
  readonly health: HealthSink | null;
  readonly protection: Protection;
  /** Null where there are none. */
  readonly hooks: Hooks | null;
  readonly life: Life;
  /** What is evaluated against now; null before the first data and after `close`. */
  readonly serving: Serving | null;
  /** What the `Cookie` header of a request fixes; null where it fixes nothing. */
  overridesOf(cookie: unknown): RequestOverrides | null;
  /** Answers from what is given, or says why there is nothing; never throws. */
  detail<T>(from: Serving | null, flag: string | FlagRef<T>, context: ContextInput, fallback: T): EvaluationDetail<T>;
  /** Runs when the client is closed, before the last counts are sent. */
  onClose(run: () => void): void;
}
