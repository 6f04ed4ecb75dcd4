export { type Dependencies, dependenciesOf, flagsBehind, type Web } from './dependencies.ts';
export type { Effect, Move, RuleRef, ServeMove, UnreachableRule } from './effect.ts';
export { describeEffects, effectsOf, type FlagEffect } from './effects.ts';
export { evaluationsMoved } from './evaluations-moved.ts';
export { unreachableRules } from './reachability.ts';
export { serveMoves } from './serve-moves.ts';
