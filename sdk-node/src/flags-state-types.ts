import type { BrowserBootstrap } from '@glidepath/core/sdk';
import type { ContextInput, RegisteredFlags } from './types.ts';

export interface AllFlagsOptions {
  /** Default true: only flags that browsers may receive. */
  readonly browserOnly?: boolean;
  /** Default false: whether to say why each flag answers what it does. */
  readonly withReasons?: boolean;
}

/** What every flag answers for one context; counts nothing. */
export interface FlagsState<F extends object = RegisteredFlags> {
  readonly values: Readonly<Partial<F>>;
  readonly environmentVersion: number | null;
  /** For `bootstrap` of the browser's client; safe to pass as a React prop. */
  toJSON(): BrowserBootstrap;
  /** The same in `<script type="application/json" id="glidepath-state">`, safe to embed in a page. */
  toScriptTag(options?: { readonly id?: string; readonly nonce?: string }): string;
}

export interface FlagsStateClient<F extends object = RegisteredFlags> {
  /** Values for one context, ready to hand to a browser. */
  allFlagsState(context: ContextInput, options?: AllFlagsOptions): FlagsState<F>;
}
