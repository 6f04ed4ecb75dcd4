import type { ContextInput, ErrorKind, EvaluationReason } from '@glidepath/core';

/** Literal types are widened, so that `variation('x', context, false)` is a `boolean` and not `false`. */
export type Widen<T> = T extends boolean ? boolean : T extends string ? string : T extends number ? number : T;

/** Where the data behind a value came from. */
export type DataSource = 'stream' | 'poll' | 'bootstrap' | 'none';

export interface EvaluationDetail<T> {
  /** Deep-frozen when it is an object; the caller's fallback when the reason is `ERROR`. */
  readonly value: T;
  readonly variation: string | null;
  readonly variationIndex: number | null;
  /** The environment version that last altered the flag. No cache key for a result: segments and prerequisites change without it. */
  readonly flagVersion: number | null;
  readonly environmentVersion: number | null;
  readonly reason: EvaluationReason;
  readonly source: DataSource;
  /** True when there is neither a stream nor polling, and the server has not been heard for longer than `staleAfterMs`. */
  readonly stale: boolean;
}

/**
 * `degraded`: keeps its last good data after an update that it could not apply; `unauthorized`: key refused, keeps its
 * values; `failed`: wrong configuration.
 */
export type ClientState =
  | 'initializing'
  | 'ready'
  | 'stale'
  | 'degraded'
  | 'unauthorized'
  | 'offline'
  | 'failed'
  | 'closed';

export interface ClientStatus {
  readonly state: ClientState;
  readonly connection: 'streaming' | 'polling' | 'disconnected' | 'none';
  readonly source: DataSource;
  readonly environmentVersion: number | null;
  /** Milliseconds since epoch of the last applied state; null before the first. */
  readonly lastUpdateAt: number | null;
  readonly lastContactAt: number | null;
  readonly reconnects: number;
  readonly lastError: SdkError | null;
}

export interface SdkError {
  /** Stable, such as `GP1102`; listed in the package's README. */
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
}

export type InitResult =
  | { readonly status: 'ready'; readonly source: DataSource; readonly elapsedMs: number }
  | { readonly status: 'timeout'; readonly source: DataSource; readonly elapsedMs: number }
  | { readonly status: 'failed'; readonly error: SdkError; readonly source: DataSource; readonly elapsedMs: number };

/** Flags whose result may differ, including dependants through segments and prerequisites. */
export interface ChangeEvent {
  readonly keys: readonly string[];
  readonly fromVersion: number | null;
  readonly toVersion: number;
  readonly source: DataSource;
}

export interface KeyChangeEvent {
  readonly key: string;
  readonly fromVersion: number | null;
  readonly toVersion: number;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type LogFn = (message: string, fields?: Readonly<Record<string, unknown>>) => void;
export type Logger = Readonly<Record<LogLevel, LogFn>>;

export type Unsubscribe = () => void;

export interface ListenOptions {
  readonly signal?: AbortSignal;
  readonly once?: boolean;
}

export interface ClientOptions {
  /** Base URL of the flag service. Default: the environment variable `GLIDEPATH_URL`. */
  readonly url?: string;
  /** Server-side key. Default: the environment variable `GLIDEPATH_SDK_KEY`. Never valid in a browser. */
  readonly sdkKey?: string;
  /** `stream` (default) falls back to polling by itself; `offline` opens no socket and no timer. */
  readonly mode?: 'stream' | 'offline';
  /** Defaults: 10,000 and 60,000. */
  readonly timeouts?: { readonly connectMs?: number; readonly idleMs?: number };
  /** Default 30,000, with 20 % jitter; used while the stream cannot be had. */
  readonly poll?: { readonly intervalMs?: number };
  /** Defaults 1,000 and 30,000: doubling, with 50-100 % jitter. */
  readonly reconnect?: { readonly minMs?: number; readonly maxMs?: number };
  /** Default 60,000. */
  readonly staleAfterMs?: number;
  /** Rule set to start from: what `/sdk/v1/payload` answered, parsed or as text. */
  readonly bootstrap?: { readonly ruleset: unknown };
  /** Tells the server what runs; deploys name the same service and version. */
  readonly application?: {
    readonly name?: string;
    readonly version?: string;
    readonly instance?: string;
    readonly region?: string;
  };
  readonly logger?: Logger | false;
  /** Default `warn`. */
  readonly logLevel?: LogLevel;
}

export interface FlagsClient extends AsyncDisposable {
  readonly status: ClientStatus;
  /**
   * Resolves, never rejects, never later than `timeoutSeconds` (default 5, at most 60).
   * `need: 'fresh'` waits for the server where a bootstrap would do.
   */
  waitForInitialization(options?: { timeoutSeconds?: number; need?: 'any' | 'fresh' }): Promise<InitResult>;
  /** Synchronous. Never throws. Returns the fallback when anything at all is wrong. */
  variation<T>(key: string, context: ContextInput, fallback: T): Widen<T>;
  variationDetail<T>(key: string, context: ContextInput, fallback: T): EvaluationDetail<Widen<T>>;
  on(event: 'ready', listener: (result: InitResult) => void, options?: ListenOptions): Unsubscribe;
  on(event: 'change', listener: (event: ChangeEvent) => void, options?: ListenOptions): Unsubscribe;
  on(event: `change:${string}`, listener: (event: KeyChangeEvent) => void, options?: ListenOptions): Unsubscribe;
  on(event: 'error', listener: (error: SdkError) => void, options?: ListenOptions): Unsubscribe;
  on(event: 'stale' | 'status', listener: (status: ClientStatus) => void, options?: ListenOptions): Unsubscribe;
  /** Disconnects and clears timers. Idempotent. After it, every call returns its fallback. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export type { ContextInput, ErrorKind, EvaluationReason };
