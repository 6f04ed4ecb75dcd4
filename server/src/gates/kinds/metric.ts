import { boundsOf, type Finding, samplesOf, silenceOf, tooLittleOf } from '../finding.ts';
import type { Figures, Gate } from '../gate.ts';
import type { Measured, MeasuredArm } from '../measured.ts';
import { type Interval, meanWithin, type Precision } from '../statistics.ts';
import { isBeyond } from '../threshold.ts';
import { short } from '../words.ts';

type Metric = Extract<Gate, { kind: 'metric' }>;

/** A number of the application: `measured` is of its values, or of guarded executions with its sum. */
export function judgeMetric(
  gate: Metric,
  measured: Measured,
  { now, precision }: { readonly now: number; readonly precision: Precision },
): Finding {
  const within = meanWithin(measured.treatment.shards, precision);
  const value = within?.value ?? meanOf(measured.treatment);
  const figures: Figures = {
    value,
    limit: gate.threshold,
    control: measured.control && meanOf(measured.control),
    interval: boundsOf(within),
    samples: samplesOf(measured),
  };
  if (within !== null && isBeyond(gate, nearestOf(gate, within))) {
    const reason = `${gate.metric} is ${short(within.value)} (${short(within.lower)} to ${short(within.upper)}), ${gate.failsWhen} ${gate.threshold}`;
    return { kind: 'fail', reason, figures };
  }
  const silence = silenceOf(measured, now);
  if (silence !== null) return { kind: 'no-data', reason: silence, figures };
  const tooLittle = tooLittleOf(measured, gate, gate.per === 'value' ? 'values' : 'executions');
  if (tooLittle !== null) return { kind: 'inconclusive', reason: tooLittle, figures };
  if (within === null || value === null)
    return { kind: 'inconclusive', reason: 'too little is known of how far it varies', figures };
  if (isBeyond(gate, value)) {
    const reason = `${gate.metric} ${short(value)} may be chance or ${gate.failsWhen} ${gate.threshold}`;
    return { kind: 'inconclusive', reason, figures };
  }
  return { kind: 'pass', figures };
}

/** The bound that lies beyond the threshold only where all of the interval does. */
function nearestOf({ failsWhen }: Metric, { lower, upper }: Interval): number {
  return failsWhen === 'above' ? lower : upper;
}

function meanOf({ n, sum }: MeasuredArm): number | null {
  return n === 0 ? null : sum / n;
}
