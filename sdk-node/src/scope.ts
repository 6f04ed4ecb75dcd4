import { type ContextInput, drainCountsOf } from '@glidepath/core';
import {
  askedOf,
  type EvaluationDetail,
  type FlagRef,
  type GuardInfo,
  type GuardOptions,
  type HealthMetrics,
  kindNamed,
  type TrackData,
} from '@glidepath/core/sdk';
import type { Answers } from './answers.ts';
import type { RequestOverrides } from './cookie-overrides.ts';
import { detailOn, fitted, foundIn, isRefused, recount } from './detail.ts';
import { type FlagsStateView, flagsState } from './flags-state.ts';
import type { AllFlagsOptions } from './flags-state-types.ts';
import { metricsOf, recordEnd, reportError, track } from './health/attribution.ts';
import { guardIn } from './health/health.ts';
import type { Host, Serving } from './host.ts';
import { numberOf } from './options.ts';
import type { ScopeOptions, ScopeOutcome } from './scope-types.ts';

/** One flag that a scope has read. */
interface Read {
  readonly found: EvaluationDetail<unknown>;
  /** Whether it was counted as an answer that its caller could not take. */
  isRefused: boolean;
}

const NOTHING_READ: ReadonlyMap<string, Read> = new Map();

type Variation = <T>(flag: string | FlagRef<T>, fallback: T) => T;
type VariationDetail = <T>(flag: string | FlagRef<T>, fallback: T) => EvaluationDetail<T>;

type Guard = <T, R>(flag: string, fallback: T, run: (value: T, info: GuardInfo<T>) => R, options?: GuardOptions) => R;

/**
 * Exists in thousands: one small object until something is read. What it can do are getters, so that each may be taken
 * out of the scope, and costs nothing where it is not used.
 */
export class Scope {
  readonly context: ContextInput;
  readonly isShadow: boolean;
  readonly #host: Host;
  readonly #maxPinMs: number;
  /** Whether what is read, and how it goes on, is counted. */
  readonly isCounted: boolean;
  readonly #overrides: RequestOverrides | null;
  #pinned: Serving | null;
  #pinnedAt: number;
  #reads: Map<string, Read> | null = null;
  #variation: Variation | null = null;
  #variationDetail: VariationDetail | null = null;
  #metrics: HealthMetrics | null = null;
  #isEnded = false;

  constructor(host: Host, context: ContextInput, options?: ScopeOptions, isShadow = false) {
    this.context = context;
    this.isShadow = isShadow;
    this.#host = host;
    this.#maxPinMs = numberOf('maxPinMs', options?.maxPinMs);
    this.isCounted = !isShadow && options?.exposures !== false;
    this.#overrides = options?.cookie === undefined ? null : host.overridesOf(options.cookie);
    this.#pinned = host.serving;
    this.#pinnedAt = host.platform.monotonic();
  }

  get environmentVersion(): number | null {
    return this.#serving()?.version ?? null;
  }

  get variation(): Variation {
    this.#variation ??= (flag, fallback) => this.#read(flag, fallback).value;
    return this.#variation;
  }

  get variationDetail(): VariationDetail {
    this.#variationDetail ??= (flag, fallback) => this.#read(flag, fallback);
    return this.#variationDetail;
  }

  /** What every flag answered that was read since the rules were taken. */
  *reads(): Generator<readonly [key: string, found: EvaluationDetail<unknown>]> {
    for (const [key, { found, isRefused: isUnfit }] of this.#reads ?? NOTHING_READ) if (!isUnfit) yield [key, found];
  }

  get pinned(): Serving | null {
    return this.#pinned;
  }

  get refresh(): () => void {
    return () => this.#takeNewest();
  }

  get allFlagsState(): (options?: AllFlagsOptions) => FlagsStateView {
    return (options) => {
      const from = this.#serving();
      return flagsState(from && { ...from, quiet: this.#over(from, from.quiet) }, this.context, options);
    };
  }

  get guard(): Guard {
    return (flag, fallback, run, options) => guardIn(this.#host, this, flag, fallback, run, options);
  }

  get metrics(): HealthMetrics {
    this.#metrics ??= metricsOf(this.#host, () => this);
    return this.#metrics;
  }

  get reportError(): (error: unknown, options?: { readonly flag?: string }) => void {
    return (error, options) => reportError(this.#host, this, error, options?.flag);
  }

  get track(): (event: string, data?: TrackData) => void {
    return (event, data) => track(this.#host, this, event, data);
  }

  get end(): (outcome: ScopeOutcome) => void {
    return ({ ok, durationMs, operation = 'request', error = 'Error' }) => {
      if (this.#isEnded) return;
      this.#isEnded = true;
      recordEnd(this.#host, this, operation, { error: ok ? null : kindNamed(error), durationMs });
    };
  }

  #over(from: Serving, below: Answers): Answers {
    return this.#overrides === null ? below : this.#overrides(from, below);
  }

  #takeNewest(): void {
    this.#pinned = this.#host.serving;
    this.#pinnedAt = this.#host.platform.monotonic();
    this.#reads = null;
  }

  /** What is evaluated against: the newest once the pin is over, nothing once the client is closed. */
  #serving(): Serving | null {
    const newest = this.#host.serving;
    if (newest === null || newest === this.#pinned) return newest;
    const isEmpty = this.#pinned === null && this.#reads === null;
    if (isEmpty || this.#host.platform.monotonic() - this.#pinnedAt >= this.#maxPinMs) this.#takeNewest();
    return this.#pinned;
  }

  #read<T>(flag: string | FlagRef<T>, given: T): EvaluationDetail<T> {
    const from = this.#serving();
    if (from === null) {
      // Remembered, so that data that arrives meanwhile does not alter what this scope answers.
      this.#reads ??= new Map();
      return detailOn(this.#host, null, flag, this.context, given);
    }
    const asked = askedOf(flag, given);
    const { key } = asked;
    const before = this.#reads?.get(key);
    const read = before ?? this.#firstRead(from, key);
    const detail = fitted(read.found, asked);
    // An override that does not fit leaves the answer to the rules, as it does outside of scopes.
    if (read.found.reason.kind === 'OVERRIDE' && isRefused(read.found, detail) && this.isCounted)
      return detailOn(this.#host, from, flag, this.context, given);
    if (!read.isRefused && isRefused(read.found, detail)) {
      read.isRefused = true;
      if (this.isCounted) recount(this.#host, from, key, this.context);
    }
    if (before === undefined && this.isCounted) {
      this.#keepCount(from, key);
      this.#host.hooks?.evaluated({ key, context: this.context, fallback: asked.fallback, detail });
    }
    return detail;
  }

  /** Nobody asks rules for their counts any more once newer ones are in place. */
  #keepCount({ environment }: Serving, key: string): void {
    const { counts, serving } = this.#host;
    if (counts !== null && environment !== serving?.environment) drainCountsOf(environment, key, counts.evaluated);
  }

  #firstRead(from: Serving, key: string): Read {
    const answers = this.#over(from, this.isCounted ? from.answers : from.quiet);
    // Without a fallback: what is remembered must do for every caller, whatever type they expect.
    const question = { key, context: this.context, fallback: undefined };
    const read = { found: foundIn(from, answers, this.#host.life, question), isRefused: false };
    this.#reads ??= new Map();
    this.#reads.set(key, read);
    return read;
  }
}
