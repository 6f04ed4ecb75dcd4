export type { ArmPlace } from '../environment/arms.ts';
export { type Seat, SHARDS, seatOf, type Visitor, visitorOf } from '../health/seat.ts';
export { merged, quantileOf, Sketch, type SketchBody } from '../health/sketch.ts';
export type { BootstrapContent, BrowserBootstrap } from './bootstrap.ts';
export { type Breakers, createBreakers, type GuardedCall } from './breaker.ts';
export { canonicalContext, fingerprintOf, isOversized, normalizedContext, readableContext } from './context.ts';
export type {
  DataSource,
  EvaluationDetail,
  EvaluationInfo,
  NormalizedContext,
  OverrideSource,
  SdkReason,
} from './detail.ts';
export { createEmitter, type Emitter } from './emitter.ts';
export { isAbort, kindNamed, kindOf } from './error-kinds.ts';
export { type Asked, askedOf, flagRef } from './flag-ref.ts';
export { constantItem, unknownFlag } from './given.ts';
export type {
  BoundGuardFn,
  BreakerOptions,
  GuardFn,
  GuardInfo,
  GuardOptions,
  HealthMetrics,
  MetricOptions,
} from './health.ts';
export { HealthSeries, isDecided, isOf, MetricSeries, seriesOf, TrackSeries } from './health-series.ts';
export type { Ending, HealthSink, ReadFlag } from './health-sink.ts';
export type { HealthPart, WireHealth, WireMetric, WireSeries, WireTrack } from './health-wire.ts';
export type { Hook, TrackData } from './hooks.ts';
export { createLog, LEVELS, type Log } from './logging.ts';
export { type Call, isFailure, observed } from './observed.ts';
export {
  type FlagFacts,
  isUnbucketed,
  openFeatureDetails,
  openFeatureErrorCode,
  openFeatureReason,
  remoteErrorCode,
  remoteReason,
} from './openfeature.ts';
export { contextFromOpenFeature } from './openfeature-context.ts';
export { type Follower, followClient } from './openfeature-events.ts';
export { createReadiness, type Readiness, type Timing } from './readiness.ts';
export { DERIVED_KEYS, readSealed, SEAL, type SealedContent, type SealedToken, sealedHeader } from './sealed.ts';
export type {
  ChangeEvent,
  ClientState,
  ClientStatus,
  EventFigures,
  InitResult,
  KeyChangeEvent,
  Listenable,
  ListenOptions,
  LogFn,
  Logger,
  LogLevel,
  SdkError,
  Unsubscribe,
} from './status.ts';
export { thrownWords } from './thrown.ts';
export { toldReason } from './told-reason.ts';
export type {
  AnyFlags,
  BoundVariationDetailFn,
  BoundVariationFn,
  ContextOf,
  DefineFlag,
  FlagKey,
  FlagKeyOf,
  FlagRef,
  FlagsOf,
  StandardSchema,
  VariationDetailFn,
  VariationFn,
  Widen,
} from './typing.ts';
export { misfitOf, type Verdict, verdictOf } from './validation.ts';
