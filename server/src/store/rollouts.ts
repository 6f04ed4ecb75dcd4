import type { Verdict } from '../gates/gate.ts';
import type { Cause, Rollout, RolloutState } from '../rollouts/rollout.ts';
import type { Origin } from './store.ts';

/** A rollout as it is kept, with where it belongs. */
export interface RolloutRow extends RolloutInput {
  /** +1 with everything that happens to it; counted time is nothing that happens. */
  readonly revision: number;
  readonly updatedAt: number;
}

export interface RolloutInput {
  /** Plan, state, and what was served before; its `id` names the row. */
  readonly rollout: Rollout;
  /** Ids of the project and environment documents. */
  readonly project: string;
  readonly environment: string;
  readonly flag: string;
  readonly startedBy: string;
  readonly origin: Origin;
  readonly comment: string | null;
  readonly createdAt: number;
  /** When it has to be looked at again; null once it is over. */
  readonly nextAt: number | null;
  /** Version of the environment with which the stage in force began; null before the first. */
  readonly sinceVersion: number | null;
  /** Since when the deploy that it waits for covers enough instances. */
  readonly coveredSince: number | null;
  /** Revision of what the flag does there when it was last looked at; null before that. */
  readonly configRevision: number | null;
  /** Key of the incident that its roll-back opened. */
  readonly incident: string | null;
  /** What was known when it was rolled back by itself. */
  readonly evidence: Evidence | null;
  readonly endedAt: number | null;
}

/** Kept for whoever asks later why a release went back: the verdicts, the deploy, who ran which version. */
export interface Evidence {
  readonly at: number;
  readonly cause: Cause;
  readonly stage: number;
  readonly percent: number;
  readonly verdicts: readonly Verdict[];
  readonly versions: readonly { readonly service: string; readonly version: string; readonly instances: number }[];
  /** Guarded executions of the released variation. */
  readonly affected: number | null;
  /** At least so many people; null where no application counts them. */
  readonly people: number | null;
}

/** One transition of a rollout, or what a person did with it. */
export interface RolloutRecord {
  readonly rollout: string;
  /** From 1, gapless. */
  readonly seq: number;
  readonly at: number;
  /** State before and after; the same for what is only noted, such as a checked line. */
  readonly from: string;
  readonly to: string;
  /** Stage in force after it; null while none is. */
  readonly stage: number | null;
  readonly percent: number;
  readonly cause: Cause | null;
  readonly actor: string;
  /** The change of the flag that it made, and the environment's version after it; null where it made none. */
  readonly changeId: string | null;
  readonly version: number | null;
}

export interface RolloutFilter {
  readonly project?: string;
  readonly environment?: string;
  readonly flag?: string;
  readonly isLive?: boolean;
  readonly states?: readonly RolloutState['kind'][];
  /** Only those that changed since, milliseconds. */
  readonly changedSince?: number;
  /** Only those that come after this one in the order of the list. */
  readonly after?: { readonly updatedAt: number; readonly id: string };
  readonly limit: number;
}

/** What one gate of a rollout said last, and when it has to be asked again. */
export interface GateCheck {
  readonly rollout: string;
  /** Id of the gate; `sample-ratio` for the check that every rollout has. */
  readonly gate: string;
  readonly checkAt: number;
  readonly verdict: Verdict | null;
}

export interface VerdictQuery {
  readonly rollout: string;
  readonly gate: string;
  /** First instant, and the end, exclusive. */
  readonly from: number;
  readonly to: number;
  readonly limit: number;
}

/** After everything that anybody might ever ask for: a gate that is asked no more. */
export const NEVER = 8_000_000_000_000_000;

/** Nobody plans a look further ahead: what is later was planned before the clock was set back, and is due. */
export const FURTHEST_LOOK_MS = 60_000;

/** What only time, and what it was seen to be right with, has changed of a rollout. */
export type CountedRollout = Pick<RolloutRow, 'rollout' | 'nextAt' | 'coveredSince' | 'configRevision' | 'revision'>;

export interface RolloutReads {
  rollout(id: string): Promise<RolloutRow | null>;
  /** Those that changed last come first. */
  rollouts(filter: RolloutFilter): Promise<readonly RolloutRow[]>;
  rolloutCount(filter: Omit<RolloutFilter, 'after' | 'limit'>): Promise<number>;
  /** In order. */
  rolloutRecords(rollout: string): Promise<readonly RolloutRecord[]>;
  gateChecks(rollout: string): Promise<readonly GateCheck[]>;
}

export interface RolloutWrites {
  /**
   * Writes a rollout; `expected` is the revision that it must have, 0 = it must not exist. Refuses with
   * `revision-conflict`, or `already-exists` where another live rollout drives the flag there.
   */
  putRollout(row: RolloutInput, expected: number): Promise<RolloutRow>;
  /**
   * Keeps what only time has changed: whoever saw the rollout before has missed nothing, so its revision stays. Does
   * nothing to a rollout of another revision.
   */
  countRollout(row: CountedRollout): Promise<void>;
  addRolloutRecord(record: Omit<RolloutRecord, 'seq'>): Promise<RolloutRecord>;
  /** The gates that are to be asked from now on: others are forgotten, known ones keep their verdict. */
  putGateChecks(rollout: string, gates: readonly string[], checkAt: number): Promise<void>;
}

export interface RolloutStore {
  /** Live rollouts to be looked at by `now`, or later than anybody plans; longest due first. */
  dueRollouts(now: number, limit: number): Promise<readonly Pick<RolloutRow, 'rollout' | 'environment'>[]>;
  /** Looks at these at once. */
  hastenRollouts(ids: readonly string[], now: number): Promise<void>;
  /** Claims gates that are due, or later than anybody plans, by moving `checkAt` on: of two claimers one gets each. */
  claimGates(now: number, nextAt: number, limit: number): Promise<readonly GateCheck[]>;
  /** Keeps a verdict as the gate's last and in its series. */
  putVerdict(rollout: string, verdict: Verdict): Promise<void>;
  /** The series of one gate, in order; thinned evenly to at most `limit`. */
  verdicts(query: VerdictQuery): Promise<readonly Verdict[]>;
}
