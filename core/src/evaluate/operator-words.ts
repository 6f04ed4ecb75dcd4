import type { Scalar } from '../model/model.ts';
import { blockOf } from './cidr.ts';
import type { Engines } from './comparisons.ts';
import { instantOf } from './instant.ts';
import { isOperator, type Operator } from './operators.ts';
import type { MatchesEngine } from './re2.ts';
import { versionOf } from './semver.ts';

/** What people have to know of an operator; evaluation does not. */
export interface OperatorWords {
  /** Reads between attribute and values: `country` is one of `DE`, `AT`. */
  readonly label: string;
  /** The same when the clause is negated. */
  readonly negated: string;
  /** A clause looks at an attribute's value, at whether there is one, or at segments. */
  readonly on: 'value' | 'presence' | 'segments';
  /** What each value must be, in words; null when it takes no values. */
  readonly takes: string | null;
  readonly accepts: (value: Scalar, engines: Engines) => boolean;
}

type Words = Pick<OperatorWords, 'takes' | 'accepts'>;

const text: Words = { takes: 'a string', accepts: (value) => typeof value === 'string' };
const number: Words = { takes: 'a number', accepts: (value) => typeof value === 'number' };
const instant: Words = {
  takes: 'an RFC 3339 time or milliseconds since 1970',
  accepts: (value) => Number.isFinite(instantOf(value)),
};
const version: Words = {
  takes: 'a version such as 2.1.0',
  accepts: (value) => typeof value === 'string' && versionOf(value) !== undefined,
};

const value = (label: string, negated: string, words: Words): OperatorWords => ({
  label,
  negated,
  on: 'value',
  ...words,
});

/** Every operator that a clause may name, in words. */
export const operators: Readonly<Record<Operator, OperatorWords>> = {
  in: value('is one of', 'is not one of', { takes: 'a string, number or boolean', accepts: () => true }),
  contains: value('contains', 'does not contain', text),
  'starts-with': value('starts with', 'does not start with', text),
  'ends-with': value('ends with', 'does not end with', text),
  matches: value('matches', 'does not match', {
    takes: 'a regular expression in RE2 syntax, of at most 256 characters',
    accepts: (pattern, { matches }) => isPattern(pattern, matches),
  }),
  'less-than': value('is less than', 'is not less than', number),
  'at-most': value('is at most', 'is not at most', number),
  'greater-than': value('is greater than', 'is not greater than', number),
  'at-least': value('is at least', 'is not at least', number),
  before: value('is before', 'is not before', instant),
  after: value('is after', 'is not after', instant),
  'semver-equal': value('is version', 'is not version', version),
  'semver-less-than': value('is a version before', 'is not a version before', version),
  'semver-greater-than': value('is a version after', 'is not a version after', version),
  'semver-at-least': value('is at least version', 'is not at least version', version),
  'semver-at-most': value('is at most version', 'is not at most version', version),
  'in-cidr': value('is in network', 'is not in network', {
    takes: 'a CIDR block such as 10.0.0.0/8',
    accepts: (block) => typeof block === 'string' && blockOf(block) !== undefined,
  }),
  exists: { label: 'exists', negated: 'does not exist', on: 'presence', takes: null, accepts: () => false },
  'in-segment': {
    label: 'is in segment',
    negated: 'is not in segment',
    on: 'segments',
    takes: 'the key of a segment',
    accepts: (key) => typeof key === 'string',
  },
};

/** Undefined for an operator of a newer server. */
export function operatorOf(name: string): OperatorWords | undefined {
  return isOperator(name) ? operators[name] : undefined;
}

/** Why a clause cannot have these values; `index` is null when the whole list is meant. Empty for an unknown operator. */
export function problemsOfValues(
  operator: string,
  values: readonly Scalar[],
  engines: Engines,
): readonly { readonly index: number | null; readonly detail: string }[] {
  const definition = operatorOf(operator);
  if (definition === undefined) return [];
  const { takes } = definition;
  if (takes === null) return values.length === 0 ? [] : [{ index: null, detail: `'${operator}' takes no values.` }];
  if (values.length === 0) return [{ index: null, detail: `'${operator}' needs at least one value: ${takes}.` }];
  return values.flatMap((value, index) =>
    definition.accepts(value, engines) ? [] : [{ index, detail: `${JSON.stringify(value)} is not ${takes}.` }],
  );
}

function isPattern(value: Scalar, matches: MatchesEngine | undefined): boolean {
  if (typeof value !== 'string' || matches === undefined) return false;
  try {
    matches(value);
    return true;
  } catch {
    return false;
  }
}
