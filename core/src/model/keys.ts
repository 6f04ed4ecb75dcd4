/** Buckets of 0.001 % each. */
export const BUCKETS = 100_000;

/** Keys of flags, segments, projects and environments. */
export const KEY_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/** Names that objects inherit, refused as keys everywhere. */
export const RESERVED_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** Kinds of contexts: `kind` itself is none. */
export const KIND_PATTERN = /^[a-zA-Z0-9._-]{1,64}$/;
