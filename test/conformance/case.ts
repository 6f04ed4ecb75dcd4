import type { Item } from '@glidepath/core';

/** One case of the suite, as its file holds it. The format is documented in the README beside this file. */
export interface Case {
  readonly name: string;
  /** The sentence of the definition that it shows. */
  readonly shows: string;
  /** The items of the version before, where what is kept from it matters. */
  readonly before?: readonly Item[];
  /** All items of the environment. */
  readonly items: readonly Item[];
  readonly flagKey: string;
  /** May hold tags, as all values below. */
  readonly context: unknown;
  readonly fallback: unknown;
  readonly expected: Expected;
  /** Set where the case needs what only this language has. */
  readonly host?: 'javascript';
  /** False where a question by HTTP cannot say it. */
  readonly remote?: false;
}

export interface Expected {
  readonly value: unknown;
  readonly variation: string | null;
  readonly flagVersion: number | null;
  readonly reason: ExpectedReason;
}

export interface ExpectedReason {
  readonly kind: string;
  /** Any of these, where the definition leaves it open. */
  readonly errorKind?: string | readonly string[];
  readonly contextKind?: string;
  readonly ruleId?: string;
  readonly ruleIndex?: number;
  readonly prerequisiteKey?: string;
  readonly rollout?: { readonly bucket: number; readonly contextKind: string } | null;
}

export interface CaseFile {
  readonly about: string;
  readonly cases: readonly Case[];
}
