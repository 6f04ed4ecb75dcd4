import type { Vault } from '../auth/vault.ts';
import type { Clock } from '../clock.ts';
import type { Api } from '../http/api.ts';
import type { RateLimit } from '../http/limits.ts';
import type { Logger } from '../log.ts';
import type { DeployRow } from '../store/deploys.ts';
import type { Store } from '../store/store.ts';
import { registerDeployRoutes } from './deploy-routes.ts';
import { createDeployService } from './deploy-service.ts';
import { createHookReceiver } from './hook-receiver.ts';
import { registerHookRoutes } from './hook-routes.ts';
import { registerIntegrationRoutes } from './integration-routes.ts';
import { createIntegrationService } from './integration-service.ts';
import { type Connected, openInventory } from './inventory.ts';
import { registerPolicyRoutes } from './policy-routes.ts';
import { createPolicyService } from './policy-service.ts';
import { createSettling, type SettlingDeps } from './settling.ts';

export interface DeploysDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Names this process among its replicas. */
  readonly replica: string;
  readonly connected: Connected;
  readonly rollouts: {
    readonly service: SettlingDeps['rollouts'];
    /** Something that rollouts wait for may be there now, in these environments. */
    readonly hasten: (environmentIds: readonly string[]) => void;
  };
  readonly vault: Vault;
  /** Messages of one integration. */
  readonly hookLimit: RateLimit;
}

/** How often it is looked whether something of a deploy was left undone. */
const SETTLE_MS = 10_000;

/** Deploys as they are reported, and the versions that are connected. */
export interface Deploys {
  register(api: Api): void;
  close(): Promise<void>;
}

export function openDeploys(deps: DeploysDeps): Deploys {
  const { store, clock, logger, rollouts, hookLimit } = deps;
  let isClosed = false;

  const settling = createSettling({ store, clock, logger, rollouts: rollouts.service });
  let isFailing = false;
  let timer = clock.setTimer(settleAll, SETTLE_MS);
  let running: Promise<void> = Promise.resolve();

  /** What was reported is kept, and what follows from it is done later where it cannot be done now. */
  async function attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      isFailing = false;
    } catch (error) {
      if (!isFailing) logger.warn({ err: error }, 'what follows from deploys could not be done: it is tried again');
      isFailing = true;
    }
  }

  function settleAll(): void {
    running = attempt(settling.settleAll).finally(() => {
      if (!isClosed) timer = clock.setTimer(settleAll, SETTLE_MS);
    });
  }

  async function onReported(deploy: DeployRow): Promise<void> {
    await attempt(() => settling.settle(deploy));
    rollouts.hasten([deploy.environment]);
  }

  const inventory = openInventory({ ...deps, onChanged: rollouts.hasten });
  const deploys = createDeployService({ store, clock, onReported });
  const integrations = createIntegrationService(deps);
  const policies = createPolicyService(deps);
  const receiver = createHookReceiver({ store, integrations, deploys });

  return {
    register(api) {
      registerDeployRoutes(api, { reads: store, deploys, clock });
      registerIntegrationRoutes(api, { reads: store, integrations });
      registerPolicyRoutes(api, { reads: store, policies });
      registerHookRoutes(api, { receiver, clock, limit: hookLimit });
    },
    async close() {
      isClosed = true;
      timer.cancel();
      await Promise.all([running, inventory.close()]);
    },
  };
}
