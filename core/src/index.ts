export { bucketOf, seedOf } from './evaluate/bucket.ts';
export { type Environment, openEnvironment } from './evaluate/environment.ts';
export {
  type Engines,
  type Operator,
  operators,
  problemsOfValues,
} from './evaluate/operators.ts';
export { type MatchesEngine, type Re2, re2Engine } from './evaluate/re2.ts';
export type { Context, ContextInput, KindContext, MultiContext, SingleContext } from './model/context.ts';
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
export { BUCKETS, KEY_PATTERN, KIND_PATTERN, LIMITS, RESERVED_KEYS } from './model/keys.ts';
export type {
  Allocation,
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
