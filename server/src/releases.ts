import type { Vault } from './auth/vault.ts';
import type { Clock } from './clock.ts';
import { openDeploys } from './deploys/deploys.ts';
import type { Api } from './http/api.ts';
import type { RateLimit } from './http/limits.ts';
import { registerIncidentRoutes } from './incidents/incident-routes.ts';
import { createIncidentService } from './incidents/incident-service.ts';
import type { Logger } from './log.ts';
import type { Store } from './store/store.ts';
import type { Hub } from './stream/hub.ts';

export interface ReleasesDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Names this process among its replicas. */
  readonly replica: string;
  readonly hub: Pick<Hub, 'environments' | 'connections'>;
  readonly vault: Vault;
  /** Messages of one webhook that reports deploys. */
  readonly hookLimit: RateLimit;
}

/** All that makes a release out of a deploy: one part per line, each with its routes and its loops. */
export interface Releases {
  register(api: Api): void;
  close(): Promise<void>;
}

export function openReleases(deps: ReleasesDeps): Releases {
  const { store, hub } = deps;
  const incidents = createIncidentService({ ...deps, onMoved: () => undefined });
  const deploys = openDeploys({ ...deps, connected: hub });
  return {
    register(api) {
      registerIncidentRoutes(api, { reads: store, incidents });
      deploys.register(api);
    },
    close: () => deploys.close(),
  };
}
