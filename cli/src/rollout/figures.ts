import { grouped } from '@glidepath/core/change';
import type { GateView, VerdictView } from '@glidepath/server/api-types';

type Gate = GateView['gate'];
type Figures = VerdictView['figures'];

/** Four digits, or two behind the point: enough to see on which side of a limit something is. */
const short = (value: number): string => String(Math.abs(value) >= 100 ? Math.round(value) : Number(value.toFixed(2)));

const share = (value: number): string => `${short(value * 100)} %`;
const milliseconds = (value: number): string => `${short(value)} ms`;

const UNITS = {
  'error-rate': share,
  latency: milliseconds,
  metric: short,
  prometheus: short,
  webhook: short,
  fleet: share,
  incident: short,
} as const satisfies Record<Gate['kind'], (value: number) => string>;

/** How the interval of a verdict relates to the control: bounds of the value itself, of a difference, or of a ratio. */
type Relation = 'value' | 'difference' | 'times';

function relationOf(gate: Gate, { control }: Figures): Relation {
  if (control === null) return 'value';
  if (gate.kind === 'error-rate') return gate.isCompared ? 'difference' : 'value';
  return gate.kind === 'latency' && gate.timesControl !== null ? 'times' : 'value';
}

/** Where a bound lies among the values: what is of a comparison lies around the control. */
const AROUND = {
  value: (bound) => bound,
  difference: (bound, control) => control + bound,
  times: (bound, control) => control * bound,
} as const satisfies Record<Relation, (bound: number, control: number) => number>;

/** Between which values the released variation lies in truth; null where that is not known. */
function rangeOf(gate: Gate, figures: Figures): readonly [low: number, high: number] | null {
  const { interval, control } = figures;
  if (interval === null) return null;
  const around = AROUND[relationOf(gate, figures)];
  return [around(interval[0], control ?? 0), around(interval[1], control ?? 0)];
}

/** A gate's figures as cells: released, control, range, limit, executions. */
export function cellsOf(gate: Gate, figures: Figures): readonly string[] {
  const words = (value: number | null) => (value === null ? '-' : UNITS[gate.kind](value));
  const { value, control, limit, samples } = figures;
  const range = rangeOf(gate, figures);
  const counts = samples === null ? [] : [samples.released, ...(samples.control === null ? [] : [samples.control])];
  return [
    words(value),
    words(control),
    range === null ? '-' : range.map(words).join(' … '),
    words(limit),
    counts.map(grouped).join(' / ') || '-',
  ];
}

const WIDTH = 32;

/**
 * Both arms on one scale: `○` is the control, `├──●──┤` the released variation with its interval, `│` the limit where it
 * is near enough to be seen. Null where nothing was measured.
 */
export function scaleOf(gate: Gate, figures: Figures): string | null {
  const { value, control, limit } = figures;
  if (value === null) return null;
  const [low, high] = rangeOf(gate, figures) ?? [value, value];
  const seen = [value, low, high, ...(control === null ? [] : [control])];
  const least = Math.min(...seen);
  const most = Math.max(...seen);
  const room = (most - least) * 0.15 || Math.abs(most) * 0.1 || 1;
  const [from, to] = [least - room, most + room];
  const at = (place: number): number => Math.round(((place - from) / (to - from)) * (WIDTH - 1));
  const cells = new Array<string>(WIDTH).fill('·');
  if (at(high) > at(low)) {
    cells.fill('─', at(low), at(high) + 1);
    cells[at(low)] = '├';
    cells[at(high)] = '┤';
  }
  if (limit !== null && limit >= from && limit <= to) cells[at(limit)] = '│';
  if (control !== null) cells[at(control)] = '○';
  cells[at(value)] = '●';
  return cells.join('');
}
