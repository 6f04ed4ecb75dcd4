import type { Clock } from '../clock.ts';
import type { Api } from '../http/api.ts';
import type { Logger } from '../log.ts';
import type { Store } from '../store/store.ts';
import { registerAskersRoute } from './askers-route.ts';
import { registerLifecycleRoutes } from './lifecycle-routes.ts';
import type { Lives } from './lives.ts';
import { openTrendKeeper } from './trend-keeper.ts';

export interface OverviewDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly lives: Lives;
}

/** What is said of the lives of flags, now and over time. */
export function openOverview(deps: OverviewDeps): { register(api: Api): void; close(): Promise<void> } {
  const keeper = openTrendKeeper(deps);
  return {
    register(api) {
      registerLifecycleRoutes(api, { ...deps, reads: deps.store });
      registerAskersRoute(api, deps);
    },
    close: keeper.close,
  };
}
