import type { Clause, Scalar } from '../model/model.ts';
import { addressOf, blockOf, isInBlock } from './cidr.ts';
import { unsupported } from './fault.ts';
import { instantOf } from './instant.ts';
import type { MatchesEngine } from './re2.ts';
import { orderOf, versionOf } from './semver.ts';

/** What evaluation cannot bring itself. */
export interface Engines {
  /** Without it, flags that use `matches` cannot be evaluated. */
  readonly matches?: MatchesEngine;
}

/** Whether one value of an attribute satisfies a clause. */
export type Predicate = (attribute: unknown) => boolean;

/** Makes the predicate that is true when any of the values is satisfied; those of the wrong type never are. */
type Comparison = (values: readonly Scalar[], engines: Engines) => Predicate;

/** `read` prepares a value once, when the clause is compiled. */
const onRead =
  <V>(read: (value: string) => V | undefined, test: (attribute: string, value: V) => boolean): Comparison =>
  (values) => {
    const wanted = values.map((value) => (typeof value === 'string' ? read(value) : undefined)).filter(isDefined);
    return (attribute) => {
      if (typeof attribute === 'string') for (const value of wanted) if (test(attribute, value)) return true;
      return false;
    };
  };

const onText = (test: (attribute: string, value: string) => boolean) => onRead((value) => value, test);
const onVersions = (test: (order: number) => boolean) =>
  onRead(versionOf, (attribute, version) => test(orderOf(attribute, version)));

/** Nothing is less, greater or equal to NaN, which stands for what cannot be read. */
const onNumbers =
  (test: (attribute: number, value: number) => boolean, read = numberOf): Comparison =>
  (values) => {
    const wanted = values.map(read);
    return (attribute) => {
      const number = read(attribute);
      for (const value of wanted) if (test(number, value)) return true;
      return false;
    };
  };

/** Every operator that compares an attribute with values. */
const comparisons = {
  in: (values) => {
    const wanted: ReadonlySet<unknown> = new Set(values);
    return (attribute) => wanted.has(attribute);
  },
  contains: onText((attribute, value) => attribute.includes(value)),
  'starts-with': onText((attribute, value) => attribute.startsWith(value)),
  'ends-with': onText((attribute, value) => attribute.endsWith(value)),
  matches: (values, { matches }) => {
    if (matches === undefined) throw new Error('there is no engine for regular expressions');
    return onRead(matches, (attribute, isMatch) => isMatch(attribute))(values, {});
  },
  'less-than': onNumbers((attribute, value) => attribute < value),
  'at-most': onNumbers((attribute, value) => attribute <= value),
  'greater-than': onNumbers((attribute, value) => attribute > value),
  'at-least': onNumbers((attribute, value) => attribute >= value),
  before: onNumbers((attribute, value) => attribute < value, instantOf),
  after: onNumbers((attribute, value) => attribute > value, instantOf),
  'semver-equal': onVersions((order) => order === 0),
  'semver-less-than': onVersions((order) => order < 0),
  'semver-greater-than': onVersions((order) => order > 0),
  'semver-at-least': onVersions((order) => order >= 0),
  'semver-at-most': onVersions((order) => order <= 0),
  'in-cidr': onRead(blockOf, (attribute, block) => isInBlock(addressOf(attribute), block)),
} as const satisfies Record<string, Comparison>;

/** Every operator that a clause may name: two ask for something else than how a value compares. */
export type Operator = keyof typeof comparisons | 'exists' | 'in-segment';

/** Whether this code knows the operator; a newer server may know more. */
export function isOperator(name: string): name is Operator {
  return Object.hasOwn(comparisons, name) || name === 'exists' || name === 'in-segment';
}

/** Throws a `Fault` for what this code cannot read. */
export function predicateOf({ operator, values }: Clause, engines: Engines): Predicate {
  try {
    return comparisons[operator as keyof typeof comparisons](values, engines);
  } catch (error) {
    // Nothing but a pattern that the engine refuses, or no engine.
    throw unsupported(`'${operator}' cannot be compiled: ${error instanceof Error ? error.message : ''}`);
  }
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : Number.NaN;
}

function isDefined<T>(value: T | undefined): value is T {
  return value !== undefined;
}
