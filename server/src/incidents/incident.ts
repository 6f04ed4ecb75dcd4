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
  /** Keys of flags that it touches: their rollouts hold while it is open; empty = all of the environment. */
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

/** Stands in the JSON of those that are open: every look at a rollout asks for them, and ever more are over. */
export const OPEN = '"resolvedAt":null';

/** Open incidents that touch this flag there; one that names no flag touches all of its environment. */
export async function openIncidentsOf(
  reads: Reads,
  project: string,
  place: { readonly environment: string; readonly flag?: string },
): Promise<readonly StoredDocument<IncidentBody>[]> {
  const open = await reads.documents<IncidentBody>('incident', project, OPEN);
  return open.filter(
    ({ body }) => body.resolvedAt === null && body.environment === place.environment && touches(body, place.flag),
  );
}

/** Of those that are open the one of the highest severity, of several the one that is open longest; null = none is. */
export function worstOpen<I extends Pick<StoredDocument<IncidentBody>, 'body'>>(incidents: readonly I[]): I | null {
  const rank = ({ body }: I) => SEVERITIES.indexOf(body.severity);
  const open = incidents.filter(({ body }) => body.resolvedAt === null);
  return open.toSorted((a, b) => rank(a) - rank(b) || a.body.detectedAt - b.body.detectedAt)[0] ?? null;
}

function touches({ flags }: IncidentBody, flag: string | undefined): boolean {
  return flag === undefined || flags.length === 0 || flags.includes(flag);
}
