import type { ClientOptions } from '@glidepath/sdk-node';
import { type AskedProcess, startAsked } from './asked-process.ts';

export type TimedRequest =
  /** Makes clients, whose chance comes of these seeds, and waits until each has done what it does without time. */
  | { readonly do: 'make'; readonly clients: readonly TimedClient[] }
  /** Lets time go by, but never while something is on its way. */
  | { readonly do: 'advance'; readonly ms: number }
  | { readonly do: 'look'; readonly contexts: readonly Readonly<Record<string, unknown>>[] }
  /** Evaluates that many flags in turn, `flag-0` first, for that many users in turn. */
  | { readonly do: 'evaluate'; readonly times: number; readonly flags: number; readonly users: number }
  /** Closes and forgets all of them. */
  | { readonly do: 'close' };

export interface TimedClient {
  /** What of the options a message can carry. */
  readonly options: Pick<ClientOptions, 'url' | 'sdkKey' | 'mode' | 'cacheFile' | 'offline'> & {
    /** Default: none are sent. */
    readonly events?: Record<string, never>;
  };
  readonly seed?: number;
  /** Whether the application has a listener for changes that throws. */
  readonly isListenerBroken?: boolean;
}

export interface TimedAnswer {
  /** Of each client, in the order in which they were made. */
  readonly clients?: readonly TimedView[];
  /** Whatever was thrown where nobody caught it. */
  readonly faults: readonly string[];
}

export interface TimedView {
  readonly state: string;
  readonly connection: string;
  readonly version: number | null;
  readonly lastError: string | null;
  readonly source: string;
  /** Of the flag `good` for the first context. */
  readonly good: unknown;
  readonly goodReason: string;
  /** Reasons of the flag `bad` for each context; `wrong` = an error that has a variation. */
  readonly bad: readonly string[];
  /** What it wrote to its log. */
  readonly lines: readonly string[];
  /** When it asked for a stream and for the payload, in milliseconds of its time. */
  readonly attempts: { readonly stream: readonly number[]; readonly poll: readonly number[] };
}

/** Clients of the built SDK with real sockets, in a process of their own where time goes by as it is told to. */
export type TimedClients = AskedProcess<TimedRequest, TimedAnswer>;

export const startTimedClients = (): TimedClients => startAsked('timed-clients.ts');
