import { type DefineFlag, flagRef } from '@glidepath/core/sdk';
import { createClientOn } from './client.ts';
import { nodePlatform } from './platform.ts';
import { sharedClient } from './shared-clients.ts';
import type { ClientOptions, FlagsClient, RegisteredFlags } from './types.ts';

export type {
  AttributeValue,
  Context,
  Json as JsonValue,
  KindContext,
  MultiContext,
  RolloutInfo,
  SingleContext,
} from '@glidepath/core';
export type {
  AnyFlags,
  BoundGuardFn,
  BoundVariationDetailFn,
  BoundVariationFn,
  BreakerOptions,
  BrowserBootstrap,
  ChangeEvent,
  ClientState,
  ClientStatus,
  DataSource,
  DefineFlag,
  EvaluationDetail,
  EvaluationInfo,
  EventFigures,
  FlagKey,
  FlagKeyOf,
  FlagRef,
  GuardFn,
  GuardInfo,
  GuardOptions,
  HealthMetrics,
  Hook,
  InitResult,
  KeyChangeEvent,
  Listenable,
  ListenOptions,
  LogFn,
  Logger,
  LogLevel,
  MetricOptions,
  NormalizedContext,
  SdkError,
  SdkReason as EvaluationReason,
  StandardSchema,
  TrackData,
  Unsubscribe,
  VariationDetailFn,
  VariationFn,
} from '@glidepath/core/sdk';
export type { ExplainClient, Explanation, ExplanationStep } from './explain-types.ts';
export type { AllFlagsOptions, FlagsState, FlagsStateClient } from './flags-state-types.ts';
export { fromPino, type PinoLogger } from './from-pino.ts';
export type { HealthClient, HealthScope } from './health/health-types.ts';
export type {
  Divergence,
  Migration,
  MigrationClient,
  MigrationConfig,
  MigrationOrigin,
  MigrationStage,
  ShadowExperiment,
} from './migration/types.ts';
export type { FlagScope, ScopeOptions, ScopeOutcome, ScopesClient } from './scope-types.ts';
export type { SecureContextClient } from './secure-context-types.ts';
export type {
  BaseClient,
  ClientOptions,
  CloseResult,
  ContextInput,
  ErrorKind,
  EventOptions,
  FlagsClient,
  FlushResult,
  NetworkOptions,
  OverrideOptions,
  PrivacyOptions,
  Register,
  RegisteredContext,
  RegisteredFlags,
  RulesetStore,
} from './types.ts';
export type { WatchClient, WatchFn, WatchListener } from './watch-types.ts';

/** Declares a flag once: its key, its fallback and, where it has one, the check of its values. */
export const defineFlag: DefineFlag<RegisteredFlags> = flagRef as DefineFlag<RegisteredFlags>;

/**
 * Starts to keep an environment's flags in this process, and answers from them.
 * Returns at once, never throws: until data arrives every call returns its fallback.
 */
export function createClient<F extends object = RegisteredFlags>(
  options: NoInfer<ClientOptions<F>> = {},
): FlagsClient<F> {
  // As they are now: whoever puts timers of tests in place later leaves the client's alone.
  const platform = nodePlatform();
  const create = (given: ClientOptions) => createClientOn(platform, given);
  return sharedClient(options as ClientOptions, platform, create) as unknown as FlagsClient<F>;
}
