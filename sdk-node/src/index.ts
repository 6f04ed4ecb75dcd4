import { createClientOn } from './client.ts';
import { nodePlatform } from './platform.ts';
import type { ClientOptions, FlagsClient, RegisteredFlags } from './types.ts';

export type { Context, KindContext, MultiContext, RolloutInfo, SingleContext } from '@glidepath/core';
export type {
  AnyFlags,
  BoundGuardFn,
  BoundVariationDetailFn,
  BoundVariationFn,
  BreakerOptions,
  ChangeEvent,
  ClientState,
  ClientStatus,
  DataSource,
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
  Register,
  RegisteredContext,
  RegisteredFlags,
  RulesetStore,
} from './types.ts';

/**
 * Starts to keep an environment's flags in this process, and answers from them.
 * Returns at once, never throws: until data arrives every call returns its fallback.
 */
export function createClient<F extends object = RegisteredFlags>(
  options: NoInfer<ClientOptions<F>> = {},
): FlagsClient<F> {
  return createClientOn(nodePlatform, options);
}
