import type { Directory } from './auth/directory.ts';
import type { Vault } from './auth/vault.ts';
import type { Clock, Random } from './clock.ts';
import type { Config } from './config.ts';
import { coverageOf } from './deploys/coverage.ts';
import { openDeploys } from './deploys/deploys.ts';
import type { ChangeFlag, ChangeWithin } from './flags/write-path/change.ts';
import { openGates } from './gates/gates.ts';
import { openFolding } from './health/folding.ts';
import type { Api } from './http/api.ts';
import type { RateLimit } from './http/limits.ts';
import { registerIncidentRoutes } from './incidents/incident-routes.ts';
import { createIncidentService } from './incidents/incident-service.ts';
import type { Logger } from './log.ts';
import type { GateMetrics } from './metrics/metrics.ts';
import { openNotify } from './notify/notify.ts';
import type { FlagDesk } from './notify/slack/buttons/flag-desk.ts';
import { createOutbound } from './outbound/http-outbound.ts';
import { openRollouts } from './rollouts/rollouts.ts';
import type { Store } from './store/store.ts';
import type { Hub } from './stream/hub.ts';

export interface ReleasesDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Names this process among its replicas. */
  readonly replica: string;
  readonly random: Random;
  readonly hub: Pick<Hub, 'environments' | 'connections'>;
  readonly vault: Vault;
  readonly directory: Directory;
  readonly config: Pick<
    Config,
    | 'outboundAllow'
    | 'slackOrigin'
    | 'slackSigningSecret'
    | 'publicUrl'
    | 'prometheusUrl'
    | 'prometheusToken'
    | 'gateWebhookSecret'
  >;
  readonly metrics: GateMetrics;
  /** Of the installation. */
  readonly secret: string;
  readonly changeFlag: ChangeFlag;
  readonly changeWithin: ChangeWithin;
  /** Called once a change of flags is durable, with the environments whose version moved. */
  readonly onCommitted: (environmentIds: readonly string[]) => void;
  /** Where presses of buttons at Slack reach flags. */
  readonly flagDesk: FlagDesk;
  /** Messages of one webhook that reports deploys. */
  readonly hookLimit: RateLimit;
}

/** All that makes a release out of a deploy: one part per line, each with its routes and its loops. */
export interface Releases {
  register(api: Api): void;
  /** Somebody has changed flags in these environments. */
  flagsChanged(environmentIds: readonly string[]): void;
  /** Ends a kill and starts the rollout to what was served before it. */
  readonly restoreByRollout: ChangeFlag;
  close(): Promise<void>;
}

export function openReleases(deps: ReleasesDeps): Releases {
  const { store, clock, hub, config } = deps;
  const outbound = createOutbound({ clock, allow: config.outboundAllow, slackOrigin: config.slackOrigin });
  const { publicUrl, slackSigningSecret, gateWebhookSecret: webhookSecret } = config;
  const folding = openFolding(deps);
  const gates = openGates({ ...deps, ...config, webhookSecret, outbound, coverageOf, onHarm: () => rollouts.wake() });
  const rollouts = openRollouts({
    ...deps,
    // Nobody can plan a freeze yet.
    surroundings: { freezeInForce: async () => null, coverageOf },
    forecast: gates.forecast,
    tryGates: gates.tryGates,
  });
  const incidents = createIncidentService({ ...deps, onMoved: ({ id }) => rollouts.hasten([id]) });
  const deploys = openDeploys({ ...deps, connected: hub, rollouts });
  const notify = openNotify({
    ...deps,
    outbound,
    publicUrl,
    slackSigningSecret,
    rollouts: rollouts.service,
    flags: deps.flagDesk,
  });
  return {
    register(api) {
      rollouts.register(api);
      registerIncidentRoutes(api, { reads: store, incidents });
      deploys.register(api);
      notify.register(api);
    },
    flagsChanged: rollouts.hasten,
    restoreByRollout: rollouts.restore,
    async close() {
      await Promise.all([folding.close(), gates.close(), rollouts.close(), deploys.close(), notify.close()]);
    },
  };
}
