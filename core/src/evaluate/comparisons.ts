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

/** Most clauses have one value, and a loop costs as much as comparing. */
function any(tests: readonly Predicate[]): Predicate {
  if (tests.length === 1) return tests[0] as Predicate;
  return (attribute) => {
    for (const test of tests) if (test(attribute)) return true;
    return false;
  };
}

/** `read` prepares a value once, when the clause is compiled; `testFor` makes its test, of whatever an attribute may be. */
export const onRead =
  <V>(read: (value: string) => V | undefined, testFor: (value: V) => Predicate): Comparison =>
  (values) =>
    any(
      values.flatMap((value) => {
        const wanted = typeof value === 'string' ? read(value) : undefined;
        return wanted === undefined ? [] : testFor(wanted);
      }),
    );

const onText = (testFor: (value: string) => Predicate) => onRead((value) => value, testFor);

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
  contains: onText((value) => (attribute) => typeof attribute === 'string' && attribute.includes(value)),
  'starts-with': onText((value) => (attribute) => typeof attribute === 'string' && attribute.startsWith(value)),
  'ends-with': onText((value) => (attribute) => typeof attribute === 'string' && attribute.endsWith(value)),
  matches: (values, { matches }) => {
    if (matches === undefined) throw new Error('there is no engine');
    return onRead(matches, (isMatch) => (attribute) => typeof attribute === 'string' && isMatch(attribute))(values, {});
  },
  'less-than': onNumbers((attribute, value) => attribute < value),
  'at-most': onNumbers((attribute, value) => attribute <= value),
  'greater-than': onNumbers((attribute, value) => attribute > value),
  'at-least': onNumbers((attribute, value) => attribute >= value),
} as const satisfies Record<string, Comparison>;

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : Number.NaN;
}
