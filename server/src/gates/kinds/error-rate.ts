import { boundsOf, type Finding, samplesOf, silenceOf, tooLittleOf } from '../finding.ts';
import type { Figures, Gate } from '../gate.ts';
import { errorStanding, type Standing } from '../harm.ts';
import type { Measured, MeasuredArm } from '../measured.ts';
import type { Precision } from '../statistics.ts';
import { errorsWithoutArms } from '../without-arms.ts';
import { percentOf, short } from '../words.ts';

type ErrorRate = Extract<Gate, { kind: 'error-rate' }>;

/** A rate says something after so many errors, or once so many shards have seen anything at all. */
const ENOUGH_ERRORS = 100;
const ENOUGH_SHARDS = 20;

/** Errors per guarded execution. */
export function judgeErrorRate(
  gate: ErrorRate,
  measured: Measured,
  { now, precision }: { readonly now: number; readonly precision: Precision },
): Finding {
  const { treatment, control, groups } = measured;
  const standing =
    groups === 'time'
      ? errorsWithoutArms(treatment.shards, gate.ceiling, precision)
      : errorStanding({ treatment: treatment.shards, control: control?.shards ?? null }, gate, precision);
  const value = standing.value?.value ?? rateOf(treatment);
  const figures: Figures = {
    value,
    limit: gate.ceiling,
    control: control && rateOf(control),
    interval: boundsOf(standing.compared ?? standing.value),
    samples: samplesOf(measured),
  };
  if (standing.isHarm) return { kind: 'fail', reason: harmOf(gate, standing, figures), figures };
  const silence = silenceOf(measured, now);
  if (silence !== null) return { kind: 'no-data', reason: silence, figures };
  const tooLittle = tooLittleOf(measured, gate, 'executions') ?? tooFewErrors(measured);
  if (tooLittle !== null) return { kind: 'inconclusive', reason: tooLittle, figures };
  if (standing.value === null)
    return { kind: 'inconclusive', reason: 'too little is known of how far it varies', figures };
  if (value !== null && value > gate.ceiling)
    return {
      kind: 'inconclusive',
      reason: `${percentOf(value)} may be chance or more than ${percentOf(gate.ceiling)}`,
      figures,
    };
  return { kind: 'pass', figures };
}

function harmOf({ ceiling }: ErrorRate, { value, compared }: Standing, { control }: Figures): string {
  const rate = value ? percentOf(value.value) : 'more';
  if (value !== null && value.lower > ceiling)
    return `${rate} of executions failed (${percentOf(value.lower)} to ${percentOf(value.upper)}), more than ${percentOf(ceiling)}`;
  const points = compared ? `${short(compared.lower * 100)} to ${short(compared.upper * 100)}` : 'some';
  return `${rate} of executions failed, ${percentOf(control ?? 0)} of the control's: ${points} percentage points more`;
}

/** Batches of time fill by themselves: how long everybody is watched is said by the bake. */
function tooFewErrors({ treatment, control, groups }: Measured): string | null {
  if (groups === 'time') return null;
  const isEnough = ({ sum, shards }: MeasuredArm): boolean =>
    sum >= ENOUGH_ERRORS || shards.n.filter((n) => n > 0).length >= ENOUGH_SHARDS;
  return isEnough(treatment) && (control === null || isEnough(control))
    ? null
    : 'too few people: they fill fewer than 20 of 32 groups';
}

function rateOf({ n, sum }: MeasuredArm): number | null {
  return n === 0 ? null : sum / n;
}
