import type { Clock } from './clock.ts';
import type { Api } from './http/api.ts';
import { registerIncidentRoutes } from './incidents/incident-routes.ts';
import { createIncidentService } from './incidents/incident-service.ts';
import type { Store } from './store/store.ts';

export interface ReleasesDeps {
  readonly store: Store;
  readonly clock: Clock;
}

/** All that makes a release out of a deploy: one part per line, each with its routes and its loops. */
export interface Releases {
  register(api: Api): void;
  close(): void;
}

export function openReleases(deps: ReleasesDeps): Releases {
  const { store } = deps;
  const incidents = createIncidentService({ ...deps, onMoved: () => undefined });
  return {
    register(api) {
      registerIncidentRoutes(api, { reads: store, incidents });
    },
    close() {},
  };
}
