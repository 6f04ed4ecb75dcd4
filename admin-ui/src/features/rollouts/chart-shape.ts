import type { VerdictView } from '@glidepath/server/api-types';
import { type Gate, type Relation, relationOf } from './gate-words.ts';

/** A course in a box of `WIDTH` × `HEIGHT`, y downwards. */
export const WIDTH = 600;
export const HEIGHT = 160;

/** What is drawn of a gate's course: paths, and the values at the box's edges. */
export interface ChartShape {
  readonly released: string;
  /** Closed: between the bounds of what the value may be in truth. */
  readonly band: string;
  readonly control: string;
  readonly limit: string;
  readonly least: number;
  readonly most: number;
  /** Milliseconds since epoch. */
  readonly from: number;
  readonly to: number;
}

interface Point {
  readonly at: number;
  readonly value: number | null;
  readonly control: number | null;
  readonly limit: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** Null where nothing was measured. */
export function chartShapeOf(gate: Gate, verdicts: readonly VerdictView[]): ChartShape | null {
  const points = verdicts.map((verdict) => pointOf(gate, verdict)).filter(({ value }) => value !== null);
  const [first] = points;
  const last = points.at(-1);
  if (!first || !last) return null;
  const values = points
    .flatMap(({ value, control, limit, low, high }) => [value, control, limit, low, high])
    .filter((value) => value !== null);
  const { least, most } = roomOf(values);
  const x = ({ at }: Point) => (last.at === first.at ? WIDTH / 2 : ((at - first.at) / (last.at - first.at)) * WIDTH);
  const y = (value: number) => HEIGHT - ((value - least) / (most - least)) * HEIGHT;
  const line = (of: (point: Point) => number | null) =>
    pathOf(points.map((point) => ({ x: x(point), y: mapped(of(point), y) })));
  return {
    released: line(({ value }) => value),
    control: line(({ control }) => control),
    limit: line(({ limit }) => limit),
    band: bandOf(points, x, y),
    least,
    most,
    from: first.at,
    to: last.at,
  };
}

function pointOf(gate: Gate, { at, figures }: VerdictView): Point {
  const { value, control, limit, interval } = figures;
  const around = AROUND[relationOf(gate, figures)];
  const [low, high] = interval === null ? [null, null] : interval.map((bound) => around(bound, control ?? 0));
  return { at: Date.parse(at), value, control, limit, low: low ?? null, high: high ?? null };
}

/** Where a bound lies among the values: what is of a comparison lies around the control. */
const AROUND = {
  value: (bound) => bound,
  difference: (bound, control) => control + bound,
  times: (bound, control) => control * bound,
} as const satisfies Record<Relation, (bound: number, control: number) => number>;

/** Some room above and below, so that no line runs along the edge; never empty. */
function roomOf(values: readonly number[]): { readonly least: number; readonly most: number } {
  const least = Math.min(...values);
  const most = Math.max(...values);
  const room = most > least ? (most - least) * 0.08 : Math.abs(most) * 0.1 || 1;
  // Below zero there is nothing, unless something was measured there.
  return { least: least >= 0 ? Math.max(0, least - room) : least - room, most: most + room };
}

function mapped(value: number | null, to: (value: number) => number): number | null {
  return value === null ? null : to(value);
}

interface Place {
  readonly x: number;
  readonly y: number | null;
}

/** How far to both sides of it a single value is drawn: a line without a length is not seen. */
const ALONE = 6;

/** Moves to where data begin and draws on while they last. */
function pathOf(places: readonly Place[]): string {
  const parts: string[] = [];
  for (const [index, { x, y }] of places.entries()) {
    if (y === null) continue;
    const hasBefore = isKnown(places[index - 1]);
    if (hasBefore) parts.push(point('L', x, y));
    else if (isKnown(places[index + 1])) parts.push(point('M', x, y));
    else parts.push(point('M', Math.max(0, x - ALONE), y), point('L', Math.min(WIDTH, x + ALONE), y));
  }
  return parts.join('');
}

const isKnown = (place: Place | undefined): boolean => place !== undefined && place.y !== null;
const point = (to: 'M' | 'L', x: number, y: number): string => `${to}${x.toFixed(1)} ${y.toFixed(1)}`;

function bandOf(points: readonly Point[], x: (point: Point) => number, y: (value: number) => number): string {
  const known = points.flatMap((point) =>
    point.low === null || point.high === null ? [] : [{ x: x(point), low: y(point.low), high: y(point.high) }],
  );
  if (known.length < 2) return '';
  const there = known.map((place) => `${place.x.toFixed(1)} ${place.high.toFixed(1)}`);
  const back = known.toReversed().map((place) => `${place.x.toFixed(1)} ${place.low.toFixed(1)}`);
  return `M${[...there, ...back].join('L')}Z`;
}
