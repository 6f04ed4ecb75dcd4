export { drainCounts, drainCountsOf } from './environment/counts.ts';
export { dependantsOf, unsupportedIn } from './environment/dependants.ts';
export { type Environment, type EnvironmentOptions, openEnvironment } from './environment/environment.ts';
export { quiet, takeBack } from './environment/peek.ts';
export { bucketOf, seedOf } from './evaluate/bucket.ts';
export type { Engines } from './evaluate/comparisons.ts';
export { murmur3 } from './evaluate/murmur3.ts';
export { type OperatorWords, operators, problemsOfValues } from './evaluate/operator-words.ts';
export type { Operator } from './evaluate/operators.ts';
export type { Outcome } from './evaluate/outcome.ts';
export { type MatchesEngine, type Re2, re2Engine } from './evaluate/re2.ts';
export type {
  AttributeValue,
  Context,
  ContextInput,
  KindContext,
  MultiContext,
  SingleContext,
} from './model/context.ts';
export { FLAG_TYPES } from './model/flag-types.ts';
export type {
  FlagBody,
  FlagItem,
  Item,
  ItemId,
  ItemKind,
  SegmentBody,
  SegmentItem,
  ServeBody,
  SplitBody,
} from './model/items.ts';
export { SCHEMA } from './model/items.ts';
export { BUCKETS, KEY_PATTERN, KIND_PATTERN, RESERVED_KEYS } from './model/keys.ts';
export { LIMITS, REFERENCE_DEPTH } from './model/limits.ts';
export type {
  Allocation,
  ArmsBody,
  BucketBy,
  BucketRange,
  Clause,
  Flag,
  FlagConfig,
  FlagMetadata,
  FlagType,
  Json,
  Kill,
  Link,
  MemberList,
  Prerequisite,
  Purpose,
  Rule,
  Scalar,
  Segment,
  SegmentConfig,
  SegmentRule,
  Serve,
  Split,
  Target,
  Variation,
  Weights,
} from './model/model.ts';
export type { ErrorKind, EvaluationReason, Resolution, RolloutInfo } from './model/resolution.ts';
export type { ToldReason } from './model/told-reason.ts';
