import type { Json, Scalar } from '../model/model.ts';
import type { Resolution } from '../model/resolution.ts';

export interface Explanation<T = Json> {
  readonly resolution: Resolution<T>;
  /** In the order of evaluation: up to the one that decided, then the rules that nobody looked at any more. */
  readonly steps: readonly ExplainedStep[];
}

/** One step of an evaluation. */
export type ExplainedStep = {
  /** `killed`, `on`, `prerequisite KEY`, `target`, `rule ID`, `fallthrough` or `error`. */
  readonly step: string;
  /** Whether what the step asks is so: the flag is on, the prerequisite is met, all clauses of the rule hold. */
  readonly matched: boolean;
  /** False when an earlier step had decided. */
  readonly evaluated: boolean;
  /** One line of plain language, with what was compared. */
  readonly why: string;
} & (
  | { readonly kind: 'killed' | 'on' | 'error' }
  | {
      readonly kind: 'prerequisite';
      readonly flag: string;
      /** Those that satisfy it. */
      readonly variations: readonly string[];
      /** What it serves. */
      readonly variation: string | null;
      /** How it came to that; empty where it was told before, or too deep down. */
      readonly steps: readonly ExplainedStep[];
    }
  | { readonly kind: 'target'; readonly contextKind: string; readonly key: string | null; readonly variation: string }
  | ({
      readonly kind: 'rule';
      readonly ruleId: string;
      readonly ruleIndex: number;
      /** Up to the first that does not hold. */
      readonly clauses: readonly ExplainedClause[];
    } & ExplainedServe)
  | ({ readonly kind: 'fallthrough' } & ExplainedServe)
);

export interface ExplainedServe {
  /** What was served; null where the step did not decide. */
  readonly variation: string | null;
  /** Absent where no split was reached; null where nobody can be bucketed. */
  readonly rollout?: ExplainedRollout | null;
}

export interface ExplainedClause {
  /** Of the context. */
  readonly kind: string;
  readonly attribute: string;
  readonly operator: string;
  readonly negate: boolean;
  /** The first few. */
  readonly values: readonly Scalar[];
  /** How many there are. */
  readonly total: number;
  /** Whether the context has no such attribute; then nothing holds but that it does not exist. */
  readonly missing: boolean;
  /** What the context has there, as text; null where it is missing or the clause is about segments. */
  readonly found: string | null;
  readonly matched: boolean;
  readonly why: string;
  /** Of a clause about segments: up to the first that holds the context. */
  readonly segments: readonly ExplainedMembership[];
}

export interface ExplainedMembership {
  readonly segment: string;
  readonly member: boolean;
  /** What decided; null where nothing says that it belongs. */
  readonly by:
    | { readonly list: 'included' | 'excluded'; readonly contextKind: string }
    | { readonly ruleId: string }
    | null;
  /** Up to the one that took it; empty where it was told before, or too deep down. */
  readonly rules: readonly ExplainedSegmentRule[];
  readonly why: string;
}

export interface ExplainedSegmentRule {
  readonly ruleId: string;
  readonly matched: boolean;
  readonly clauses: readonly ExplainedClause[];
  /** Absent where the rule takes all, or its clauses did not hold. */
  readonly rollout?: ExplainedRollout | null;
}

/** A bucket, and the range that holds it. */
export interface ExplainedRollout {
  readonly bucket: number;
  readonly contextKind: string;
  readonly attribute: string;
  readonly salt: string;
  /** Inclusive. */
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}
