import type { Environment } from '../environment/environment.ts';
import type { ContextInput } from '../model/context.ts';
import type { Effect, Move } from './effect.ts';

/** Contexts that a move names. */
const EXAMPLES = 3;
const NOBODY: Pick<Move, 'count' | 'examples'> = { count: 0, examples: [] };

type Evaluates = Pick<Environment, 'evaluate'>;

/** Who gets another variation of a flag in the one environment than in the other. */
export function effectOf(
  before: Evaluates,
  after: Evaluates,
  flagKey: string,
  contexts: readonly ContextInput[],
): Effect {
  const moves = new Map<string, Move>();
  let unchanged = 0;
  for (const context of contexts) {
    const from = before.evaluate(flagKey, context, null).variation;
    const to = after.evaluate(flagKey, context, null).variation;
    if (from === to) {
      unchanged += 1;
      continue;
    }
    const name = JSON.stringify([from, to]);
    const { count, examples } = moves.get(name) ?? NOBODY;
    moves.set(name, { from, to, count: count + 1, examples: count < EXAMPLES ? [...examples, context] : examples });
  }
  return {
    sampled: contexts.length,
    unchanged,
    moves: [...moves.values()].sort((a, b) => b.count - a.count),
  };
}
