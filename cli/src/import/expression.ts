import type { Clause, Scalar } from '@glidepath/core';
import { LIMITS } from '@glidepath/core';
import { Untranslatable } from './imported.ts';

/** A condition as others write it. A clause of ours never holds for an attribute that is missing, negated or not. */
export type Expression =
  | { readonly kind: 'clause'; readonly clause: Clause }
  | { readonly kind: 'not'; readonly of: Expression }
  | { readonly kind: 'all' | 'any'; readonly of: readonly Expression[] };

type Conjunction = readonly Clause[];

export const clauseOf = (
  attribute: string,
  operator: string,
  values: readonly Scalar[],
  kind: string | null = null,
): Expression => ({ kind: 'clause', clause: { ...(kind !== null && { kind }), attribute, operator, values } });
export const inSegment = (...segments: readonly string[]): Expression => clauseOf('', 'in-segment', segments);
export const exists = (attribute: string, kind: string | null = null): Expression =>
  clauseOf(attribute, 'exists', [], kind);
export const allOf = (...of: readonly Expression[]): Expression => ({ kind: 'all', of });
export const anyOf = (...of: readonly Expression[]): Expression => ({ kind: 'any', of });
export const not = (of: Expression): Expression => ({ kind: 'not', of });
export const ALWAYS: Expression = { kind: 'all', of: [] };
export const NEVER: Expression = { kind: 'any', of: [] };

/** As many rules as one of theirs may become. */
const MOST_RULES = 50;
/** On the way there. */
const MOST_PARTS = 2_000;

/** Lists of clauses, of which any has to hold as a whole: each becomes a rule. */
export function conjunctionsOf(expression: Expression): readonly Conjunction[] {
  const found = partsOf(expression, false).map(withoutRepeats);
  const different = [...new Map(found.map((one) => [JSON.stringify(one), one])).values()];
  const kept = different.filter((one) => !different.some((other) => other !== one && isWithin(other, one)));
  if (kept.length > MOST_RULES)
    throw new Untranslatable(`its condition would take ${kept.length} rules, and ${MOST_RULES} is the most`);
  const longest = Math.max(0, ...kept.map(({ length }) => length));
  if (longest > LIMITS.clausesPerRule)
    throw new Untranslatable(`it asks for ${longest} things at once, and ${LIMITS.clausesPerRule} is the most`);
  return kept;
}

function partsOf(expression: Expression, isNegated: boolean): readonly Conjunction[] {
  switch (expression.kind) {
    case 'clause':
      return isNegated ? opposite(expression.clause) : chunks(expression.clause);
    case 'not':
      return partsOf(expression.of, !isNegated);
    case 'all':
    case 'any': {
      const parts = expression.of.map((one) => partsOf(one, isNegated));
      return (expression.kind === 'all') !== isNegated ? product(parts) : parts.flat();
    }
  }
}

function product(factors: readonly (readonly Conjunction[])[]): readonly Conjunction[] {
  return factors.reduce<readonly Conjunction[]>(
    (made, factor) => {
      if (made.length * factor.length > MOST_PARTS)
        throw new Untranslatable('its condition is too intricate for rules');
      return made.flatMap((one) => factor.map((other) => [...one, ...other]));
    },
    [[]],
  );
}

/** Whom a clause does not hold for: those whose attribute says otherwise, and those who have none. */
function opposite(clause: Clause): readonly Conjunction[] {
  const { negate, ...plain } = clause;
  const turned: Clause = negate === true ? plain : { ...plain, negate: true };
  if (clause.operator === 'exists' || clause.operator === 'in-segment') return [[turned]];
  const absent: Clause = {
    ...(clause.kind !== undefined && { kind: clause.kind }),
    attribute: clause.attribute,
    operator: 'exists',
    values: [],
    negate: true,
  };
  return [...chunks(turned), [absent]];
}

/** A clause takes so many values and no more. */
function chunks(clause: Clause): readonly Conjunction[] {
  const { values, negate } = clause;
  if (values.length <= LIMITS.valuesPerClause) return [[clause]];
  const parts: Clause[] = [];
  for (let from = 0; from < values.length; from += LIMITS.valuesPerClause)
    parts.push({ ...clause, values: values.slice(from, from + LIMITS.valuesPerClause) });
  return negate === true ? [parts] : parts.map((part) => [part]);
}

function withoutRepeats(clauses: Conjunction): Conjunction {
  return [...new Map(clauses.map((clause) => [JSON.stringify(clause), clause])).values()];
}

/** Whether all that `one` asks for is asked for by `other`, which then adds nobody. */
function isWithin(one: Conjunction, other: Conjunction): boolean {
  const asked = new Set(other.map((clause) => JSON.stringify(clause)));
  return one.length < other.length && one.every((clause) => asked.has(JSON.stringify(clause)));
}
