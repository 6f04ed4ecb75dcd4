import type { Flag, FlagConfig } from '@glidepath/core';
import type { DeployRow } from '../store/deploys.ts';
import type { StoredDocument } from '../store/store.ts';

/** Which deploys start the release of which flags, and by which plan. */
export interface ReleasePolicyBody {
  readonly name: string;
  /** Key of the environment. */
  readonly environment: string;
  /** Flags that have it are released. */
  readonly tag: string;
  /** Only deploys of this service; null = of any. */
  readonly service: string | null;
  /** Id of a plan. */
  readonly template: string;
  /** For plans whose first stage is a segment. */
  readonly segment: string | null;
  /** Percent of the connected instances that must run the version. */
  readonly coverage: number;
  readonly delayMinutes: number;
  readonly isEnabled: boolean;
  readonly createdAt: number;
  readonly createdBy: string;
}

export type ReleasePolicy = StoredDocument<ReleasePolicyBody>;

/** The policies that a deploy sets off, oldest first: of two for the same flag the older one decides. */
export function policiesFor(
  policies: readonly ReleasePolicy[],
  { service }: Pick<DeployRow, 'service'>,
  environment: string,
): readonly ReleasePolicy[] {
  return policies
    .filter(({ body }) => body.isEnabled && body.environment === environment)
    .filter(({ body }) => body.service === null || body.service === service)
    .toSorted((a, b) => a.body.createdAt - b.body.createdAt || (a.key < b.key ? -1 : 1));
}

/**
 * Whether nobody but by a rule of its own has what the flag would release: it is on, has two variations, and serves the
 * safe one of them to everybody whom no rule names. What is partly out already is somebody's own work.
 */
export function isReleasable({ archivedAt, variations }: Flag, config: FlagConfig): boolean {
  const { on, killed, fallthrough, offVariation } = config;
  if (archivedAt !== null || killed !== null || !on || variations.length !== 2) return false;
  return 'variation' in fallthrough && fallthrough.variation === offVariation;
}
