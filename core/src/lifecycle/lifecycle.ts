import type { Flag, FlagConfig, Json } from '../model/model.ts';

/**
 * Where a flag is in its life, computed from facts and never declared. `new`: never evaluated, or off since it was made
 * and within its lifetime, so that its release is still to come.
 */
export const LIFECYCLE_STAGES = ['new', 'rolling-out', 'settled', 'abandoned', 'archived'] as const;
export type LifecycleStage = (typeof LIFECYCLE_STAGES)[number];

/** Limits of days after which something is said of a flag. */
export interface LifecycleSettings {
  /** One variation to everyone for so many days: settled. 7 unless a project says otherwise. */
  readonly settledDays: number;
  /** Not evaluated for so many days, though SDKs are connected: abandoned. 14 unless a project says otherwise. */
  readonly idleDays: number;
}

/** All that is known of one flag at a moment. Times are milliseconds since epoch. */
export interface LifecycleFacts {
  readonly flag: Flag;
  readonly environments: readonly EnvironmentFacts[];
  /** Keys of live flags that have this one as a prerequisite in some environment. */
  readonly dependents: readonly string[];
  /** What the code is known to hold; null where none of the project's code was ever scanned. */
  readonly references: ReferenceFacts | null;
  /** Nobody is to be reminded before; null = no such promise. */
  readonly keepUntil: number | null;
  /** When a person changed the flag last, anywhere. */
  readonly changedAt: number;
}

export interface EnvironmentFacts {
  readonly key: string;
  /** Whether what is served here decides about the flag's life: production, as a rule. */
  readonly isCritical: boolean;
  readonly config: FlagConfig;
  /** Since when it serves what it serves now. */
  readonly servesSince: number;
  /** A rollout that is not over drives it. */
  readonly hasRollout: boolean;
  /** When it was evaluated last; null = never, or longer ago than is kept. */
  readonly evaluatedAt: number | null;
  /** Evaluations per variation in the last seven days. */
  readonly evaluations: Readonly<Record<string, number>>;
  /** Whether applications are connected that would report evaluations. */
  readonly isConnected: boolean;
}

export interface ReferenceFacts {
  /** Places in the code that name the flag, in all repositories. */
  readonly count: number;
  /** Of these, the ones that a codemod leaves to people. */
  readonly byHand: number;
  /** The scan that is the oldest of the newest of each repository. */
  readonly scannedAt: number;
  /** Since when no repository names it any more; null while one does, or none ever did. */
  readonly goneSince: number | null;
}

export type StaleCode = 'over-age' | 'settled' | 'abandoned' | 'gone-from-code';

/** Why a flag is thought to be stale, with when that began. */
export interface StaleReason {
  readonly code: StaleCode;
  readonly since: number;
  readonly sentence: string;
}

export type CheckCode =
  | 'one-variation'
  | 'same-everywhere'
  | 'no-dependents'
  | 'no-rollout'
  | 'code-references'
  | 'evaluations';

/** One thing that was looked at before a flag may go, and what was found. */
export interface ReadinessCheck {
  readonly code: CheckCode;
  /** `caution` is for people to weigh; `block` keeps the flag. */
  readonly outcome: 'pass' | 'caution' | 'block';
  readonly sentence: string;
  /** Since when it is so, where that is known. */
  readonly since: number | null;
}

export interface Readiness {
  /**
   * `blocked` where a check blocks: one does wherever nothing makes the flag stale but its age. `caution` where one is
   * for people to weigh.
   */
  readonly kind: 'safe' | 'caution' | 'blocked';
  readonly checks: readonly ReadinessCheck[];
}

/** What the code gets in the place of the flag. */
export interface ForwardValue {
  readonly variation: string;
  readonly value: Json;
}

/** What brings the flag on. */
export type NextStep =
  | { readonly action: 'remove-code'; readonly sentence: string }
  | { readonly action: 'archive'; readonly sentence: string }
  | { readonly action: 'settle'; readonly sentence: string }
  | { readonly action: 'wait'; readonly sentence: string }
  | { readonly action: 'none'; readonly sentence: string };

/** What the facts say of a flag. */
export interface Lifecycle {
  readonly stage: LifecycleStage;
  /** Since when it is in this stage. */
  readonly stageSince: number;
  /** Empty = not stale. */
  readonly stale: readonly StaleReason[];
  readonly readiness: Readiness;
  /** Null while critical environments serve more than one variation, or different ones. */
  readonly forward: ForwardValue | null;
  readonly next: NextStep;
}
