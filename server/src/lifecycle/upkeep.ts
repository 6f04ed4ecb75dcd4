import type { Clock } from '../clock.ts';
import type { FlagIndex } from '../flags/flag-index.ts';
import type { Api } from '../http/api.ts';
import type { Store } from '../store/store.ts';
import { registerCodeReferenceRoutes } from './code-reference-routes.ts';
import { createCodeReferenceService } from './code-reference-service.ts';
import { registerDigestTimesRoute } from './digest-times-route.ts';
import { registerKeepRoutes } from './keep-routes.ts';
import { createKeepService } from './keep-service.ts';
import { registerLifecycleSettingsRoutes } from './lifecycle-settings-routes.ts';
import { createLifecycleSettingsService } from './lifecycle-settings-service.ts';

export interface UpkeepDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly flags: FlagIndex;
}

/** What people and pipelines tell of the lives of flags: where the code names them, which are kept, when they are old. */
export function openUpkeep(deps: UpkeepDeps): { register(api: Api): void; close(): Promise<void> } {
  const { store: reads, clock, flags } = deps;
  return {
    register(api) {
      registerCodeReferenceRoutes(api, { reads, flags, codeReferences: createCodeReferenceService(deps) });
      registerKeepRoutes(api, { keeps: createKeepService(deps), clock });
      registerDigestTimesRoute(api, { clock });
      registerLifecycleSettingsRoutes(api, { reads, settings: createLifecycleSettingsService(deps) });
    },
    close: async () => undefined,
  };
}
