import type { BoundVariationDetailFn, BoundVariationFn } from '@glidepath/core/sdk';
import type { AllFlagsOptions, FlagsState } from './flags-state-types.ts';
import type { HealthScope } from './health/health-types.ts';
import type { ContextInput, RegisteredFlags } from './types.ts';

export interface ScopeOptions {
  /** Takes the newest rules after this long, so that a kill always lands. Default 30,000; 0 to 86,400,000. */
  readonly maxPinMs?: number;
  /** Whether what is read is counted. Default true. */
  readonly exposures?: boolean;
  /** The `Cookie` header of a request, for clients with `overrides.cookie`: what it overrides holds for this scope. */
  readonly cookie?: string | undefined;
}

/** How a scope's work ended. */
export interface ScopeOutcome {
  readonly ok: boolean;
  readonly durationMs: number;
  /** Low-cardinality name of what was done, such as `POST /pay`. */
  readonly operation?: string;
  /** What kind of failure it was, such as `TimeoutError` or a status. Default `Error`. */
  readonly error?: string;
}

/** A view for one request: one context and one version of the rules; each flag is evaluated and counted once. */
export interface FlagScope<F extends object = RegisteredFlags> extends HealthScope<F> {
  readonly context: ContextInput;
  readonly environmentVersion: number | null;
  /** Whether this is a dark launch, of which nothing is counted. */
  readonly isShadow: boolean;
  readonly variation: BoundVariationFn<F>;
  readonly variationDetail: BoundVariationDetailFn<F>;
  /** Takes the newest rules now. */
  refresh(): void;
  allFlagsState(options?: AllFlagsOptions): FlagsState<F>;
  /** For framework adapters: closes the request, and attributes its outcome to every flag that it read. */
  end(outcome: ScopeOutcome): void;
}

export interface ScopesClient<F extends object = RegisteredFlags> {
  /** A view of the flags for one context, at the version of the rules that is there now. */
  forContext(context: ContextInput, options?: ScopeOptions): FlagScope<F>;
  /** Runs it with a scope that `current()` finds anywhere below, across awaits. */
  runWithContext<R>(context: ContextInput, run: (scope: FlagScope<F>) => R, options?: ScopeOptions): R;
  /** The scope around this call, or one without a context where there is none. */
  current(): FlagScope<F>;
}
