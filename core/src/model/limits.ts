/** Prerequisites and segments that lead on from one to the next, at most. */
export const REFERENCE_DEPTH = 100;

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
} as const;
