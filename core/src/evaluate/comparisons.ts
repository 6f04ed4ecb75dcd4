import type { Scalar } from '../model/model.ts';
import type { MatchesEngine } from './re2.ts';

/** What evaluation cannot bring itself. */
export interface Engines {
  /** Without it, flags that use `matches` cannot be evaluated. */
  readonly matches?: MatchesEngine;
}

/** Whether one value of an attribute satisfies a clause. */
export type Predicate = (attribute: unknown) => boolean;

/** Makes the predicate that is true when any of the values is satisfied; those of the wrong type never are. */
export type Comparison = (values: readonly Scalar[], engines: Engines) => Predicate;

/** `read` prepares a value once, when the clause is compiled. */
export const onRead =
  <V>(read: (value: string) => V | undefined, test: (attribute: string, value: V) => boolean): Comparison =>
  (values) => {
    const wanted = values.map((value) => (typeof value === 'string' ? read(value) : undefined)).filter(isDefined);
    const [only] = wanted;
    // Most clauses have one value, and a loop costs as much as comparing.
    if (only !== undefined && wanted.length === 1)
      return (attribute) => typeof attribute === 'string' && test(attribute, only);
    return (attribute) => {
      if (typeof attribute === 'string') for (const value of wanted) if (test(attribute, value)) return true;
      return false;
    };
  };

const onText = (test: (attribute: string, value: string) => boolean) => onRead((value) => value, test);

/** Nothing is less, greater or equal to NaN, which stands for what cannot be read. */
export const onNumbers =
  (test: (attribute: number, value: number) => boolean, read = numberOf): Comparison =>
  (values) => {
    const wanted = values.map(read);
    return (attribute) => {
      const number = read(attribute);
      for (const value of wanted) if (test(number, value)) return true;
      return false;
    };
  };

/** The operators that compare what JSON itself knows; a regular expression is the engine's affair. */
export const comparisons = {
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
} as const satisfies Record<string, Comparison>;

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : Number.NaN;
}

function isDefined<T>(value: T | undefined): value is T {
  return value !== undefined;
}
