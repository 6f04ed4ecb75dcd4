import type { KindContext } from '../model/context.ts';
import type { EvaluationReason } from '../model/resolution.ts';
import type { ToldReason } from '../model/told-reason.ts';

/** Where the data behind a value came from. */
export type DataSource = 'stream' | 'poll' | 'cache' | 'bootstrap' | 'override' | 'test' | 'none';

/** What an SDK answers: the evaluator's reasons, and its own. */
export type SdkReason =
  | EvaluationReason
  /** This process serves the fallback after repeated failures of a guarded variation, until that moment (epoch ms). */
  | { readonly kind: 'BREAKER_OPEN'; readonly until: number }
  | { readonly kind: 'OVERRIDE'; readonly by: OverrideSource }
  /** The service evaluated it; `reason` says why, as far as the environment lets browsers know. */
  | { readonly kind: 'REMOTE'; readonly reason: ToldReason | null };

/** What fixed a value: `GLIDEPATH_OVERRIDES`, a file, a cookie of the request, the tools of a page, or a test. */
export type OverrideSource = 'env' | 'file' | 'cookie' | 'devtools' | 'test';

export interface EvaluationDetail<T> {
  /** Deep-frozen when it is an object, and the same one while flag and variation do not change; the fallback after an error. */
  readonly value: T;
  /** Key of the variation, and its place among those of the flag; null for a fallback. */
  readonly variation: string | null;
  readonly variationIndex: number | null;
  /** The environment version that last altered the flag. No cache key for a result: segments and prerequisites change without it. */
  readonly flagVersion: number | null;
  /** What it was evaluated with; null while nothing has arrived. */
  readonly environmentVersion: number | null;
  readonly reason: SdkReason;
  readonly source: DataSource;
  /** True when there is neither a stream nor polling, and the server has not been heard for longer than `staleAfterMs`. */
  readonly stale: boolean;
}

/** What hooks and test rules receive: one entry per kind, keys are strings. */
export type NormalizedContext = { readonly [kind: string]: KindContext | undefined };

export interface EvaluationInfo {
  readonly key: string;
  readonly context: NormalizedContext;
  readonly fallback: unknown;
  readonly detail: EvaluationDetail<unknown>;
}
