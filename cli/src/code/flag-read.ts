import type * as t from '@babel/types';
import type { Json } from '@glidepath/core';
import type { ReadKind } from './sdk.ts';

/** A function of the code's own that passes a key on: `isEnabled('new-checkout', user, false)`. */
export interface WrapperSetting {
  /** `isEnabled`, `flags.isEnabled`, or the name of a component. */
  readonly name: string;
  /** Position of the key from 0, or the name of the attribute; 0 if absent. */
  readonly key?: number | string;
  readonly fallback?: number | string;
}

export interface ReadOptions {
  readonly wrappers: readonly WrapperSetting[];
  /** Keys of the project's flags; null where they are not known. */
  readonly known: ReadonlySet<string> | null;
}

/** A place in the code, by which it is found again in another tree of the same text. */
export interface Spot {
  readonly file: string;
  readonly type: t.Node['type'];
  readonly start: number;
  readonly end: number;
}

/** `P`: a place. */
export interface FlagRead<P = Spot> {
  /** `variation`, `useFlag`, `Feature`, `getBooleanValue`, …; the name of a wrapper; `constant`, `type` or `text`. */
  readonly call: string;
  /**
   * What its value is: see `ReadKind`. Besides: `forward` passes on a key that the function around it was given (its calls
   * are reads of their own); `constant` is where a key is written that a read elsewhere uses, or names a member of a type
   * that lists the flags; `text` is a key that stands
   * in something named after flags, and nothing shows what becomes of it.
   */
  readonly kind: ReadKind | 'forward' | 'constant' | 'text';
  /** All that it may ask for; null: it is computed. */
  readonly keys: readonly string[] | null;
  /** Why there may be others; null: there are none. */
  readonly why: string | null;
  /** What the caller wants where nothing is known. `json`: what it is, where that can be read; undefined: it is computed. */
  readonly fallback: { readonly at: P; readonly json: Json | undefined } | null;
  /** The whole expression: a call (with the `await` before it, where it answers a promise), an element, a literal. */
  readonly at: P;
  /** Where its key stands. */
  readonly keyAt: P;
  /** What is known of a key that is put together, in order; '' stands for what is not; null: nothing is. */
  readonly parts: readonly string[] | null;
  readonly context: P | null;
  /** `guard`: the function that gets the value. */
  readonly run: P | null;
  /**
   * Whether it has one key and its value may take its place: of `value` the value, of `detail` an object with `value`, of
   * `run` the function called with it, of `element` its children or what it shows otherwise.
   */
  readonly isReplaceable: boolean;
  /** From 1; of the key. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
}
