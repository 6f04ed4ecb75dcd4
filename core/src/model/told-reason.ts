/**
 * As much of a reason as a page may know: nothing that rules hold, nobody's bucket, and no flag that pages are not told
 * of. With it stands OpenFeature's word, which tells splits and flags without rules apart: pages need no table for it.
 */
export type ToldReason = { readonly openFeature: ToldWord } & (
  | { readonly kind: 'OFF' | 'KILLED' | 'TARGET_MATCH' | 'FALLTHROUGH' }
  | { readonly kind: 'RULE_MATCH'; readonly ruleId: string; readonly ruleIndex: number }
  | { readonly kind: 'PREREQUISITE_FAILED'; readonly prerequisiteKey?: string }
);

/** OpenFeature's words for why a service served a value. */
export type ToldWord = 'STATIC' | 'DEFAULT' | 'TARGETING_MATCH' | 'SPLIT' | 'DISABLED';
