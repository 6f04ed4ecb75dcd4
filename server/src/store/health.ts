import type { SketchBody } from '@glidepath/core/sdk';

/** Whose numbers: what SDKs measured of one flag's variation, by arm and stage where a rollout is measured. */
export interface HealthSeriesKey {
  /** Id of the environment document. */
  readonly environment: string;
  readonly flag: string;
  /** The `rev` of the flag that was evaluated. */
  readonly flagVersion: number;
  readonly variation: string;
  /** '' outside of arms. */
  readonly arm: 't' | 'c' | '';
  /** -1 outside of arms. */
  readonly stage: number;
  /** `guard`: executions and their errors; `metric`: values; `track`: events that followed. */
  readonly kind: 'guard' | 'metric' | 'track';
  /** Name of the operation, metric or event. */
  readonly name: string;
}

/** Sums that merge by adding. Arrays are by shard (32), or empty outside of arms. */
export interface HealthSums {
  readonly n: number;
  /** Errors of executions; the sum of values otherwise. */
  readonly sum: number;
  readonly sumOfSquares: number;
  readonly shards: {
    readonly n: readonly number[];
    readonly sum: readonly number[];
    readonly sumOfSquares: readonly number[];
    /** People whom a process saw for the first time in this stage. */
    readonly people: readonly number[];
  };
  /** Durations of executions: eight sketches, or none. */
  readonly latency: readonly SketchBody[];
  readonly errorKinds: Readonly<Record<string, number>>;
}

export interface HealthEntry {
  readonly key: HealthSeriesKey;
  readonly sums: HealthSums;
}

/** The sums of one series in the interval that begins at `at`. */
export interface HealthPoint extends HealthEntry {
  readonly at: number;
}

export interface HealthQuery {
  readonly environment: string;
  readonly flag: string;
  readonly kind?: HealthSeriesKey['kind'];
  readonly name?: string;
  readonly stage?: number;
  /** Only numbers of this or a later version of the flag. */
  readonly fromFlagVersion?: number;
  /** First instant; milliseconds since epoch. */
  readonly from: number;
  /** End, exclusive. */
  readonly to: number;
}

/** Ten seconds for a day, minutes for thirty days. */
export const HEALTH_SPANS = { fine: 10_000, coarse: 60_000 } as const;
export const HEALTH_KEPT_MS = { fine: 86_400_000, coarse: 30 * 86_400_000 } as const;

/** How executions went, as SDKs report it: summed up, and outside every history. */
export interface HealthReads {
  /** One entry per series, summed over the time asked for. */
  healthSums(query: HealthQuery): Promise<readonly HealthEntry[]>;
  /** By interval, in order of time; intervals of ten seconds where they are still kept. */
  healthPoints(query: HealthQuery): Promise<readonly HealthPoint[]>;
}
