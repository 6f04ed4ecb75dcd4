import type { Json } from '@glidepath/core';
import type { ReadKind } from './sdk.ts';
import type { Site } from './values.ts';

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

export interface FlagRead {
  /** `variation`, `useFlag`, `Feature`, `getBooleanValue`, …; the name of a wrapper; `constant` or `text`. */
  readonly call: string;
  /**
   * What its value is: see `ReadKind`. Besides: `forward` passes on a key that the function around it was given (its calls
   * are reads of their own); `constant` is where a key is written that a read elsewhere uses; `text` is a key that stands
   * in something named after flags, and nothing shows what becomes of it.
   */
  readonly kind: ReadKind | 'forward' | 'constant' | 'text';
  /** All that it may ask for; null: it is computed. */
  readonly keys: readonly string[] | null;
  /** Why there may be others; null: there are none. */
  readonly why: string | null;
  /** What the caller wants where nothing is known. `json`: what it is, where that can be read; undefined: it is computed. */
  readonly fallback: { readonly at: Site; readonly json: Json | undefined } | null;
  /** The whole expression: a call (with the `await` before it, where it answers a promise), an element, a literal. */
  readonly at: Site;
  /** Where its key stands. */
  readonly keyAt: Site;
  readonly context: Site | null;
  /** `guard`: the function that gets the value. */
  readonly run: Site | null;
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
