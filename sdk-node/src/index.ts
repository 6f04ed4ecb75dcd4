import { createClientOn } from './client.ts';
import { nodePlatform } from './platform.ts';
import type { ClientOptions, FlagsClient } from './types.ts';

export type { Context, KindContext, MultiContext, SingleContext } from '@glidepath/core';
export type {
  ChangeEvent,
  ClientOptions,
  ClientState,
  ClientStatus,
  CloseResult,
  ContextInput,
  DataSource,
  ErrorKind,
  EvaluationDetail,
  EvaluationReason,
  EventFigures,
  EventOptions,
  FlagsClient,
  FlushResult,
  InitResult,
  KeyChangeEvent,
  ListenOptions,
  LogFn,
  Logger,
  LogLevel,
  SdkError,
  Unsubscribe,
  Widen,
} from './types.ts';

/**
 * Starts to keep an environment's flags in this process, and answers from them.
 * Returns at once, never throws: until data arrives every call returns its fallback.
 */
export function createClient(options: ClientOptions = {}): FlagsClient {
  return createClientOn(nodePlatform, options);
}
