/** Buckets of 0.001 % each. */
export const BUCKETS = 100_000;

/** Keys of flags, segments, projects and environments. */
export const KEY_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/** Names that objects inherit, refused as keys everywhere. */
export const RESERVED_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** Kinds of contexts: `kind` itself is none. */
export const KIND_PATTERN = /^[a-zA-Z0-9._-]{1,64}$/;

/** The limits of what may be saved and sent. */
export const LIMITS = {
  frameBytes: 256 * 1024,
  partBytes: 128 * 1024,
  flagItemBytes: 64 * 1024,
  segmentKeys: 100_000,
  segmentItemBytes: 4 * 1024 * 1024,
  payloadBytes: 16 * 1024 * 1024,
  payloadItems: 20_000,
  rulesPerFlag: 200,
  clausesPerRule: 20,
  valuesPerClause: 1_000,
  variations: 100,
  variationValueBytes: 32 * 1024,
  variationValueDepth: 20,
  metadataEntries: 10,
  metadataBytes: 1024,
  /** Prerequisites and segments that lead on from one to the next. */
  referenceDepth: 100,
} as const;
