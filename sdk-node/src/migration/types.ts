import type { FlagKeyOf } from '@glidepath/core/sdk';
import type { ContextInput } from '../types.ts';

/** True = the same; otherwise the JSON pointers of what differs. */
export type Compare<R> = (one: R, other: R) => boolean | readonly string[];

export interface ShadowExperiment<R> {
  /** What the caller gets, whatever the candidate does. */
  control: () => R | Promise<R>;
  /** The signal is aborted after `timeoutMs`. */
  candidate: (signal: AbortSignal) => R | Promise<R>;
  /** Default: equal as JSON. */
  compare?: Compare<R>;
  /** Default 2,000; 1 to 600,000. */
  timeoutMs?: number;
  /** Candidates that run at a time; default 32; 1 to 10,000. Beyond it the candidate is left out, and counted as such. */
  maxInFlight?: number;
}

export type MigrationStage = 'off' | 'dualwrite' | 'shadow' | 'live' | 'rampdown' | 'complete';
export type MigrationOrigin = 'old' | 'new';

export interface Divergence {
  readonly op: 'read' | 'write';
  readonly stage: MigrationStage;
  /** JSON pointers of what differs; never values. */
  readonly paths: readonly string[];
  /** What the origin that has not the last word threw. */
  readonly error?: unknown;
}

export interface MigrationConfig<RArgs extends readonly unknown[], R, WArgs extends readonly unknown[], W> {
  /** Where the flag answers nothing. */
  fallbackStage: MigrationStage;
  read: Record<MigrationOrigin, (...args: RArgs) => R | Promise<R>>;
  write?: Record<MigrationOrigin, (...args: WArgs) => W | Promise<W>>;
  /** Default: equal as JSON. */
  compare?: Compare<R>;
  /** How the other origin is read, in the stages `shadow` and `live`. */
  shadowRead?: {
    /** Share of the reads, 0 to 1; default 1. */
    sampleRate?: number;
    /** Default 2,000; 1 to 600,000. */
    timeoutMs?: number;
    /** At a time; default 32; 1 to 10,000. Beyond it only the origin with the last word is read. */
    maxInFlight?: number;
    /** Whether the caller waits for it; default false. */
    await?: boolean;
  };
  /** The other origin answered something else or failed: repair it here. */
  onDivergence?: (info: Divergence) => void;
}

export interface Migration<RArgs extends readonly unknown[], R, WArgs extends readonly unknown[], W> {
  stage(context: ContextInput): MigrationStage;
  /** What the origin with the last word answers; throws what it throws. */
  read(context: ContextInput, ...args: RArgs): Promise<R>;
  /** First to the origin with the last word; that the other fails is counted and told, and not thrown. */
  write(context: ContextInput, ...args: WArgs): Promise<W>;
}

/** Two ways of doing the same, side by side. */
export interface MigrationClient<F extends object> {
  /** Dark launch: always answers what `control` does; runs `candidate` for the flag's share of calls, and compares. */
  shadow<R>(key: FlagKeyOf<boolean | number, F>, context: ContextInput, experiment: ShadowExperiment<R>): Promise<R>;
  /** Moves reads and writes from an old origin to a new one, by a flag whose variations are the stages. */
  migration<RArgs extends readonly unknown[], R, WArgs extends readonly unknown[] = readonly [], W = void>(
    key: FlagKeyOf<MigrationStage, F>,
    config: MigrationConfig<RArgs, R, WArgs, W>,
  ): Migration<RArgs, R, WArgs, W>;
}
