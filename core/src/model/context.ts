import type { Json } from './model.ts';

/** Who or what a flag is evaluated for. Nothing about it is trusted. */
export type Context = SingleContext | MultiContext;

/** What a caller may pass: `null` and `undefined` stand for a keyless `user` without attributes. */
export type ContextInput = Context | null | undefined;

/** What an attribute may hold: JSON, or a date, which counts as milliseconds since epoch; anything else is absent. */
export type AttributeValue = Json | { getTime(): number } | undefined;

export interface KindContext {
  /** Identity of this kind: a non-empty string or a finite number; absent or null = keyless. */
  readonly key?: string | number | null;
  readonly anonymous?: boolean;
  readonly [attribute: string]: unknown;
}

/** `{ key: 'u1', plan: 'pro' }`, of kind `user` unless it names another. */
export interface SingleContext extends KindContext {
  readonly kind?: string;
}

/** One context per kind: `{ user: { … }, org: { … } }`. */
export interface MultiContext {
  readonly kind?: 'multi';
  readonly [kind: string]: KindContext | 'multi' | undefined;
}
