import type { EvaluationDetail, FlagKey } from '@glidepath/core/sdk';
import type { ContextInput, RegisteredFlags } from './types.ts';

/** One step of an evaluation, in words. */
export interface ExplanationStep {
  /** What was looked at, such as `rule r7`. */
  readonly step: string;
  readonly matched: boolean;
  readonly why: string;
}

export interface Explanation {
  readonly detail: EvaluationDetail<unknown>;
  readonly steps: readonly ExplanationStep[];
}

export interface ExplainClient<F extends object = RegisteredFlags> {
  /** Why: every rule walked, what it compared and the bucket it found. To find faults with; counts nothing. */
  explain(key: FlagKey<F>, context: ContextInput): Explanation;
}
