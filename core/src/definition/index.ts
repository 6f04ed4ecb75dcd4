export { defineFlag, defineSegment, type FlagState, type SegmentState } from './define.ts';
export type {
  Definitions,
  EnvironmentDefinition,
  FlagDefinition,
  GateDefinition,
  MembershipDefinition,
  PlanDefinition,
  RuleDefinition,
  SegmentDefinition,
  SegmentRuleDefinition,
  ServeDefinition,
  SplitDefinition,
} from './definition.ts';
export { DEFINITION_FORMAT } from './definition.ts';
export { describeMove } from './describe-move.ts';
export { describePlan } from './describe-plan.ts';
export type { DrivenPlace } from './driven.ts';
export { usualFields } from './fields.ts';
export { placeOf } from './place.ts';
export { type ConfigPlan, type FlagPlan, type PlanFacts, planFlag, planSegment, type SegmentPlan } from './plan.ts';
