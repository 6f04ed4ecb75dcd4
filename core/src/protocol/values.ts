import type { Context } from '../model/context.ts';
import type { Json } from '../model/model.ts';
import type { ToldReason } from '../model/told-reason.ts';
import type { Application } from './messages.ts';

/**
 * The stream of browsers (`/client/v1/stream`): values for one context, and never a rule. Every frame is JSON text with
 * a `t`; unknown ones and unknown members are ignored on both sides.
 */
export type BrowserFrame =
  | BrowserHello
  /** Another context: `n` counts up, and answers of an older `n` are dropped. */
  | ({ readonly t: 'identify'; readonly n: number } & Who)
  | { readonly t: 'ack'; readonly v: number; readonly applyUs: number; readonly heldMs: number }
  | { readonly t: 'nack'; readonly v: number; readonly code: string }
  | { readonly t: 'hb' };

export interface BrowserHello extends Who {
  readonly t: 'hello';
  readonly proto: 1;
  readonly sdk: string;
  readonly inst: string;
  readonly app?: Application;
  /** The client key: public. */
  readonly id: string;
  readonly n: number;
  readonly basis?: ValuesBasis | null;
}

/** Whom to evaluate for: a context, or one that a server SDK has sealed. */
export interface Who {
  readonly context?: Context;
  readonly sealed?: string;
  /** `secureModeHash` of the context. */
  readonly hash?: string;
  /** Key of this browser, kept by the page: of the `user` where the context has no key of one, and of the `device`. */
  readonly anon?: string;
}

/** What the browser holds values of already, for this very context. */
export interface ValuesBasis {
  readonly epoch: string;
  readonly v: number;
}

export type ValuesFrame =
  | {
      readonly t: 'welcome';
      readonly conn: string;
      readonly epoch: string;
      readonly head: number;
      /** Milliseconds between heartbeats. */
      readonly hb: number;
      /** Whether overrides of the page's tools may act: not where the environment is critical. */
      readonly overrides: boolean;
    }
  | Values
  /** What the browser holds is right at this version, which may be later than that of the last values. */
  | { readonly t: 'hb'; readonly v: number }
  | { readonly t: 'goodbye'; readonly reason: string; readonly spread?: number };

/** Applied as a whole or not at all. */
export interface Values {
  readonly t: 'values';
  readonly n: number;
  readonly epoch: string;
  readonly v: number;
  /** Replaces all that the browser holds. */
  readonly full: boolean;
  readonly put: readonly FlagValue[];
  readonly del: readonly string[];
  /** How many flags there are afterwards: where it differs, the browser asks anew. */
  readonly count: number;
  /** To be acknowledged at once. */
  readonly urgent?: true;
}

export interface FlagValue {
  readonly key: string;
  readonly value: Json;
  readonly variation: string;
  /** `rev` of the flag when this value was sent: a later one that changes nothing for this context is not told. */
  readonly rev: number;
  /** Where the environment lets browsers know. */
  readonly reason?: ToldReason;
  /** Where the visitor sits in a rollout that is measured, if in one of its arms. */
  readonly seat?: { readonly arm: 't' | 'c'; readonly stage: number; readonly shard: number };
}

/** Close codes of the stream that say what is wrong for good, in this connection at least. */
export const BROWSER_CLOSE = {
  /** The first frame cannot be read, or a second `hello` came. */
  malformed: 4400,
  /** The key is unknown, revoked or expired. */
  unauthorized: 4401,
  /** The origin is not on the key's list, or the context needs a signature and has none that is valid. */
  forbidden: 4403,
  /** No `hello` came in time. */
  late: 4408,
  /** Too many connections: after a while again. */
  busy: 4429,
} as const;

/** Body of `POST /client/v1/evaluate`. */
export interface EvaluateRequest extends Who {
  readonly id: string;
  readonly basis?: ValuesBasis | null;
}

/** Its answer: as of `values` and `welcome`. Where `basis` is what is served now, nothing is put and nothing deleted. */
export interface EvaluateAnswer extends Omit<Values, 't' | 'n' | 'urgent'> {
  readonly overrides: boolean;
}
