import type { ArmPlace } from '../environment/arms.ts';
import type { SketchBody } from '../health/sketch.ts';

/** What a report brings of how flags are doing. */
export interface HealthPart {
  readonly health: readonly WireHealth[];
  readonly metrics: readonly WireMetric[];
  /** Event, the flag whose variation was read before, how often, and the sum of the values. */
  readonly track: readonly WireTrack[];
}

/** Whose numbers these are; arm and stage are there for who is measured. */
export interface WireSeries extends Partial<ArmPlace> {
  readonly flag: string;
  readonly fv: number | null;
  readonly rule?: string;
  readonly var: string;
}

export interface WireHealth extends WireSeries {
  readonly op: string;
  readonly n: number;
  readonly err: number;
  readonly kinds?: Readonly<Record<string, number>>;
  /** One sketch for each group of four shards; outside of arms a single one. */
  readonly lat?: readonly SketchBody[];
  readonly shards?: {
    readonly n: readonly number[];
    readonly err: readonly number[];
    /** Those whom this process had not seen before in the stage; absent while there were none. */
    readonly people?: readonly number[];
  };
}

/** By shard in an arm, else of all. */
export interface WireMetric extends WireSeries {
  readonly name: string;
  readonly n: number | readonly number[];
  readonly sum: number | readonly number[];
  readonly sumsq?: readonly number[];
}

export type WireTrack = readonly [event: string, variations: Readonly<Record<string, string>>, n: number, sum: number];
