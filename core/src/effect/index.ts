export type { Effect, Move, RuleRef, ServeMove, UnreachableRule } from './effect.ts';
