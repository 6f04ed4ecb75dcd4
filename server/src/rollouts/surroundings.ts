import type { CoverageView } from '../http/release-types.ts';
import type { EnvironmentBody, ProjectBody } from '../store/documents.ts';
import type { Reads, StoredDocument } from '../store/store.ts';

/** Where a rollout belongs. */
export interface Place {
  readonly project: StoredDocument<ProjectBody>;
  readonly environment: StoredDocument<EnvironmentBody>;
}

/** How much of a service runs what a rollout waits for. */
export type Coverage = CoverageView;

/** What rollouts ask of other parts; each answers from what is stored, so that it may be asked inside a transaction. */
export interface Surroundings {
  /** Name of the freeze that holds releases there; null while none does. */
  freezeInForce(reads: Reads, place: Place, now: number): Promise<string | null>;
  coverageOf(
    reads: Reads,
    asked: { readonly environment: string; readonly service: string; readonly minVersion: string },
    now: number,
  ): Promise<Coverage>;
}
