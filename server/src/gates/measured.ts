import { merged as mergedSketch, SHARDS, type SketchBody } from '@glidepath/core/sdk';
import type { HealthEntry, HealthPoint, HealthSums } from '../store/health.ts';
import { mergedSums } from '../store/health-sums.ts';
import type { ShardSums } from './statistics.ts';

/** What was measured of those who have one variation. */
export interface MeasuredArm {
  /** Executions, or values. */
  readonly n: number;
  /** Their errors, or the sum of the values. */
  readonly sum: number;
  readonly shards: ShardSums;
  /** By shard; empty where no application counts people. */
  readonly people: readonly number[];
  /** Durations in eight groups, or none. */
  readonly sketches: readonly SketchBody[];
}

/** What was measured in the stage in force. */
export interface Measured {
  readonly treatment: MeasuredArm;
  /** Null where nobody is compared: then only absolute limits hold. */
  readonly control: MeasuredArm | null;
  /** What stands side by side in `shards` and `sketches`: groups of people, or batches of time. */
  readonly groups: 'people' | 'time';
  /** When something was reported last, milliseconds since epoch; null before. */
  readonly heardAt: number | null;
}

const GROUPS = 8;
const EMPTY: SketchBody = { g: 2, o: 0, c: [] };
const NOTHING: HealthSums = {
  n: 0,
  sum: 0,
  sumOfSquares: 0,
  shards: { n: [], sum: [], sumOfSquares: [], people: [] },
  latency: [],
  errorKinds: {},
};

interface Variations {
  readonly variation: string;
  readonly control: string;
}

/** Of a stage with arms: each as its shards have seen it; `isCompared` false where everybody has the released variation. */
export function measuredInArms(
  entries: readonly HealthEntry[],
  { variation, control }: Variations,
  isCompared = true,
): Measured {
  const ofArm = (arm: string, served: string): readonly HealthEntry[] =>
    entries.filter(({ key }) => key.arm === arm && key.variation === served);
  const treatment = ofArm('t', variation);
  const compared = isCompared ? ofArm('c', control) : null;
  const heard = [treatment, ...(compared === null ? [] : [compared])].map(
    (arm) => lastOf(arm.map(({ heardAt }) => ({ at: heardAt }))) ?? 0,
  );
  return {
    treatment: armOf(treatment),
    control: compared && armOf(compared),
    groups: 'people',
    heardAt: Math.min(...heard),
  };
}

/**
 * Of a stage without arms: in batches of time instead of shards, so that what people do at one moment counts for less
 * than as many independent executions (batch means).
 */
export function measuredOverTime(
  points: readonly HealthPoint[],
  { variation }: Pick<Variations, 'variation'>,
  { from, to }: { readonly from: number; readonly to: number },
): Measured {
  const ofVariation = points.filter(({ key }) => key.variation === variation);
  const batchesOf = (size: number): readonly HealthSums[] => {
    const batches = new Array<HealthSums>(size).fill(NOTHING);
    for (const { at, sums } of ofVariation) {
      const batch = Math.max(0, Math.min(size - 1, Math.floor(((at - from) * size) / (to - from))));
      batches[batch] = mergedSums(batches[batch] ?? NOTHING, sums);
    }
    return batches;
  };
  const batches = batchesOf(SHARDS);
  const { n, sum } = batches.reduce(mergedSums, NOTHING);
  const sketches = batchesOf(GROUPS).map(({ latency }) => latency.reduce(mergedSketch, EMPTY));
  const shards = { n: batches.map((batch) => batch.n), sum: batches.map((batch) => batch.sum) };
  const treatment = { n, sum, shards, people: [], sketches: sketches.some(({ c }) => c.length > 0) ? sketches : [] };
  return { treatment, control: null, groups: 'time', heardAt: lastOf(ofVariation) };
}

/** Values of one thing per execution of another: the shards of both are those of the same people. */
export function perExecution(values: Measured, executions: Measured): Measured {
  const ratio = (value: MeasuredArm, guard: MeasuredArm): MeasuredArm => ({
    ...guard,
    sum: value.sum,
    shards: { n: guard.shards.n, sum: value.shards.sum },
    sketches: [],
  });
  const { control } = executions;
  return {
    treatment: ratio(values.treatment, executions.treatment),
    control: control && values.control && ratio(values.control, control),
    groups: executions.groups,
    heardAt: executions.heardAt,
  };
}

function armOf(entries: readonly HealthEntry[]): MeasuredArm {
  const { n, sum, shards, latency } = entries.map(({ sums }) => sums).reduce(mergedSums, NOTHING);
  return {
    n,
    sum,
    shards: { n: filled(shards.n), sum: filled(shards.sum) },
    people: shards.people,
    sketches: latency,
  };
}

function filled(shards: readonly number[]): readonly number[] {
  return shards.length > 0 ? shards : new Array<number>(SHARDS).fill(0);
}

function lastOf(points: readonly { readonly at: number }[]): number | null {
  return points.reduce<number | null>((last, { at }) => (last !== null && last > at ? last : at), null);
}
