import type { ErrorKind } from '@glidepath/core';
import type {
  ClientStatus,
  ContextOf,
  FlagKey,
  FlagsOf,
  Hook,
  InitResult,
  Listenable,
  Logger,
  LogLevel,
  VariationDetailFn,
  VariationFn,
} from '@glidepath/core/sdk';
import type { ExplainClient } from './explain-types.ts';
import type { FlagsStateClient } from './flags-state-types.ts';
import type { HealthClient } from './health/health-types.ts';
import type { MigrationClient } from './migration/types.ts';
import type { ScopesClient } from './scope-types.ts';
import type { SecureContextClient } from './secure-context-types.ts';
import type { WatchClient } from './watch-types.ts';

/**
 * Where an application declares its flags and contexts:
 * `declare module '@glidepath/sdk-node' { interface Register { flags: FlagSchema } }`.
 */
// biome-ignore lint/suspicious/noEmptyInterface: applications merge their declarations into it
export interface Register {}

export type RegisteredFlags = FlagsOf<Register>;
export type RegisteredContext = ContextOf<Register>;
/** `null` and `undefined` stand for a keyless `user` without attributes. */
export type ContextInput = RegisteredContext | null | undefined;

export interface EventOptions {
  /** Between two reports; default 10,000, with 20 % jitter; 100 to 3,600,000. */
  readonly flushIntervalMs?: number;
  /** Sums that are held in memory; default and most 10,000: what does not fit is counted as dropped. */
  readonly maxSeries?: number;
  /** Of one report before it is zipped; default and most 1 MiB, at least 16 KiB. */
  readonly maxBytes?: number;
  /** Whether reports are zipped; default true. */
  readonly gzip?: boolean;
}

export interface FlushResult {
  /** Evaluations that the service has got meanwhile. */
  readonly sent: number;
  /** Evaluations that got lost meanwhile. */
  readonly dropped: number;
  /** Whether nothing is left to be sent. */
  readonly ok: boolean;
}

export interface CloseResult {
  readonly flushed: boolean;
  /** Evaluations of this client that the service never got. */
  readonly dropped: number;
}

/** What may be told to `createClient()`. A number outside its range is brought into it, and what is no number is as if not given. */
export interface ClientOptions<F extends object = RegisteredFlags> {
  /** Base URL of the flag service: https, or http on this machine. Default: the environment variable `GLIDEPATH_URL`. */
  readonly url?: string;
  /** Server-side key, `gp_srv_…`. Default: the environment variable `GLIDEPATH_SDK_KEY`. Never valid in a browser. */
  readonly sdkKey?: string;
  /**
   * `stream` (default) falls back to polling by itself; `poll` opens no stream; `once` asks until it was answered and then
   * is silent (pipelines, scripts); `offline` opens no socket and no timer and writes no file.
   */
  readonly mode?: 'stream' | 'poll' | 'once' | 'offline';
  /** Same as `mode: 'offline'`. */
  readonly offline?: boolean;
  readonly timeouts?: {
    /** For a connection or an answer; default 10,000; 100 to 120,000. */
    readonly connectMs?: number;
    /** Without a byte on the stream before it counts as lost; default 60,000; 1,000 to 600,000. */
    readonly idleMs?: number;
    /** For the last counts when the client is closed; default 3,000; 0 to 60,000. */
    readonly closeMs?: number;
  };
  /** Default 30,000, with 20 % jitter; 1,000 to 3,600,000; used in mode `poll`, and while the stream cannot be had. */
  readonly poll?: { readonly intervalMs?: number };
  /** Defaults 1,000 and 30,000: doubling, with 50-100 % jitter; 10 to 600,000 and to 3,600,000. */
  readonly reconnect?: { readonly minMs?: number; readonly maxMs?: number };
  /** Without word from the service before answers are `stale`; default 60,000; 100 to 86,400,000. */
  readonly staleAfterMs?: number;
  /** Last known good rule set on disk: read at start before this returns, written atomically, for its owner only. */
  readonly cacheFile?: string;
  /** Any other source to start from (Redis, a key-value store, S3): read once at start, never while evaluating. */
  readonly store?: RulesetStore;
  /** Rule set to start from: what `/sdk/v1/payload` answered, parsed or as text; or plain values. */
  readonly bootstrap?: { readonly ruleset: unknown } | { readonly values: Partial<F> };
  /** Tells the server what runs; deploys name the same service and version. */
  readonly application?: {
    readonly name?: string;
    readonly version?: string;
    readonly instance?: string;
    readonly region?: string;
  };
  /** Evaluations are counted, never who they were for; false turns that off. */
  readonly events?: false | EventOptions;
  /** Serverless: keeps the invocation alive until counts are out. */
  readonly waitUntil?: (promise: Promise<unknown>) => void;
  /** What may be told of contexts; by default nothing. */
  readonly privacy?: PrivacyOptions;
  /** Told of every evaluation, in this order. */
  readonly hooks?: readonly Hook[];
  /** Fixed values, ignored where the environment is critical. */
  readonly overrides?: OverrideOptions;
  /** What stands between this process and the service. */
  readonly network?: NetworkOptions;
  /** Clients of the same URL, key and instance share one connection. Default ''. */
  readonly instance?: string;
  /** Throws where it would degrade: for smoke tests in pipelines. Default false. */
  readonly strict?: boolean;
  /** Default: the console, with lines such as `[glidepath] GP1102 …`, one per code and minute; false: nothing is logged. */
  readonly logger?: Logger | false;
  /** The least that is logged; default `warn`. */
  readonly logLevel?: LogLevel;
}

