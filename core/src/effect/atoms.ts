import { blockOf, isInBlock } from '../evaluate/cidr.ts';
import { instantOf } from '../evaluate/instant.ts';
import { type Operator, predicateOf } from '../evaluate/operators.ts';
import type { Clause, Scalar } from '../model/model.ts';

/** A set of values that satisfies a clause; a clause is the union of its atoms. */
export type Atom =
  | { readonly kind: 'scalar'; readonly value: Scalar }
  | { readonly kind: 'text'; readonly operator: string; readonly text: string }
  | Interval
  | { readonly kind: 'block'; readonly block: Block };

type Block = NonNullable<ReturnType<typeof blockOf>>;

/** All between two boundaries; null where it does not end. */
export interface Interval {
  readonly kind: 'interval';
  readonly of: Measure;
  readonly lower: Boundary | null;
  readonly upper: Boundary | null;
}

type Measure = 'number' | 'instant' | 'version';

/** A place between values: just before `at`, or just after it. */
export interface Boundary {
  readonly at: number | string;
  readonly isAfter: boolean;
}

const TEXT_OPERATORS: ReadonlySet<string> = new Set(['contains', 'starts-with', 'ends-with', 'matches']);

/** Which side of a value an operator takes. */
type Side = 'below' | 'up-to' | 'above' | 'from' | 'exactly';

const INTERVALS: Readonly<Record<string, readonly [Measure, Side]>> = {
  'less-than': ['number', 'below'],
  'at-most': ['number', 'up-to'],
  'greater-than': ['number', 'above'],
  'at-least': ['number', 'from'],
  before: ['instant', 'below'],
  after: ['instant', 'above'],
  'semver-equal': ['version', 'exactly'],
  'semver-less-than': ['version', 'below'],
  'semver-at-most': ['version', 'up-to'],
  'semver-greater-than': ['version', 'above'],
  'semver-at-least': ['version', 'from'],
};

/** Values of the wrong type satisfy nothing and have no atom. */
export function atomsOf({ operator, values }: Clause): readonly Atom[] {
  if (operator === 'in') return values.map((value) => ({ kind: 'scalar', value }));
  const interval = Object.hasOwn(INTERVALS, operator) ? INTERVALS[operator] : undefined;
  return values.flatMap((value): readonly Atom[] => {
    if (interval !== undefined) return intervalOf(...interval, value);
    if (typeof value !== 'string') return [];
    if (TEXT_OPERATORS.has(operator)) return [{ kind: 'text', operator, text: value }];
    const block = operator === 'in-cidr' ? blockOf(value) : undefined;
    return block === undefined ? [] : [{ kind: 'block', block }];
  });
}

function intervalOf(of: Measure, side: Side, value: Scalar): readonly Interval[] {
  const at = measured(of, value);
  if (at === undefined) return [];
  const before: Boundary = { at, isAfter: false };
  const after: Boundary = { at, isAfter: true };
  switch (side) {
    case 'below':
      return [{ kind: 'interval', of, lower: null, upper: before }];
    case 'up-to':
      return [{ kind: 'interval', of, lower: null, upper: after }];
    case 'above':
      return [{ kind: 'interval', of, lower: after, upper: null }];
    case 'from':
      return [{ kind: 'interval', of, lower: before, upper: null }];
    case 'exactly':
      return [{ kind: 'interval', of, lower: before, upper: after }];
  }
}

function measured(of: Measure, value: Scalar): number | string | undefined {
  switch (of) {
    case 'number':
      return typeof value === 'number' ? value : undefined;
    case 'instant': {
      const instant = instantOf(value);
      return Number.isNaN(instant) ? undefined : instant;
    }
    case 'version':
      return typeof value === 'string' && holds('semver-equal', value, value) ? value : undefined;
  }
}

/** Whether every value of the one is a value of the other; false where that is not known. */
export function isWithin(inner: Atom, outer: Atom): boolean {
  if (inner.kind === 'scalar') return outer.kind === 'scalar' && inner.value === outer.value;
  if (inner.kind === 'text') return outer.kind === 'text' && isTextWithin(inner, outer);
  if (inner.kind === 'block') return outer.kind === 'block' && isInBlock(inner.block, outer.block);
  return (
    outer.kind === 'interval' &&
    outer.of === inner.of &&
    (outer.lower === null || (inner.lower !== null && compareBoundaries(outer.lower, inner.lower) <= 0)) &&
    (outer.upper === null || (inner.upper !== null && compareBoundaries(inner.upper, outer.upper) <= 0))
  );
}

interface TextAtom {
  readonly operator: string;
  readonly text: string;
}

function isTextWithin(inner: TextAtom, outer: TextAtom): boolean {
  if (inner.operator === outer.operator && inner.text === outer.text) return true;
  if (inner.operator === 'matches') return false;
  if (outer.operator === 'contains') return inner.text.includes(outer.text);
  if (inner.operator !== outer.operator) return false;
  return inner.operator === 'starts-with' ? inner.text.startsWith(outer.text) : inner.text.endsWith(outer.text);
}

function compareBoundaries(a: Boundary, b: Boundary): number {
  return compareMeasures(a.at, b.at) || Number(a.isAfter) - Number(b.isAfter);
}

/** Of one measure: versions are text, all else is numbers. */
function compareMeasures(a: number | string, b: number | string): number {
  if (typeof a === 'number') return a - Number(b);
  if (holds('semver-less-than', a, b)) return -1;
  return holds('semver-greater-than', a, b) ? 1 : 0;
}

function holds(operator: Operator, attribute: string, value: Scalar): boolean {
  return predicateOf({ attribute: '', operator, values: [value] }, {})(attribute);
}

/** The parts of an interval between those boundaries of others that lie inside it. */
export function cutAt(interval: Interval, others: readonly Interval[]): readonly Interval[] {
  const cuts = others
    .filter(({ of }) => of === interval.of)
    .flatMap(({ lower, upper }) => [lower, upper])
    .filter((cut) => cut !== null)
    .filter((cut) => isInside(cut, interval))
    .sort(compareBoundaries)
    .filter((cut, index, all) => index === 0 || compareBoundaries(cut, all[index - 1] ?? cut) !== 0);
  const ends = [interval.lower, ...cuts, interval.upper];
  return ends.slice(1).map((upper, index) => ({ ...interval, lower: ends[index] ?? null, upper }));
}

function isInside(cut: Boundary, { lower, upper }: Interval): boolean {
  return (lower === null || compareBoundaries(lower, cut) < 0) && (upper === null || compareBoundaries(cut, upper) < 0);
}
