import type { Clause, FlagType, Json } from '@glidepath/core';

/** What types are made of: a flag as it was read from the service, or from a file. */
export interface DeclaredFlag {
  readonly key: string;
  readonly type: FlagType;
  readonly description: string;
  readonly owner: string | null;
  readonly variations: readonly { readonly key: string; readonly value: Json }[];
  /** Null where nothing says what values must be. */
  readonly jsonSchema: Json;
  /** `2027-02-01`; null = for ever, or unknown. */
  readonly expires: string | null;
  /** Archived, or beyond its expected life: nobody should use it any more. */
  readonly isStale: boolean;
  /** What is served while it is off. */
  readonly safe: Json;
  readonly clauses: readonly Clause[];
}

export interface Declared {
  /** In the order of their keys. */
  readonly flags: readonly DeclaredFlag[];
  /** Of the rules of segments. */
  readonly segmentClauses: readonly Clause[];
}
