export type { Effect, Move, RuleRef, ServeMove, UnreachableRule } from './effect.ts';
export { effectOf } from './effect-of.ts';
export { unreachableRules } from './reachability.ts';
export { sampleContexts } from './sample.ts';
export { serveMoves } from './serve-moves.ts';
