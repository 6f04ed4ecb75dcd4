export { canonicalAllocation, nextAllocation } from '../evaluate/allocate.ts';
export { compareSemver } from '../evaluate/semver.ts';
export { armsOfStage, type Released } from '../evaluate/stage-arms.ts';
export { applyToConfig } from './apply-config.ts';
export { applyToFlag } from './apply-flag.ts';
export { applyToSegment, applyToSegmentConfig } from './apply-segment.ts';
export { problemsOfClauses } from './clauses.ts';
export { createFlag, createSegment, startingConfig, startingSegmentConfig } from './create.ts';
export { describeInstruction, type Surroundings } from './describe.ts';
export { describeMembership, type SegmentOutline } from './describe-membership.ts';
export { describeServing } from './describe-serving.ts';
export { diffConfig, diffSegment, diffSegmentConfig } from './diff.ts';
export { diffFlag } from './diff-flag.ts';
export type {
  ChangeFacts,
  EnvironmentView,
  FlagInEnvironment,
  SegmentInEnvironment,
  SharedFacts,
} from './facts.ts';
export type {
  ConfigInstruction,
  FlagInput,
  FlagInstruction,
  Instruction,
  MembersInput,
  RuleInput,
  SegmentConfigInstruction,
  SegmentInput,
  SegmentInstruction,
  ServeInput,
} from './instructions.ts';
export { flagBodyOf, segmentBodyOf } from './item.ts';
export { describeOperator } from './phrases.ts';
export type { Applied, ChangeProblem } from './problem.ts';
export type { Touched } from './references.ts';
export { isSame } from './same.ts';
export { type FlagState, stateOf } from './state.ts';
export { movesTowardSafe } from './toward-safe.ts';
export {
  type RulesInEnvironment,
  type SegmentUse,
  segmentsOf,
  type Use,
  usersOfSegment,
  usersOfSegments,
} from './uses.ts';
export { validateEnvironment } from './validate.ts';
export { type Checks, validateFlag } from './validate-flag.ts';
export { withoutArms } from './without-arms.ts';
export { allOf, counted, grouped, listed, oneOf, someOf } from './words.ts';
