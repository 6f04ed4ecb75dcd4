import type { Actor } from '../auth/principal.ts';
import type { Reads, StoredDocument, WriteTransaction } from '../store/store.ts';

export const SEVERITIES = ['SEV1', 'SEV2', 'SEV3'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Something that hurts people now, or did. Times are milliseconds since epoch. */
export interface IncidentBody {
  readonly title: string;
  readonly severity: Severity;
  /** Key of the environment. */
  readonly environment: string;
  /** Keys of flags that it touches; a rollout of one of them holds while it is open. */
  readonly flags: readonly string[];
  /** Services that it touches. */
  readonly services: readonly string[];
  /** Ids of deploys that are suspected. */
  readonly deploys: readonly string[];
  /** The rollout whose automatic roll-back opened it. */
  readonly rollout: string | null;
  readonly startedAt: number;
  readonly detectedAt: number;
  readonly resolvedAt: number | null;
  readonly openedBy: Actor;
  /** Id of the member who leads; null = nobody yet. */
  readonly lead: string | null;
  readonly notes: readonly IncidentNote[];
}

export interface IncidentNote {
  readonly id: string;
  readonly at: number;
  readonly by: Actor;
  readonly text: string;
}

export type IncidentInput = Omit<IncidentBody, 'resolvedAt' | 'notes'>;

/**
 * Opens an incident within somebody's transaction, before its audit record. Its key is `INC-31` where thirty were
 * before; refuses with `already-exists` where another was opened at the same moment.
 */
export async function openIncident(
  tx: WriteTransaction,
  project: string,
  input: IncidentInput,
): Promise<StoredDocument<IncidentBody>> {
  const known = await tx.documents<IncidentBody>('incident', project);
  const key = `INC-${known.length + 1}`;
  return tx.put({ kind: 'incident', parent: project, key }, { ...input, resolvedAt: null, notes: [] }, 0);
}

export async function openIncidents(reads: Reads, project: string): Promise<readonly StoredDocument<IncidentBody>[]> {
  const all = await reads.documents<IncidentBody>('incident', project);
  return all.filter(({ body }) => body.resolvedAt === null);
}
