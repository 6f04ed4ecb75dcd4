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
    } & Cause);

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
