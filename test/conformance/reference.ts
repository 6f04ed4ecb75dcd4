import type { Case, Expected } from './case.ts';
import { environmentOf } from './reference/definitions.ts';
import { evaluate } from './reference/evaluate.ts';
import { DEFINITION, type Parts } from './reference/parts.ts';
import { untagged } from './tags.ts';

/**
 * What the definition of evaluation answers for a case: an interpreter of items, written to be read beside the
 * definition, slow, and without a line of the evaluator that it judges.
 */
export function expectedOf(question: Omit<Case, 'expected'>, parts: Parts = DEFINITION): Expected {
  const { before = [], items, flagKey, context, fallback } = question;
  const environment = environmentOf(parts, before, items);
  return evaluate(parts, environment, flagKey, untagged(context), untagged(fallback));
}
