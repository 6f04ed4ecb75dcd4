import type { DataSource } from './detail.ts';

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
  /** Milliseconds since epoch of the last word from the service; null before the first. */
  readonly lastContactAt: number | null;
  /** Since the start. */
  readonly reconnects: number;
  readonly events: EventFigures;
  readonly lastError: SdkError | null;
}

/** How far the counts of evaluations have come. */
export interface EventFigures {
  /** Held in memory: one per flag, version, variation, kind of reason and rule, or per key without a value. */
  readonly series: number;
  /** Evaluations that the service has. */
  readonly sent: number;
  /** Evaluations that got lost. */
  readonly dropped: number;
}

export interface SdkError {
  /** Stable, such as `GP1102`. */
  readonly code: string;
  readonly message: string;
  /** Whether the client goes on by itself; where not, somebody has to mend something. */
  readonly retryable: boolean;
  readonly cause?: unknown;
  /** Where it says what to do: the address of the service's page about this code. */
  readonly docs: string;
}

/** `timeout`: nothing (fresh) has arrived yet; the client goes on trying, and fallbacks or older values are served. */
export type InitResult =
  | { readonly status: 'ready'; readonly source: DataSource; readonly elapsedMs: number }
  | { readonly status: 'timeout'; readonly source: DataSource; readonly elapsedMs: number }
  | { readonly status: 'failed'; readonly error: SdkError; readonly source: DataSource; readonly elapsedMs: number };

/** Flags whose result may differ, including dependants through segments and prerequisites. */
export interface ChangeEvent<K extends string = string> {
  readonly keys: readonly K[];
  readonly fromVersion: number | null;
  readonly toVersion: number;
  readonly source: DataSource;
}

/** The same for one flag. */
export interface KeyChangeEvent {
  readonly key: string;
  readonly fromVersion: number | null;
  readonly toVersion: number;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type LogFn = (message: string, fields?: Readonly<Record<string, unknown>>) => void;
export type Logger = Readonly<Record<LogLevel, LogFn>>;

export type Unsubscribe = () => void;

/** What an `AbortSignal` is needed for; not every place that this runs in declares one. */
interface Signal {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

export interface ListenOptions {
  /** Unsubscribes when it is aborted. */
  readonly signal?: Signal;
  /** Unsubscribes after the first event. */
  readonly once?: boolean;
}

/** What both clients can be listened to for; each call answers how to stop that. */
export interface Listenable<Key extends string> {
  on(event: 'ready', listener: (result: InitResult) => void, options?: ListenOptions): Unsubscribe;
  on(event: 'change', listener: (event: ChangeEvent<Key>) => void, options?: ListenOptions): Unsubscribe;
  on<K extends Key>(
    event: `change:${K}`,
    listener: (event: KeyChangeEvent) => void,
    options?: ListenOptions,
  ): Unsubscribe;
  on(event: 'error', listener: (error: SdkError) => void, options?: ListenOptions): Unsubscribe;
  on(event: 'stale' | 'status', listener: (status: ClientStatus) => void, options?: ListenOptions): Unsubscribe;
}
