import type { Json } from './model.ts';

export type ErrorKind =
  /** No data yet from any source. */
  | 'CLIENT_NOT_READY'
  | 'FLAG_NOT_FOUND'
  /** The flag's type differs from the fallback's. */
  | 'TYPE_MISMATCH'
  | 'INVALID_CONTEXT'
  /** It refers to something absent, or its prerequisites or segments form a cycle. */
  | 'MALFORMED_FLAG'
  /** It uses an operator or a schema that this code cannot read. */
  | 'UNSUPPORTED'
  | 'CLIENT_CLOSED'
  | 'CONFIG'
  | 'INTERNAL';

export interface RolloutInfo {
  /** 0 to 99,999. */
  readonly bucket: number;
  readonly contextKind: string;
}

/** `rollout` is there when a split was reached; null when nobody could be bucketed. */
export type EvaluationReason =
  | { readonly kind: 'OFF' }
  | { readonly kind: 'KILLED' }
  | { readonly kind: 'TARGET_MATCH'; readonly contextKind: string }
  | {
      readonly kind: 'RULE_MATCH';
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly rollout?: RolloutInfo | null;
    }
  | { readonly kind: 'FALLTHROUGH'; readonly rollout?: RolloutInfo | null }
  | { readonly kind: 'PREREQUISITE_FAILED'; readonly prerequisiteKey: string }
  | { readonly kind: 'ERROR'; readonly errorKind: ErrorKind; readonly message: string };

/** What an evaluation answers. `value` is the caller's fallback and `variation` null when the reason is `ERROR`. */
export interface Resolution<T = Json> {
  readonly value: T;
  readonly variation: string | null;
  readonly variationIndex: number | null;
  /** The item's `rev`; null when there is no such flag. */
  readonly flagVersion: number | null;
  readonly reason: EvaluationReason;
}
