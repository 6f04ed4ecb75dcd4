import type { DefineFlag, FlagRef } from '@glidepath/core/sdk';
import { sharedClient } from './registry.ts';
import type { BrowserClient, BrowserClientOptions, RegisteredFlags } from './types.ts';

/** Never throws; clients of the same URL, key and instance are one until the last of them is closed. */
export function createClient<F extends object = RegisteredFlags>(
  options: NoInfer<BrowserClientOptions<F>>,
): BrowserClient<F> {
  return sharedClient<F>(globalThis, options);
}

/** A flag declared once: usable wherever a key and its fallback are. */
export const defineFlag = ((key: string, options: Omit<FlagRef<unknown>, 'key'>) => ({
  key,
  ...options,
})) as unknown as DefineFlag<RegisteredFlags>;

export type {
  AttributeValue,
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
  EvaluationDetail,
  EvaluationInfo,
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
export type {
  BrowserClient,
  BrowserClientOptions,
  Context,
  ContextInput,
  ErrorKind,
  IdentifyOptions,
  IdentifyResult,
  Register,
  RegisteredContext,
  RegisteredFlags,
  SyncStorage,
} from './types.ts';
