import type { Item, ItemId } from '../model/items.ts';
import type { Hash } from './digest.ts';
import type { Application, Basis } from './messages.ts';

export type { ItemId };

/**
 * What happens to the client side of the stream. `now` is monotonic milliseconds of the SDK's own process.
 * `socket` is the number that the `connect` action gave; events of an older socket are ignored.
 */
export type ClientEvent =
  /** `state` is what is known from an earlier run. */
  | { readonly kind: 'start'; readonly now: number; readonly state?: EnvironmentState }
  | { readonly kind: 'opened'; readonly socket: number; readonly now: number }
  | { readonly kind: 'frame'; readonly socket: number; readonly text: string; readonly now: number }
  /** Bytes came, though no whole frame yet: on a slow link one can take longer than the idle time. */
  | { readonly kind: 'heard'; readonly socket: number; readonly now: number }
  /** `status` is the HTTP status of a refused upgrade, `code` the close code of an accepted one. */
  | {
      readonly kind: 'closed';
      readonly socket: number;
      readonly now: number;
      readonly code?: number;
      readonly status?: number;
      readonly retryAfterMs?: number;
    }
  | { readonly kind: 'polled'; readonly now: number; readonly answer: PollAnswer }
  /** The SDK stopped serving a variation until then, in milliseconds since epoch. */
  | {
      readonly kind: 'breaker';
      readonly now: number;
      readonly flag: string;
      readonly variation: string;
      readonly until: number;
    }
  | { readonly kind: 'timer'; readonly now: number }
  | { readonly kind: 'stop'; readonly now: number };

/** The outcome of one request to `/sdk/v1/payload`. */
export type PollAnswer =
  | { readonly kind: 'payload'; readonly text: string }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'refused'; readonly status: number; readonly retryAfterMs?: number }
  | { readonly kind: 'unreachable' };

/** What the transport has to do, in order. */
export type ClientAction =
  | { readonly kind: 'connect'; readonly socket: number }
  | { readonly kind: 'send'; readonly socket: number; readonly text: string }
  /** Cut without a closing handshake. */
  | { readonly kind: 'terminate'; readonly socket: number }
  | { readonly kind: 'poll'; readonly basis: Basis | null }
  /** Send one `timer` event at this moment; replaces the moment asked for before; null = none. */
  | { readonly kind: 'wake'; readonly at: number | null }
  /** The state was swapped. `changed` names what differs from the state before, `previous` is that state. */
  | {
      readonly kind: 'applied';
      readonly state: EnvironmentState;
      readonly changed: readonly ItemId[];
      readonly source: 'stream' | 'poll';
      readonly urgent: boolean;
    }
  | { readonly kind: 'connection'; readonly connection: Connection }
  /** Whether values that are fixed in the SDK's process may act: not where the environment is critical. */
  | { readonly kind: 'overrides'; readonly areAllowed: boolean }
  | { readonly kind: 'problem'; readonly code: ProblemCode; readonly message: string; readonly retryable: boolean };

/** `unauthorized` and `degraded` last until the next applied state or matching heartbeat. */
export type Connection = 'streaming' | 'polling' | 'disconnected' | 'unauthorized' | 'degraded';

/** Stable codes of what the SDK logs and reports; each has a line in the SDK's README. */
export type ProblemCode =
  | 'GP1102' // stream lost
  | 'GP1103' // heartbeat missed
  | 'GP1104' // payload did not match its digest
  | 'GP1105' // payload over the limits
  | 'GP1106' // malformed frame
  | 'GP1401' // key refused
  | 'GP1403' // wrong kind of key
  | 'GP1426' // protocol not supported
  | 'GP1429' // asked to wait
  | 'GP1500'; // server error

/** One version of an environment, never mutated. */
export interface EnvironmentState extends Basis {
  readonly items: ReadonlyMap<ItemId, Item>;
}

export interface ClientOptions {
  /** `poll` opens no stream; `once` asks until it was answered, and is silent from then on. Default `stream`. */
  readonly mode?: 'stream' | 'poll' | 'once';
  readonly sdk: string;
  readonly instance: string;
  readonly application: Application;
  readonly hash: Hash;
  /** A number in [0, 1). */
  readonly random: () => number;
  readonly connectMs: number;
  readonly idleMs: number;
  readonly pollIntervalMs: number;
  readonly reconnect: { readonly minMs: number; readonly maxMs: number };
  /** Milliseconds of the clock that events carry, now; without it the time that applying takes is told as 0. */
  readonly monotonic?: () => number;
  /** Keys of items that the evaluator could not read in this state; told in the acknowledgement. */
  readonly unsupported: (state: EnvironmentState) => readonly string[];
}
