import type { Context, ErrorKind } from '@glidepath/core';
import type {
  BoundVariationDetailFn,
  BoundVariationFn,
  BrowserBootstrap,
  ClientStatus,
  ContextOf,
  FlagKey,
  FlagsOf,
  Hook,
  InitResult,
  Listenable,
  Logger,
  LogLevel,
  SdkError,
  TrackData,
  Unsubscribe,
} from '@glidepath/core/sdk';

/**
 * Where an application declares its flags and contexts:
 * `declare module '@glidepath/sdk-browser' { interface Register { flags: FlagSchema } }`.
 */
// biome-ignore lint/suspicious/noEmptyInterface: applications merge their declarations into it
export interface Register {}

export type RegisteredFlags = FlagsOf<Register>;
export type RegisteredContext = ContextOf<Register>;
/** `null` and `undefined` stand for a `user` without attributes, who gets an anonymous key. */
export type ContextInput = RegisteredContext | null | undefined;

/** Storage as `localStorage` has it; what throws counts as empty. */
export interface SyncStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

export interface BrowserClientOptions<F extends object = RegisteredFlags> {
  /** Default: the page's own origin (serve the service behind a path of yours). */
  readonly url?: string;
  /** Public key of one environment: can only ask for values, never for rules. */
  readonly clientKey: string;
  /** Without a user key an anonymous one is made and kept. */
  readonly context?: ContextInput;
  /** From a server SDK's `sealContext()`, in place of `context`: the page can neither read nor forge it. */
  readonly sealedContext?: string;
  /** From a server SDK's `secureModeHash(context)`, where the environment's secure mode is `required`. */
  readonly secureHash?: string;
  /** From `allFlagsState().toJSON()`, or `#id` of the script tag that `toScriptTag()` wrote, or plain values. */
  readonly bootstrap?: BrowserBootstrap | `#${string}` | { readonly values: Partial<F> };
  /** Default `stream`, which falls back to polling by itself. */
  readonly mode?: 'stream' | 'poll' | 'once' | 'offline';
  /** Default 30,000. */
  readonly poll?: { readonly intervalMs?: number };
  /** Closes the stream once the page has been hidden for so long, and catches up on return. Default 60,000. */
  readonly hiddenDisconnectMs?: number;
  /** Where values are remembered for the next visit; default `localStorage`. */
  readonly cache?: 'localStorage' | 'none' | SyncStorage;
  /** Default 5; 0 to 50. */
  readonly maxCachedContexts?: number;
  /** Where the anonymous key is kept, default `localStorage`, and under which name (`glidepath_id`). Servers see a cookie too. */
  readonly anonymous?: { readonly persist?: 'localStorage' | 'cookie' | 'none'; readonly cookieName?: string };
  /** Sent to be evaluated, never stored, logged or counted. */
  readonly privateAttributes?: readonly string[];
  /** Taken away before anything leaves the page: rules cannot use them. */
  readonly localAttributes?: readonly string[];
  /** Evaluations are counted, never who they were for; false turns that off. */
  readonly events?:
    | false
    | {
        /** Default 5,000. */
        readonly flushIntervalMs?: number;
        /** Where at `url` counts are sent, for a proxy of yours that hands them on; default `/client/v1/b`. */
        readonly path?: string;
      };
  readonly logger?: Logger | false;
  /** Default `error`. */
  readonly logLevel?: LogLevel;
  readonly hooks?: readonly Hook[];
  /** Clients of the same URL, key and instance are one. Default ''. */
  readonly instance?: string;
  /** Lets the overrides of the page's tools act; default: only where the environment is not critical. */
  readonly allowOverrides?: boolean;
}

export type IdentifyResult =
  | { readonly status: 'applied' | 'cached' | 'superseded' | 'timeout' }
  | { readonly status: 'failed'; readonly error: SdkError };

export interface IdentifyOptions {
  /** Default 5. */
  readonly timeoutSeconds?: number;
  readonly secureHash?: string;
  readonly sealedContext?: string;
}

export interface BrowserClient<F extends object = RegisteredFlags> extends AsyncDisposable, Listenable<FlagKey<F>> {
  readonly status: ClientStatus;
  readonly context: ContextInput;
  readonly anonymousKey: string | null;
  /** Resolves, never rejects, never later than `timeoutSeconds` (default 5, at most 60). */
  waitForInitialization(options?: { timeoutSeconds?: number; need?: 'any' | 'fresh' }): Promise<InitResult>;
  /** Synchronous at all times: bootstrap, then remembered, then live; else the fallback. Counts an exposure. */
  readonly variation: BoundVariationFn<F>;
  readonly variationDetail: BoundVariationDetailFn<F>;
  /** The same value, and no exposure: what React reads while it renders. */
  readonly peek: BoundVariationFn<F>;
  readonly peekDetail: BoundVariationDetailFn<F>;
  /** The last call wins. Old values stay until the new ones replace all of them at once. */
  identify(context: ContextInput, options?: IdentifyOptions): Promise<IdentifyResult>;
  /** On log-out: forgets the user and what is remembered of them; keeps or rotates the anonymous key. */
  reset(options?: { rotateAnonymous?: boolean }): Promise<IdentifyResult>;
  setConsent(consent: { storage?: boolean; events?: boolean }): void;
  /** Calls back at once, then on each change of this flag: the contract of Svelte's stores. */
  store<K extends FlagKey<F>>(key: K, fallback: F[K]): { subscribe(run: (value: F[K]) => void): Unsubscribe };
  /** Counts that something happened, beside the variations seen on this page; of `data` only `value` is sent. */
  track(event: string, data?: TrackData): void;
  flush(): Promise<{ readonly ok: boolean }>;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export type { Context, ErrorKind };
