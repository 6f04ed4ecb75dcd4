import { RESERVED_KEYS } from '@glidepath/core';
import { comparison, negatedComparison } from './clauses.ts';
import { allOf, anyOf, type Expression, exists, inSegment, NEVER, not } from './expression.ts';
import { Untranslatable } from './imported.ts';
import type { Attribute, Clause } from './launchdarkly-shape.ts';
import type { Translation } from './launchdarkly-translation.ts';
import { textOf, textsIn } from './reading.ts';

const OPERATORS: Readonly<Record<string, string>> = {
  in: 'in',
  startsWith: 'starts-with',
  endsWith: 'ends-with',
  contains: 'contains',
  matches: 'matches',
  lessThan: 'less-than',
  lessThanOrEqual: 'at-most',
  greaterThan: 'greater-than',
  greaterThanOrEqual: 'at-least',
  before: 'before',
  after: 'after',
  semVerEqual: 'semver-equal',
  semVerLessThan: 'semver-less-than',
  semVerGreaterThan: 'semver-greater-than',
};

/** As clauses name it: the usual kind goes without saying. */
export const kindOf = (kind: string): string | null => (kind === 'user' ? null : kind);

/** As it is referred to here; a name that begins with a slash is a path of one step. */
export function referenceOf({ path }: Attribute): string {
  const [name = ''] = path;
  if (path.length === 0 || path.some((step) => RESERVED_KEYS.has(step)))
    throw new Untranslatable('it refers to an attribute in no way that can be read');
  if (path.length === 1 && !name.startsWith('/')) return name;
  return path.map((step) => `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** What a clause asks for. */
export function conditionOf(all: Translation, clause: Clause, environment: string): Expression {
  const { attribute, isNegated, values } = clause;
  if (clause.operator === 'segmentMatch') return segmentCondition(all, clause, environment);
  const operator = OPERATORS[clause.operator];
  if (operator === undefined) throw new Untranslatable(`there is no operator like ${clause.operator} here`);
  const name = referenceOf(attribute);
  if (name === 'kind') return kindCondition(clause);
  const possible = operator.startsWith('semver') ? values.filter((value) => !textOf(value).startsWith('v')) : values;
  const compared = { ...(kindOf(attribute.kind) !== null && { kind: attribute.kind }), attribute: name, operator };
  const condition = isNegated ? negatedComparison(compared, possible) : comparison(compared, possible);
  // There, whoever is not said to be anonymous is not, and that can be asked.
  const isOfAll = name === 'anonymous' && operator === 'in' && values.includes(false) !== isNegated;
  const isUnsaid = allOf(exists('kind', kindOf(attribute.kind)), not(exists(name, kindOf(attribute.kind))));
  return isOfAll ? anyOf(condition, isUnsaid) : condition;
}

/** There, the kind is whichever kinds a context has. */
function kindCondition({ operator, values, isNegated }: Clause): Expression {
  if (operator !== 'in')
    throw new Untranslatable(`the kind of a context can only be compared by "in", not by ${operator}`);
  const any = anyOf(...textsIn(values).map((kind) => exists('kind', kindOf(kind))));
  return isNegated ? not(any) : any;
}

function segmentCondition(all: Translation, { values, isNegated }: Clause, environment: string): Expression {
  const known = all.project.environments.get(environment)?.segments ?? [];
  const named = textsIn(values).filter((key) => known.some((one) => one.key === key));
  const failed = named.find((key) => all.failed.get(environment)?.has(key));
  if (failed !== undefined) throw new Untranslatable(`segment ${failed} cannot be said here`);
  // What is not there has nobody in it.
  const any = named.length === 0 ? NEVER : inSegment(...named.map(all.segmentKey));
  return isNegated ? not(any) : any;
}
