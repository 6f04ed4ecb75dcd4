import type { EvaluationReason, Scalar } from '@glidepath/core';
import type { EvaluationView } from '@glidepath/server/api-types';

/** What a split hashed, and the range of buckets that holds the hash: `from` inclusive, `to` exclusive. */
export interface RolloutTrace {
  readonly bucket: number;
  readonly contextKind: string;
  readonly attribute: string;
  readonly salt: string;
  readonly from: number;
  readonly to: number;
}

export interface ClauseTrace {
  readonly kind: string;
  readonly attribute: string;
  readonly operator: string;
  readonly negate: boolean;
  readonly values: readonly Scalar[];
  readonly total: number;
  readonly missing: boolean;
  readonly matched: boolean;
  readonly why: string;
}

export interface TraceStep {
  readonly step: string;
  readonly matched: boolean;
  readonly why: string;
  readonly kind?: 'killed' | 'on' | 'prerequisite' | 'target' | 'rule' | 'fallthrough' | 'error';
  readonly evaluated?: boolean;
  readonly ruleId?: string;
  readonly ruleIndex?: number;
  readonly clauses?: readonly ClauseTrace[];
  readonly rollout?: RolloutTrace | null;
}

export const reasonOf = (evaluation: EvaluationView): EvaluationReason => evaluation.reason as EvaluationReason;
export const stepsOf = (evaluation: EvaluationView): readonly TraceStep[] => evaluation.trace;
