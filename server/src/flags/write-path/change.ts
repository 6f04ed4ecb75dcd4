import type {
  ConfigInstruction,
  FlagInput,
  FlagInstruction,
  SegmentConfigInstruction,
  SegmentInstruction,
} from '@glidepath/core/change';
import type { PlanDefinition } from '@glidepath/core/definition';
import type { Principal } from '../../auth/principal.ts';
import type { Origin, WriteTransaction } from '../../store/store.ts';

/** One document's share of a change. `environment` is a key; without it the shared part is meant. */
export type DocumentChange =
  | { readonly create: 'flag'; readonly flag: FlagInput }
  | {
      readonly create: 'segment';
      readonly segment: { readonly key: string; readonly name?: string; readonly description?: string };
    }
  /** Takes an archived flag that has served its time out of every payload; alters no document. */
  | { readonly retire: 'flag'; readonly flag: string }
  | { readonly delete: 'segment'; readonly segment: string; readonly expectedRevision?: number }
  | { readonly flag: string; readonly expectedRevision?: number; readonly instructions: readonly FlagInstruction[] }
  | {
      readonly flag: string;
      readonly environment: string;
      readonly expectedRevision?: number;
      readonly instructions: readonly ConfigInstruction[];
    }
  /** How its releases go there; null = nothing is said of it any more. */
  | {
      readonly flag: string;
      readonly environment: string;
      readonly expectedRevision?: number;
      readonly plan: PlanDefinition | null;
    }
  | {
      readonly segment: string;
      readonly expectedRevision?: number;
      readonly instructions: readonly SegmentInstruction[];
    }
  | {
      readonly segment: string;
      readonly environment: string;
      readonly expectedRevision?: number;
      readonly instructions: readonly SegmentConfigInstruction[];
    };

/** Who wants what, where and why: the only thing that alters what flags do. */
export interface ChangeRequest {
  readonly actor: Principal | { readonly kind: 'system' };
  readonly origin: Origin;
  readonly comment?: string;
  /** Project key. */
  readonly project: string;
  readonly changes: readonly DocumentChange[];
  /** Asked for with `waitForApplied`; kills and restores are urgent by themselves. */
  readonly urgent?: boolean;
  /** Computes and checks everything, writes nothing. */
  readonly dryRun?: boolean;
  /** Nobody will look at the documents, so the outcome has none: showing tens of thousands takes long. */
  readonly brief?: boolean;
  readonly requestId?: string;
  /** Remembered in the same transaction, so that a retry applies once. */
  readonly idempotency?: { readonly principal: string; readonly key: string; readonly request: string };
}

/** One document after a change, and what changed in words. */
export interface ChangedDocument {
  readonly kind: 'flag' | 'flag-config' | 'flag-plan' | 'segment' | 'segment-config';
  readonly key: string;
  readonly environment: string | null;
  readonly revision: number;
  readonly document: unknown;
  /** One sentence per instruction. */
  readonly summary: readonly string[];
  /** Instructions that lead from the state before to the state after. */
  readonly diff: readonly unknown[];
}

export interface ChangeOutcome {
  readonly changeId: string;
  readonly documents: readonly ChangedDocument[];
  /** New version of each environment (by key) whose payload changed. */
  readonly versions: Readonly<Record<string, number>>;
}

/** What is known of a change before its record is written. */
export type MadeChange = Pick<ChangeOutcome, 'changeId' | 'versions'>;

/**
 * The one write path inside somebody's transaction, which holds the environments that the change touches locked.
 * `beside` writes what belongs to the change, before its record; it is not called where nothing changes.
 */
export type ChangeWithin = (
  tx: WriteTransaction,
  request: ChangeRequest,
  beside: (made: MadeChange) => Promise<void>,
) => Promise<ChangeOutcome>;

/** The one write path. Refuses with `RefusedError`; resolves once the change is durable. */
export type ChangeFlag = (request: ChangeRequest) => Promise<ChangeOutcome>;

/** From here on one reading of everything costs less than a reading of each document, and others are let in between. */
const MANY = 300;

export const isLarge = ({ changes }: Pick<ChangeRequest, 'changes'>): boolean => changes.length >= MANY;
