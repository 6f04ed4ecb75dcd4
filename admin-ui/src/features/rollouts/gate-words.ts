import { grouped, listed } from '@glidepath/core/change';
import type { GateView, VerdictView } from '@glidepath/server/api-types';
import type { Status } from '../../kit/status-mark.tsx';

export type Gate = GateView['gate'];
export type VerdictKind = VerdictView['kind'] | 'none';

/** The last two never count as passing; neither does a gate that was not asked yet. */
export const VERDICT_MARKS = {
  pass: 'done',
  fail: 'failed',
  inconclusive: 'waiting',
  'no-data': 'unknown',
  'provider-error': 'attention',
  none: 'waiting',
} as const satisfies Record<VerdictKind, Status>;

// `negative`: what is rounded to zero has no sign.
const short = new Intl.NumberFormat('en', { maximumFractionDigits: 2, signDisplay: 'negative' });
const figures = new Intl.NumberFormat('en', { maximumSignificantDigits: 4, signDisplay: 'negative' });

interface Unit {
  /** A value as it is read. */
  readonly value: (value: number) => string;
  /** A difference of two values, without its sign. */
  readonly difference: (difference: number) => string;
}

const share: Unit = {
  value: (value) => `${short.format(value * 100)} %`,
  difference: (difference) => `${short.format(difference * 100)} pp`,
};
const milliseconds: Unit = { value: (ms) => `${short.format(ms)} ms`, difference: (ms) => `${short.format(ms)} ms` };
const plain: Unit = { value: (value) => figures.format(value), difference: (value) => figures.format(value) };

const UNITS = {
  'error-rate': share,
  latency: milliseconds,
  metric: plain,
  prometheus: plain,
  webhook: plain,
  fleet: share,
  incident: plain,
} as const satisfies Record<Gate['kind'], Unit>;

export function valueWords(gate: Pick<Gate, 'kind'>, value: number | null): string {
  return value === null ? '–' : UNITS[gate.kind].value(value);
}

function signed(gate: Pick<Gate, 'kind'>, difference: number): string {
  const sign = difference < 0 ? '−' : '+';
  return `${sign}${UNITS[gate.kind].difference(Math.abs(difference))}`;
}

/** What the interval of a verdict is of. */
export type Relation = 'value' | 'difference' | 'times';

export function relationOf(gate: Gate, { control }: VerdictView['figures']): Relation {
  if (control === null) return 'value';
  if (gate.kind === 'error-rate') return gate.isCompared ? 'difference' : 'value';
  return gate.kind === 'latency' && gate.timesControl !== null ? 'times' : 'value';
}

const times = (ratio: number): string => `${short.format(ratio)} ×`;

/** How far the released variation is from the control; null where there is none. */
export function differenceWords(gate: Gate, figures: VerdictView['figures']): string | null {
  const { value, control } = figures;
  if (value === null || control === null) return null;
  return relationOf(gate, figures) === 'times' && control > 0 ? times(value / control) : signed(gate, value - control);
}

/** Between what the truth lies: of the difference or ratio to the control, or of the value where nothing is compared. */
export function rangeWords(gate: Gate, figures: VerdictView['figures']): string | null {
  if (figures.interval === null) return null;
  const bound = WORDS_OF_BOUND[relationOf(gate, figures)];
  return figures.interval.map((one) => bound(gate, one)).join(' … ');
}

const WORDS_OF_BOUND = {
  value: valueWords,
  difference: signed,
  times: (_gate: Gate, ratio: number) => times(ratio),
} as const satisfies Record<Relation, (gate: Gate, bound: number) => string>;

export function samplesWords({ samples }: VerdictView['figures']): string | null {
  if (samples === null) return null;
  const released = grouped(samples.released);
  return samples.control === null ? `n = ${released}` : `n = ${released} / ${grouped(samples.control)}`;
}

/** What a gate looks at. */
export function subjectWords(gate: Gate): string {
  switch (gate.kind) {
    case 'error-rate':
      return 'errors per guarded execution';
    case 'latency':
      return `p${short.format(gate.quantile * 100)} of guarded executions`;
    case 'metric':
      return `metric ${gate.metric}`;
    case 'prometheus':
      return gate.query;
    case 'webhook':
      return gate.url;
    case 'fleet':
      return 'connected instances';
    case 'incident':
      return 'open incidents';
  }
}

/** What it must stay within. */
export function limitWords(gate: Gate): string {
  switch (gate.kind) {
    case 'error-rate':
      return `≤ ${valueWords(gate, gate.ceiling)}${gate.isCompared ? ', not above the control' : ''}`;
    case 'latency': {
      const ceiling = `≤ ${valueWords(gate, gate.ceilingMs)}`;
      return gate.timesControl === null ? ceiling : `${ceiling}, ≤ ${short.format(gate.timesControl)} × control`;
    }
    case 'metric':
    case 'prometheus':
      return `${gate.failsWhen === 'above' ? '≤' : '≥'} ${valueWords(gate, gate.threshold)}`;
    case 'webhook':
      return 'answers 2xx';
    case 'fleet':
      return `${valueWords(gate, gate.deployed)} deployed, ${valueWords(gate, gate.applied)} applied`;
    case 'incident':
      return `no ${listed(gate.severities, 'or')}`;
  }
}

/** `p95 612 ms, range 580 ms … 640 ms, limit 500 ms`: what a verdict saw, in one line. */
export function verdictWords(gate: Gate | undefined, verdict: VerdictView): string {
  const { value, limit, control } = verdict.figures;
  if (gate === undefined || value === null) return verdict.reason ?? verdict.gate;
  const range = rangeWords(gate, verdict.figures);
  const difference = differenceWords(gate, verdict.figures);
  const against = relationOf(gate, verdict.figures) === 'times' ? '' : ' to';
  return [
    `${verdict.gate} ${valueWords(gate, value)}`,
    ...(difference === null ? [] : [`${difference}${against} the control’s ${valueWords(gate, control)}`]),
    ...(range === null ? [] : [`range ${range}`]),
    ...(limit === null ? [] : [`limit ${valueWords(gate, limit)}`]),
  ].join(', ');
}
