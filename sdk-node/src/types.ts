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
  readonly events: EventFigures;
  readonly lastError: SdkError | null;
}

/** How far the counts of evaluations have come. */
export interface EventFigures {
  /** Held in memory: one per flag, version, variation, kind of reason and rule, or per key without a value. */
  readonly series: number;
  /** Evaluations that the service has, and that got lost. */
  readonly sent: number;
  readonly dropped: number;
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

export interface EventOptions {
  /** Default 10,000, with 20 % jitter. */
  readonly flushIntervalMs?: number;
  /** Default and most 10,000: what does not fit is counted as dropped. */
  readonly maxSeries?: number;
  /** Of one report before it is zipped; default and most 1 MiB. */
  readonly maxBytes?: number;
  /** Default true. */
  readonly gzip?: boolean;
}

export interface FlushResult {
  /** Evaluations that the service has got by this, and that got lost. */
  readonly sent: number;
  readonly dropped: number;
  /** Whether nothing is left to be sent. */
  readonly ok: boolean;
}

export interface CloseResult {
  readonly flushed: boolean;
  /** Evaluations of this client that the service never got. */
  readonly dropped: number;
}

export interface ClientOptions {
  /** Base URL of the flag service. Default: the environment variable `GLIDEPATH_URL`. */
  readonly url?: string;
  /** Server-side key. Default: the environment variable `GLIDEPATH_SDK_KEY`. Never valid in a browser. */
  readonly sdkKey?: string;
  /** `stream` (default) falls back to polling by itself; `offline` opens no socket and no timer. */
  readonly mode?: 'stream' | 'offline';
  /** Defaults: 10,000, 60,000 and 3,000. */
  readonly timeouts?: { readonly connectMs?: number; readonly idleMs?: number; readonly closeMs?: number };
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
  /** Evaluations are counted, never who they were for; false turns that off. */
  readonly events?: false | EventOptions;
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
  /** Sends the counts of evaluations now. Resolves with what happened, by default within 3,000 ms; never rejects. */
  flush(options?: { timeoutMs?: number }): Promise<FlushResult>;
  /**
   * Disconnects, clears timers, and sends the last counts within `timeoutMs`, by default `timeouts.closeMs`.
   * Idempotent. After it, every call returns its fallback. Never rejects.
   */
  close(options?: { timeoutMs?: number }): Promise<CloseResult>;
  [Symbol.asyncDispose](): Promise<void>;
}

export type { ContextInput, ErrorKind, EvaluationReason };
