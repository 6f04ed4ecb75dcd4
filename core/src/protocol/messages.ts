import type { Item, ItemKind } from '../model/items.ts';

/** Raised when a frame changes its meaning; both sides speak this version and the one before. */
export const PROTOCOL_VERSION = 1;

/** The WebSocket sub-protocol. */
export const SUBPROTOCOL = 'glidepath.v1';

/** What an SDK holds: its place in the history of one environment. */
export interface Basis {
  /** 16 hexadecimal digits; another epoch is another history. */
  readonly epoch: string;
  readonly version: number;
  /** 32 hexadecimal digits. */
  readonly digest: string;
}

/** One alteration of the item map. */
export type Op =
  | (Item & { readonly op: 'put' })
  | { readonly op: 'del'; readonly kind: ItemKind; readonly key: string; readonly rev: number }
  | {
      readonly op: 'members';
      readonly key: string;
      readonly rev: number;
      readonly ctx: string;
      readonly list: 'included' | 'excluded';
      readonly add: readonly string[];
      readonly remove: readonly string[];
    }
  | Part;

/** The `i`-th of `n` pieces of the JSON text of an item too large for one frame. */
export interface Part {
  readonly op: 'part';
  readonly kind: ItemKind;
  readonly key: string;
  readonly rev: number;
  readonly i: number;
  readonly n: number;
  readonly text: string;
}

/** An op as it is stored; parts exist on the wire only. */
export type WholeOp = Exclude<Op, Part>;

export interface Application {
  readonly name?: string;
  readonly version?: string;
  readonly instance?: string;
  readonly region?: string;
}

/** Frames that an SDK sends. */
export type ClientFrame =
  | {
      readonly t: 'hello';
      readonly proto: number;
      readonly sdk: string;
      readonly inst: string;
      readonly app: Application;
      readonly schema: number;
      readonly basis: Basis | null;
      readonly caps: readonly 'delta'[];
    }
  | {
      readonly t: 'ack';
      readonly v: number;
      readonly d8: string;
      /** Frame received until state swapped, in microseconds. */
      readonly applyUs: number;
      /** State swapped until this frame was sent, in milliseconds. */
      readonly heldMs: number;
      readonly unsupported?: readonly string[];
    }
  | { readonly t: 'nack'; readonly v: number; readonly code: NackCode }
  | { readonly t: 'hb' }
  | { readonly t: 'resync'; readonly basis: Basis | null }
  | {
      readonly t: 'report';
      readonly kind: 'breaker';
      readonly flag: string;
      readonly variation: string;
      readonly until: number;
    };

export type NackCode = 'digest' | 'too-big' | 'apply' | 'empty' | 'malformed';

export type Intent = 'none' | 'delta' | 'full';
export type IntentReason = 'current' | 'behind' | 'cold' | 'epoch' | 'ahead' | 'digest' | 'compacted' | 'large';

/** Frames that the server sends. */
export type ServerFrame =
  | {
      readonly t: 'welcome';
      readonly conn: string;
      readonly epoch: string;
      readonly head: number;
      readonly digest: string;
      readonly intent: Intent;
      readonly reason: IntentReason;
      /** Allows the SDK to apply a lower version of the same epoch. */
      readonly rebase: boolean;
      /** Mean distance of heartbeats in milliseconds. */
      readonly hb: number;
      readonly schema: number;
      readonly limits: { readonly frame: number; readonly items: number; readonly bytes: number };
      /** Present and true where the environment is not critical: values fixed in the SDK's process may act. */
      readonly overrides?: true;
    }
  | ChangeFrame
  | { readonly t: 'ops'; readonly to: number; readonly ops: readonly Op[] }
  | {
      readonly t: 'begin';
      readonly epoch: string;
      readonly v: number;
      readonly items: number;
      readonly bytes: number;
      readonly rebase?: true;
    }
  | { readonly t: 'items'; readonly items: readonly (Item | Part)[] }
  | { readonly t: 'commit'; readonly v: number; readonly digest: string; readonly empty?: true }
  | { readonly t: 'hb'; readonly v: number; readonly d8: string }
  | {
      readonly t: 'goodbye';
      readonly reason: GoodbyeReason;
      /** Leave at a random moment within these milliseconds. */
      readonly spread?: number;
    };

/** The answer of `/sdk/v1/payload` with status 200: the whole environment, or what changed since the basis. */
export type Payload =
  | {
      readonly kind: 'full';
      readonly epoch: string;
      readonly version: number;
      readonly digest: string;
      readonly items: readonly Item[];
      /** Allows the SDK to apply a lower version of the same epoch. */
      readonly rebase?: true;
      /** Present and true when no items is what is meant. */
      readonly empty?: true;
    }
  | {
      readonly kind: 'delta';
      readonly epoch: string;
      readonly from: number;
      readonly version: number;
      readonly digest: string;
      readonly ops: readonly WholeOp[];
    };

export type GoodbyeReason = 'drain' | 'age' | 'revoked' | 'slow' | 'hello' | 'protocol';

export interface ChangeFrame {
  readonly t: 'change';
  readonly from: number;
  readonly to: number;
  /** Digest of the whole item map after the change. */
  readonly digest: string;
  /** Present and true: acknowledge at once. */
  readonly urgent?: true;
  /** How many frames the change has; absent = this one. The others are `ops`, and nothing comes between. */
  readonly frames?: number;
  readonly ops: readonly Op[];
}

/** Close codes of the stream's sockets. */
export const CLOSE = {
  again: 4400,
  unauthorized: 4401,
  forbidden: 4403,
  helloTimeout: 4408,
  tooBig: 1009,
  restart: 1012,
} as const;
