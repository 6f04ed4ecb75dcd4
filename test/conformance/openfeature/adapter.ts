import type { EvaluationDetails, JsonValue } from '@openfeature/core';

export type Level = 'API' | 'Transaction' | 'Client' | 'Invocation' | 'Before Hooks';
export type ProviderState = 'stable' | 'not ready' | 'error' | 'fatal' | 'stale';
export type Details = EvaluationDetails<JsonValue>;
export type Attributes = Readonly<Record<string, string | number | boolean | null>>;

/** What a hook saw, in the order in which it was called. */
export interface HookCall {
  readonly hook: string;
  readonly stage: 'before' | 'after' | 'error' | 'finally';
  readonly details: Details | null;
}

export interface Evaluation {
  readonly flag: string;
  readonly fallback: JsonValue;
  /** The context, given in whichever way the SDK has. */
  readonly context?: Attributes;
  /** Attributes that are given at levels of their own. */
  readonly levels?: Partial<Record<Level, Attributes>>;
  /** Hooks by their names, given with the evaluation. */
  readonly hooks?: readonly string[];
}

/** A client of OpenFeature's over a provider in some state. */
export interface Session {
  readonly status: () => string;
  evaluate(evaluation: Evaluation): Promise<{
    readonly details: Details;
    readonly calls: readonly HookCall[];
    /** What the provider was given. */
    readonly merged: Readonly<Record<string, unknown>>;
    /** Whether the caller went on before there was an answer. */
    readonly isAsynchronous: boolean;
  }>;
  close(): Promise<void>;
}

/** One provider under test: another way to reach the same flags is one more of these. */
export interface ProviderAdapter {
  readonly name: string;
  /** Throws where this provider cannot come into that state. */
  open(state: ProviderState): Promise<Session>;
}

/** A hook of either SDK that remembers its calls. */
export function recordingHook(hook: string, calls: HookCall[]) {
  const record = (stage: HookCall['stage'], details: Details | null): void => void calls.push({ hook, stage, details });
  return {
    before: (): void => record('before', null),
    after: (_context: unknown, details: unknown): void => record('after', details as Details),
    error: (): void => record('error', null),
    finally: (_context: unknown, details: unknown): void => record('finally', details as Details),
  };
}

interface TypedClient<C extends readonly unknown[]> {
  getBooleanDetails(flag: string, fallback: boolean, ...rest: C): unknown;
  getStringDetails(flag: string, fallback: string, ...rest: C): unknown;
  getNumberDetails(flag: string, fallback: number, ...rest: C): unknown;
  getObjectDetails(flag: string, fallback: JsonValue, ...rest: C): unknown;
}

/** Asks by the method of the fallback's type, as the suite's steps do. */
export function askByType<C extends readonly unknown[]>(
  client: TypedClient<C>,
  { flag, fallback }: Evaluation,
  ...rest: C
): Details | Promise<Details> {
  switch (typeof fallback) {
    case 'boolean':
      return client.getBooleanDetails(flag, fallback, ...rest) as Details;
    case 'string':
      return client.getStringDetails(flag, fallback, ...rest) as Details;
    case 'number':
      return client.getNumberDetails(flag, fallback, ...rest) as Details;
    default:
      return client.getObjectDetails(flag, fallback, ...rest) as Details;
  }
}
