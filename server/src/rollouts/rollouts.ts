import { randomUUID } from 'node:crypto';
import type { Clock, Random } from '../clock.ts';
import type { ChangeFlag, ChangeWithin } from '../flags/write-path/change.ts';
import type { Api } from '../http/api.ts';
import type { RolloutForecastView } from '../http/release-types.ts';
import type { Logger } from '../log.ts';
import type { Reads, Store } from '../store/store.ts';
import { registerCanIReleaseRoute } from './can-i-release-route.ts';
import { registerFlagPlansRoute } from './flag-plans-route.ts';
import { registerPlanRoutes } from './plan-routes.ts';
import { createPlanService } from './plan-service.ts';
import { registerRecordRoutes } from './record-routes.ts';
import { createRestoreByRollout } from './restore.ts';
import { registerRolloutRoutes } from './rollout-routes.ts';
import { createRolloutService, type RolloutService } from './rollout-service.ts';
import { rehearseStart, type StartOrder } from './start.ts';
import { openStepLoop } from './step-loop.ts';
import { createStepper } from './stepper.ts';
import type { Surroundings } from './surroundings.ts';

export interface RolloutsDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly changeFlag: ChangeFlag;
  readonly changeWithin: ChangeWithin;
  readonly surroundings: Surroundings;
  /** How long each stage takes to show something, and what else somebody should know. */
  forecast(reads: Reads, order: StartOrder, now: number): Promise<RolloutForecastView>;
  /** Refuses a plan with a gate that could never say anything; asks others, so not for transactions. */
  tryGates(order: StartOrder): Promise<unknown>;
  /** Called once something is durable, with the environments whose version moved. */
  onCommitted(environmentIds: readonly string[]): void;
}

/** Releases step by step. */
export interface Rollouts {
  readonly service: RolloutService;
  /** Ends a kill and starts the rollout to what was served before it. */
  readonly restore: ChangeFlag;
  register(api: Api): void;
  /** Something has happened in these environments that live rollouts must hear of at once. */
  hasten(environmentIds: readonly string[]): void;
  /** Looks for due rollouts now. */
  wake(): void;
  close(): Promise<void>;
}

export function openRollouts(deps: RolloutsDeps): Rollouts {
  const { store, clock } = deps;
  const stepper = createStepper({ ...deps, newId: randomUUID });
  const loop = openStepLoop({ ...deps, stepper });
  const service = createRolloutService({ ...deps, newId: randomUUID, onDue: loop.wake });
  const plans = createPlanService(deps);

  async function forecast(order: StartOrder): Promise<RolloutForecastView> {
    const warnings = await rehearseStart(store, order);
    const told = await deps.forecast(store, order, clock.now());
    return { ...told, warnings: [...warnings, ...told.warnings] };
  }

  return {
    service,
    restore: createRestoreByRollout({ ...deps, newId: randomUUID, onDue: loop.wake }),
    register(api) {
      registerRolloutRoutes(api, { ...deps, rollouts: service, forecast });
      registerRecordRoutes(api, deps);
      registerCanIReleaseRoute(api, deps);
      registerPlanRoutes(api, { reads: store, plans });
      registerFlagPlansRoute(api, { reads: store });
    },
    hasten: loop.hasten,
    wake: loop.wake,
    close: loop.close,
  };
}
