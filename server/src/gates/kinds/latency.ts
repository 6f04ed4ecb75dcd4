import { merged, quantileOf } from '@glidepath/core/sdk';
import { boundsOf, type Finding, samplesOf, silenceOf, tooLittleOf } from '../finding.ts';
import type { Figures, Gate } from '../gate.ts';
import { latencyStanding, type Standing } from '../harm.ts';
import type { Measured, MeasuredArm } from '../measured.ts';
import type { Precision } from '../statistics.ts';
import { millisecondsOf, short } from '../words.ts';

type Latency = Extract<Gate, { kind: 'latency' }>;

/** A quantile of the durations of guarded executions. */
export function judgeLatency(
  gate: Latency,
  measured: Measured,
  { now, precision }: { readonly now: number; readonly precision: Precision },
): Finding {
  const { treatment, control } = measured;
  const standing = latencyStanding(
    { treatment: treatment.sketches, control: control?.sketches ?? null },
    gate,
    precision,
  );
  const value = standing.value?.value ?? durationOf(treatment, gate);
  const figures: Figures = {
    value,
    limit: gate.ceilingMs,
    control: control && durationOf(control, gate),
    interval: boundsOf(standing.compared ?? standing.value),
    samples: samplesOf(measured),
  };
  if (standing.isHarm) return { kind: 'fail', reason: harmOf(gate, standing, figures), figures };
  const silence = silenceOf(measured, now) ?? (value === null ? 'no durations were measured' : null);
  if (silence !== null) return { kind: 'no-data', reason: silence, figures };
  const tooLittle = tooLittleOf(measured, gate, 'executions');
  if (tooLittle !== null) return { kind: 'inconclusive', reason: tooLittle, figures };
  if (standing.value === null)
    return { kind: 'inconclusive', reason: 'too little is known of how far it varies', figures };
  if (value !== null && value > gate.ceilingMs) {
    const reason = `${nameOf(gate)} ${millisecondsOf(value)} may be chance or more than ${millisecondsOf(gate.ceilingMs)}`;
    return { kind: 'inconclusive', reason, figures };
  }
  return { kind: 'pass', figures };
}

function harmOf(gate: Latency, { value, compared }: Standing, { control }: Figures): string {
  const name = nameOf(gate);
  if (value !== null && value.lower > gate.ceilingMs)
    return `${name} ${millisecondsOf(value.value)} (${millisecondsOf(value.lower)} or more), above ${millisecondsOf(gate.ceilingMs)}`;
  const times = compared ? `${short(compared.value)} times` : 'longer than';
  const own = value ? millisecondsOf(value.value) : 'unknown';
  return `${name} ${own}, ${times} the control's ${millisecondsOf(control ?? 0)}`;
}

function nameOf({ quantile }: Latency): string {
  return `p${short(quantile * 100)}`;
}

function durationOf({ sketches }: MeasuredArm, { quantile }: Latency): number | null {
  return sketches.length === 0 ? null : quantileOf(sketches.reduce(merged), quantile);
}
