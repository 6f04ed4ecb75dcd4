import type { ChangedDocument } from './flags/write-path/change.ts';
import type { Origin } from './store/store.ts';

/** What happened, for whoever wants to be told: enqueued in the transaction that made it happen. */
export type DomainEvent =
  | ({
      readonly kind: 'flag-killed';
      readonly flag: string;
      readonly environment: string;
      readonly reason: string;
    } & Cause)
  | ({ readonly kind: 'flag-restored'; readonly flag: string; readonly environment: string } & Cause)
  | ({
      readonly kind: 'changed';
      readonly documents: readonly Pick<ChangedDocument, 'kind' | 'key' | 'environment' | 'revision' | 'summary'>[];
    } & Cause)
  | RolloutMoved
  | IncidentMoved
  | DeployReported
  | StaleDigest
  | OwnerNudged
  | NudgeEscalated
  | FlagStillAsked;

/** A rollout went from one state or stage to another. */
export interface RolloutMoved {
  readonly kind: 'rollout-moved';
  readonly rollout: string;
  readonly project: string;
  readonly environment: string;
  readonly flag: string;
  readonly variation: string;
  readonly from: { readonly state: string; readonly percent: number };
  readonly to: { readonly state: string; readonly percent: number; readonly stage: number | null };
  readonly stages: number;
  readonly cause: { readonly kind: string; readonly reason: string } | null;
  /** What comes next, and when at the earliest; null where nothing does or nobody knows. */
  readonly next: { readonly what: string; readonly at: number | null } | null;
  readonly incident: string | null;
  readonly actor: string;
  readonly at: number;
  /** Version of the environment after it; null where it changed nothing. */
  readonly version: number | null;
}

export interface IncidentMoved {
  readonly kind: 'incident-opened' | 'incident-resolved';
  readonly project: string;
  readonly environment: string;
  /** Such as `INC-31`. */
  readonly incident: string;
  readonly title: string;
  readonly severity: 'SEV1' | 'SEV2' | 'SEV3';
  readonly flags: readonly string[];
  readonly actor: string;
  readonly at: number;
}

export interface DeployReported {
  readonly kind: 'deploy-reported';
  readonly project: string;
  readonly environment: string;
  readonly service: string;
  readonly version: string;
  readonly status: 'started' | 'succeeded' | 'failed' | 'rolled-back';
  readonly url: string | null;
  readonly actor: string;
  readonly at: number;
}

/** What of a project has gone stale, from time to time. */
export interface StaleDigest {
  readonly kind: 'stale-digest';
  readonly project: string;
  /** The most urgent first. */
  readonly flags: readonly StaleFlag[];
  /** All stale ones: those of other messages too. */
  readonly stale: number;
  /** How many of all could go at once. */
  readonly ready: number;
  /** Stale ones that no message lists. */
  readonly others: number;
  /** A long one is told in several messages; from 1. */
  readonly part: { readonly number: number; readonly of: number };
  readonly actor: string;
  readonly at: number;
}

/** An owner is asked to look after flags: all of theirs at once. */
export interface OwnerNudged {
  readonly kind: 'owner-nudged';
  readonly project: string;
  /** Id of the member. */
  readonly owner: string;
  readonly flags: readonly StaleFlag[];
  /** Flags of theirs beyond those. */
  readonly others: number;
  readonly actor: string;
  readonly at: number;
}

/** An owner was asked several times, and nobody has acted. */
export interface NudgeEscalated {
  readonly kind: 'nudge-escalated';
  readonly project: string;
  readonly owner: string;
  /** How often they were asked, of the flag of which they were asked most. */
  readonly nudges: number;
  readonly flags: readonly StaleFlag[];
  /** Flags of theirs beyond those. */
  readonly others: number;
  readonly actor: string;
  readonly at: number;
}

/** An archived flag is evaluated, although it will leave the payloads. */
export interface FlagStillAsked {
  readonly kind: 'flag-still-asked';
  readonly project: string;
  readonly flag: string;
  /** Id and name of the member; null = nobody. */
  readonly owner: { readonly id: string; readonly name: string } | null;
  /** Keys of the environments in which it is. */
  readonly environments: readonly string[];
  readonly evaluatedAt: number;
  /** When it leaves. */
  readonly servesUntil: number;
  readonly actor: string;
  readonly at: number;
}

/** A flag that has gone stale, as it was when it was told. */
export interface StaleFlag {
  /** Of the document. */
  readonly id: string;
  readonly key: string;
  /** Id and name of the member; null = nobody. */
  readonly owner: { readonly id: string; readonly name: string } | null;
  readonly ageDays: number;
  readonly isPermanent: boolean;
  /** Why, in sentences. */
  readonly reasons: readonly string[];
  readonly readiness: 'safe' | 'caution' | 'blocked';
  /** What removes it from the code; null where nobody knows. */
  readonly removalCommand: string | null;
}

/** Who did it, why, and what came of it. */
interface Cause {
  readonly changeId: string;
  readonly project: string;
  readonly actor: string;
  readonly origin: Origin;
  readonly comment: string | null;
  readonly at: number;
  /** New version of each environment (by key) whose payload changed. */
  readonly versions: Readonly<Record<string, number>>;
}
