import type { Vault } from '../auth/vault.ts';
import type { Clock } from '../clock.ts';
import type { Api } from '../http/api.ts';
import type { RateLimit } from '../http/limits.ts';
import type { Logger } from '../log.ts';
import type { DeployRow } from '../store/deploys.ts';
import type { Store } from '../store/store.ts';
import { registerDeployRoutes } from './deploy-routes.ts';
import { createDeployService } from './deploy-service.ts';
import { hastenWaiting } from './hasten.ts';
import { createHookReceiver } from './hook-receiver.ts';
import { registerHookRoutes } from './hook-routes.ts';
import { registerIntegrationRoutes } from './integration-routes.ts';
import { createIntegrationService } from './integration-service.ts';
import { type Connected, openInventory } from './inventory.ts';

export interface DeploysDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Names this process among its replicas. */
  readonly replica: string;
  readonly connected: Connected;
  readonly vault: Vault;
  /** Messages of one integration. */
  readonly hookLimit: RateLimit;
}

/** Deploys as they are reported, and the versions that are connected. */
export interface Deploys {
  register(api: Api): void;
  close(): Promise<void>;
}

export function openDeploys(deps: DeploysDeps): Deploys {
  const { store, clock, logger, hookLimit } = deps;

  /** Whoever waits for a deploy would find it by itself a few seconds later: a failure is no reason to refuse anything. */
  async function hasten(environment: string): Promise<void> {
    try {
      await hastenWaiting(store, environment, clock.now());
    } catch (error) {
      logger.warn({ err: error, environment }, 'rollouts that wait for a deploy were not woken');
    }
  }

  async function onReported({ environment }: DeployRow): Promise<void> {
    await hasten(environment);
  }

  const inventory = openInventory({
    ...deps,
    onChanged: (environments) => {
      for (const environment of environments) void hasten(environment);
    },
  });
  const deploys = createDeployService({ store, clock, onReported });
  const integrations = createIntegrationService(deps);
  const receiver = createHookReceiver({ store, integrations, deploys });

  return {
    register(api) {
      registerDeployRoutes(api, { reads: store, deploys, clock });
      registerIntegrationRoutes(api, { reads: store, integrations });
      registerHookRoutes(api, { receiver, clock, limit: hookLimit });
    },
    close: () => inventory.close(),
  };
}
