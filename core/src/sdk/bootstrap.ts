import type { Json } from '../model/model.ts';
import type { ToldReason } from '../model/told-reason.ts';

/**
 * The values of one context, made by a server SDK for a browser: opaque to applications, safe to embed in a page or to
 * pass as a React prop.
 */
export interface BrowserBootstrap {
  readonly $glidepath: 1;
  readonly [key: string]: Json;
}

/** What a `BrowserBootstrap` holds. */
export interface BootstrapContent {
  readonly $glidepath: 1;
  /** Of the environment; null when it was made from values only. */
  readonly version: number | null;
  /** `fingerprintOf` the context that the values are for. */
  readonly context: string;
  /** By the key of the flag: key of the variation (null: there is none), `rev` of the flag, and why where that was asked for. */
  readonly flags: Readonly<
    Record<string, readonly [value: Json, variation: string | null, rev: number | null, reason?: ToldReason]>
  >;
}
