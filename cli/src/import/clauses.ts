import type { Clause, Engines, Scalar } from '@glidepath/core';
import { problemsOfValues, re2Engine } from '@glidepath/core';
import { RE2JS } from 're2js';
import { type Expression, exists, NEVER } from './expression.ts';
import { Untranslatable } from './imported.ts';

/** What the service evaluates with. */
export const engines: Engines = { matches: re2Engine(() => RE2JS) };

/** Values that a clause may hold at all. */
export const isScalar = (value: unknown): value is Scalar =>
  typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value));

/**
 * Holds where the attribute satisfies any of the values. Those that could never be satisfied, over there or here, are
 * left out: nobody matches what is no version.
 */
export function comparison(clause: Omit<Clause, 'values' | 'negate'>, values: readonly unknown[]): Expression {
  const { operator } = clause;
  const possible = values.filter(isScalar).filter((value) => isPossible(operator, value));
  return possible.length === 0 ? NEVER : { kind: 'clause', clause: { ...clause, values: possible } };
}

/** The same where a missing attribute never matches, and everything else does that satisfies none of the values. */
export function negatedComparison(clause: Omit<Clause, 'values' | 'negate'>, values: readonly unknown[]): Expression {
  const positive = comparison(clause, values);
  return positive.kind === 'clause'
    ? { kind: 'clause', clause: { ...positive.clause, negate: true } }
    : exists(clause.attribute, clause.kind ?? null);
}

function isPossible(operator: string, value: Scalar): boolean {
  const [problem] = problemsOfValues(operator, [value], engines);
  if (problem === undefined) return true;
  if (operator !== 'matches' || typeof value !== 'string') return false;
  try {
    new RegExp(value);
  } catch {
    return false;
  }
  throw new Untranslatable(
    `the regular expression /${value}/ cannot be said in RE2: no look-around, no back-references`,
  );
}
