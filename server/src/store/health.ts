import type { SketchBody } from '@glidepath/core/sdk';

/** Whose numbers: what SDKs measured of one flag's variation, by arm and stage where a rollout is measured. */
export interface HealthSeriesKey {
  /** Id of the environment document. */
  readonly environment: string;
  readonly flag: string;
  /** The `rev` of the flag that was evaluated; 0 where it is not told, as of events. */
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
  /** Who tells it: an application's server, or a page, whose reports anybody can make up. */
  readonly source: 'server' | 'page';
}

/** Sums that merge by adding. Arrays are by shard (32); empty outside of arms, and where all of them are 0. */
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

/** What a report adds to one series. */
export interface HealthInput {
  readonly key: HealthSeriesKey;
  readonly sums: HealthSums;
}

/** All that was added to one series. */
export interface HealthEntry extends HealthInput {
  /** When something was added last: the beginning of that interval. */
  readonly heardAt: number;
}

/** The sums of one series in the interval that begins at `at`. */
export interface HealthPoint extends HealthInput {
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
}

interface Period {
  /** First instant; milliseconds since epoch. */
  readonly from: number;
  /** End, exclusive. */
  readonly to: number;
}

/** How often something happened in a while, of all variations, arms and stages. */
export interface HealthRate {
  readonly kind: HealthSeriesKey['kind'];
  readonly name: string;
  readonly n: number;
  readonly sum: number;
  /** The first interval in which it happened. */
  readonly firstAt: number;
}

/** Ten seconds for a day, minutes for thirty days. */
export const HEALTH_SPANS = { fine: 10_000, coarse: 60_000 } as const;
/** How long an interval is over before its parts are merged: slow transactions have ended by then. */
export const HEALTH_SETTLED_MS = 60_000;
/**
 * More series are not kept per environment: those not heard of longest are forgotten first. Pages may fill a quarter,
 * since anybody can make up their names.
 */
export const MOST_SERIES = { ofServers: 20_000, ofPages: 5_000 } as const;

/** How executions went, as SDKs report it: summed up, and outside every history. */
export interface HealthReads {
  /** One entry per series, of all that was ever added to it: a stage of a rollout has series of its own. */
  healthSums(query: HealthQuery): Promise<readonly HealthEntry[]>;
  /** By interval, in order of time; intervals of ten seconds where they are still kept. */
  healthPoints(query: HealthQuery & Period): Promise<readonly HealthPoint[]>;
  /** Ordered by kind and name. */
  healthRates(query: Pick<HealthQuery, 'environment' | 'flag'> & Period): Promise<readonly HealthRate[]>;
}

export interface HealthStore {
  /** Merges some of what has come; whether there is more to merge. */
  foldHealth(now: number): Promise<boolean>;
}