/** Values of attributes and keys never leave the process, whatever is said here. */
export interface PrivacyOptions {
  /**
   * What goes out with the counts, so that rules can be written by names that exist: `none` (default), the `kinds` of
   * contexts, or their `attribute-names` too. Choose it where names are words of your code, and not made of people's.
   */
  readonly contexts?: 'none' | 'kinds' | 'attribute-names';
  /** Attributes of which not even the name is told. */
  readonly privateAttributes?: readonly string[];
}

export interface OverrideOptions {
  /** Whether `GLIDEPATH_OVERRIDES` is read, a JSON object; default true. */
  readonly env?: boolean;
  /** A file with a JSON object; it wins over the variable. */
  readonly file?: string;
  /**
   * Whether a cookie of the request, as the tools of `sdk-browser` set it, fixes values in its scope, so that what the
   * server renders agrees with the page; its name, if it is not `glidepath-overrides`. Whoever asks can set it. Default false.
   */
  readonly cookie?: boolean | string;
}

/** Where a rule set outlives the process; what it rejects with is logged, and nothing else happens. */
export interface RulesetStore {
  /** What was saved last, parsed or as text; null or undefined where there is nothing. Two seconds at most. */
  load(): Promise<unknown>;
  /** A plain object that can be written as JSON. */
  save(ruleset: unknown): Promise<void>;
}

export interface NetworkOptions {
  /** Added to every request and to the stream's handshake, such as a proxy's authorization. */
  readonly headers?: () => Readonly<Record<string, string>>;
  /** Of `node:http` or `node:https`. */
  readonly agent?: unknown;
  /** Certificate authority in PEM that is trusted instead of the system's. */
  readonly ca?: string;
  /**
   * `http://user:password@proxy:3128`: requests and the stream go through it by `CONNECT`. Default: what `HTTPS_PROXY`,
   * `HTTP_PROXY` and `NO_PROXY` say, but for a service on this machine; false: none. An `agent` knows the way itself.
   */
  readonly proxy?: string | false;
}

/** The life of a client, and evaluation. */
export interface BaseClient<F extends object = RegisteredFlags> extends AsyncDisposable, Listenable<FlagKey<F>> {
  readonly status: ClientStatus;
  /**
   * Resolves, never rejects, never later than `timeoutSeconds` (default 5, at most 60).
   * `need: 'fresh'` waits for the server where a bootstrap would do.
   */
  waitForInitialization(options?: { timeoutSeconds?: number; need?: 'any' | 'fresh' }): Promise<InitResult>;
  /** Synchronous. Never throws. Returns the fallback when anything at all is wrong. */
  readonly variation: VariationFn<F, ContextInput>;
  readonly variationDetail: VariationDetailFn<F, ContextInput>;
  /** Sends the counts of evaluations now. Resolves with what happened, by default within 3,000 ms; never rejects. */
  flush(options?: { timeoutMs?: number }): Promise<FlushResult>;
  /**
   * Disconnects, clears timers, and sends the last counts within `timeoutMs`, by default `timeouts.closeMs`.
   * Idempotent. After it, every call returns its fallback. Never rejects.
   */
  close(options?: { timeoutMs?: number }): Promise<CloseResult>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface FlagsClient<F extends object = RegisteredFlags>
  extends BaseClient<F>,
    ScopesClient<F>,
    WatchClient<F>,
    FlagsStateClient<F>,
    ExplainClient<F>,
    HealthClient<F>,
    MigrationClient<F>,
    SecureContextClient {}

export type { ErrorKind };
