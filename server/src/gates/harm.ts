import type { SketchBody } from '@glidepath/core/sdk';
import type { Gate, GateSettings } from './gate.ts';
import type { Interval, Precision } from './sequential.ts';
import { differenceWithin, meanWithin, quantileWithin, ratioWithin, type ShardSums } from './statistics.ts';

/** What was measured of a stage; without arms there is no control. */
interface Measured<T> {
  readonly treatment: T;
  readonly control: T | null;
}

/** Where the treatment stands. */
export interface Standing {
  /** Null before there is a variance. */
  readonly value: Interval | null;
  /** Difference or ratio to the control; null where nothing is compared. */
  readonly compared: Interval | null;
  readonly isHarm: boolean;
}

/** How often a rollout without any difference may be stopped by its comparisons. */
const ALPHA = 0.05;
const SMALL_SAMPLE = 500;

/** Of each comparison: what a rollout may be wrong is divided by all that it makes, in `stages` with arms. */
export function precisionOf(gates: readonly Gate[], stages: number): Precision {
  const comparisons = gates.filter((gate) => gate.role === 'guardrail' && isComparison(gate)).length * stages;
  return { alpha: ALPHA / Math.max(1, comparisons), smallSample: SMALL_SAMPLE };
}

function isComparison(gate: Gate): boolean {
  switch (gate.kind) {
    case 'error-rate':
      return gate.isCompared;
    case 'latency':
      return gate.timesControl !== null;
    case 'metric':
    case 'prometheus':
    case 'webhook':
    case 'fleet':
    case 'incident':
      return false;
  }
}

/** Harm: errors above the ceiling for certain, or more of them than the control has for certain. */
export function errorStanding(
  { treatment, control }: Measured<ShardSums>,
  { ceiling, isCompared }: GateSettings['error-rate'],
  precision: Precision,
): Standing {
  const value = meanWithin(treatment, precision);
  const compared = isCompared && control ? differenceWithin({ treatment, control }, precision) : null;
  return { value, compared, isHarm: isAbove(value, ceiling) || isAbove(compared, 0) };
}

/**
 * Harm: longer than the ceiling for certain; or longer than the control for certain, and by the limit or more as far as
 * can be measured. To be certain of the limit itself would take several times as many people.
 */
export function latencyStanding(
  { treatment, control }: Measured<readonly SketchBody[]>,
  { quantile, ceilingMs, timesControl }: GateSettings['latency'],
  precision: Precision,
): Standing {
  const value = quantileWithin(treatment, quantile, precision);
  const compared = timesControl !== null && control ? ratioWithin({ treatment, control }, quantile, precision) : null;
  const isLonger = isAbove(compared, 1) && (compared?.value ?? 0) > (timesControl ?? 0);
  return { value, compared, isHarm: isAbove(value, ceilingMs) || isLonger };
}

function isAbove(interval: Interval | null, limit: number): boolean {
  return interval !== null && interval.lower > limit;
}
