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
  | DeployReported;

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
