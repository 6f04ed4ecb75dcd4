import type { EvaluationReason } from '@glidepath/core';
import type { EvaluationView } from '@glidepath/server/api-types';

export type TraceStep = EvaluationView['trace'][number];
type RuleStep = Extract<TraceStep, { kind: 'rule' }>;
export type ClauseTrace = RuleStep['clauses'][number];
export type MembershipTrace = ClauseTrace['segments'][number];
export type RolloutTrace = NonNullable<RuleStep['rollout']>;

/** Where an evaluation took place: what its steps lead to is there too. */
export interface Scene {
  readonly flag: string;
  readonly environment: string;
  readonly as?: string | undefined;
  readonly attributes?: string | undefined;
}

export const reasonOf = (evaluation: EvaluationView): EvaluationReason => evaluation.reason as EvaluationReason;
export const stepsOf = (evaluation: EvaluationView): readonly TraceStep[] => evaluation.trace;
