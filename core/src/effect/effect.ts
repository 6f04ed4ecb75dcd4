import type { ContextInput } from '../model/context.ts';

/** A rule by its id, and by its place among the rules of the flag. */
export interface RuleRef {
  readonly ruleId: string;
  readonly ruleIndex: number;
}

/** A rule that decides for nobody. Advice: nothing is refused because of it. */
export interface UnreachableRule extends RuleRef {
  /** The earlier rules that leave nothing over for it, together; none where it contradicts itself. */
  readonly because: readonly RuleRef[];
  /** One sentence. */
  readonly why: string;
}

/** Contexts that get another variation than before; null stands for no variation, because of an error. */
export interface Move {
  readonly from: string | null;
  readonly to: string | null;
  readonly count: number;
  /** The first few of them. */
  readonly examples: readonly ContextInput[];
}

/** Who gains and who loses which variation of a flag. */
export interface Effect {
  readonly sampled: number;
  readonly unchanged: number;
  /** Most frequent first. */
  readonly moves: readonly Move[];
}

/** How many of those who reach a place go from one variation to another. */
export interface ServeMove {
  readonly at: 'fallthrough' | { readonly ruleId: string };
  readonly from: string;
  readonly to: string;
  /** Of 100,000. */
  readonly buckets: number;
  /** Not where the split deals people anew: then it is what chance leads one to expect. */
  readonly exact: boolean;
}
