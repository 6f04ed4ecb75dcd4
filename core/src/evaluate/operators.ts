import type { Scalar } from '../model/model.ts';
import { addressOf, blockOf, isInBlock } from './cidr.ts';
import { instantOf } from './instant.ts';
import type { MatchesEngine } from './re2.ts';
import { compareVersions, type Version, versionOf } from './semver.ts';

/** What evaluation cannot bring itself. */
export interface Engines {
  /** Without it, flags that use `matches` cannot be evaluated. */
  readonly matches?: MatchesEngine;
}

/** Whether one value of an attribute satisfies a clause. */
export type Predicate = (attribute: unknown) => boolean;

interface Described {
  /** Reads between attribute and values: `country` is one of `DE`, `AT`. */
  readonly label: string;
  /** What each value must be, in words; null when it takes no values. */
  readonly takes: string | null;
  readonly accepts: (value: Scalar, engines: Engines) => boolean;
}

interface ValueOperator extends Described {
  readonly on: 'value';
  /** Makes the predicate that is true when any value is satisfied; values of the wrong type never are. */
  readonly compile: (values: readonly Scalar[], engines: Engines) => Predicate;
}

/** A clause looks at an attribute's value, at whether there is one, or at segments. */
export type OperatorDefinition = ValueOperator | (Described & { readonly on: 'presence' | 'segments' });

/** Reads what it understands, else undefined. */
type Reader<T> = (value: unknown) => T | undefined;

const text: Reader<string> = (value) => (typeof value === 'string' ? value : undefined);
const number: Reader<number> = (value) => (typeof value === 'number' ? value : undefined);
const ofText =
  <T>(read: (text: string) => T | undefined): Reader<T> =>
  (value) =>
    typeof value === 'string' ? read(value) : undefined;
const version = ofText(versionOf);

/** An operator that holds when the test does for the attribute and any of the values. */
function comparing<A, V>(
  label: string,
  takes: string,
  readAttribute: Reader<A>,
  readValue: Reader<V>,
  test: (attribute: A, value: V) => boolean,
): ValueOperator {
  return {
    label,
    on: 'value',
    takes,
    accepts: (value) => readValue(value) !== undefined,
    compile(values) {
      const wanted = values.map(readValue).filter((value) => value !== undefined);
      return (attribute) => {
        const read = readAttribute(attribute);
        if (read === undefined) return false;
        for (const value of wanted) if (test(read, value)) return true;
        return false;
      };
    },
  };
}

const onText = (label: string, test: (attribute: string, value: string) => boolean) =>
  comparing(label, 'a string', text, text, test);
const onNumbers = (label: string, test: (attribute: number, value: number) => boolean) =>
  comparing(label, 'a number', number, number, test);
const onInstants = (label: string, test: (attribute: number, value: number) => boolean) =>
  comparing(label, 'an RFC 3339 time or milliseconds since 1970', instantOf, instantOf, test);
const onVersions = (label: string, test: (order: number) => boolean) =>
  comparing<Version, Version>(label, 'a version such as 2.1.0', version, version, (a, b) =>
    test(compareVersions(a, b)),
  );

/** Every operator that a clause may name. */
export const operators = {
  in: {
    label: 'is one of',
    on: 'value',
    takes: 'a string, number or boolean',
    accepts: () => true,
    compile(values) {
      if (values.length === 1) {
        const [only] = values;
        return (attribute) => attribute === only;
      }
      const wanted: ReadonlySet<unknown> = new Set(values);
      return (attribute) => wanted.has(attribute);
    },
  },
  contains: onText('contains', (attribute, value) => attribute.includes(value)),
  'starts-with': onText('starts with', (attribute, value) => attribute.startsWith(value)),
  'ends-with': onText('ends with', (attribute, value) => attribute.endsWith(value)),
  matches: {
    label: 'matches',
    on: 'value',
    takes: 'a regular expression in RE2 syntax, of at most 256 characters',
    accepts: (value, { matches }) => isPattern(value, matches),
    compile(values, { matches }) {
      if (matches === undefined) throw new Error('there is no engine for regular expressions');
      const patterns = values.filter((value) => typeof value === 'string').map(matches);
      return (attribute) => typeof attribute === 'string' && patterns.some((isMatch) => isMatch(attribute));
    },
  },
  'less-than': onNumbers('is less than', (attribute, value) => attribute < value),
  'at-most': onNumbers('is at most', (attribute, value) => attribute <= value),
  'greater-than': onNumbers('is greater than', (attribute, value) => attribute > value),
  'at-least': onNumbers('is at least', (attribute, value) => attribute >= value),
  before: onInstants('is before', (attribute, value) => attribute < value),
  after: onInstants('is after', (attribute, value) => attribute > value),
  'semver-equal': onVersions('is version', (order) => order === 0),
  'semver-less-than': onVersions('is a version before', (order) => order < 0),
  'semver-greater-than': onVersions('is a version after', (order) => order > 0),
  'semver-at-least': onVersions('is at least version', (order) => order >= 0),
  'semver-at-most': onVersions('is at most version', (order) => order <= 0),
  'in-cidr': comparing(
    'is in network',
    'a CIDR block such as 10.0.0.0/8',
    ofText(addressOf),
    ofText(blockOf),
    isInBlock,
  ),
  exists: { label: 'exists', on: 'presence', takes: null, accepts: () => false },
  'in-segment': {
    label: 'is in segment',
    on: 'segments',
    takes: 'the key of a segment',
    accepts: (value) => typeof value === 'string',
  },
} as const satisfies Record<string, OperatorDefinition>;

export type Operator = keyof typeof operators;

/** Undefined for an operator of a newer server. */
export function operatorOf(name: string): OperatorDefinition | undefined {
  return Object.hasOwn(operators, name) ? operators[name as Operator] : undefined;
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
