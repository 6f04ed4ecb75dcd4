import type { Directory } from '../auth/directory.ts';
import type { Vault } from '../auth/vault.ts';
import type { Clock, Random } from '../clock.ts';
import type { Api } from '../http/api.ts';
import type { Logger } from '../log.ts';
import type { Outbound } from '../outbound/outbound.ts';
import type { RolloutService } from '../rollouts/rollout-service.ts';
import type { Store } from '../store/store.ts';
import { registerChannelRoutes } from './channel-routes.ts';
import { createChannelService } from './channel-service.ts';
import { openDelivery } from './delivery.ts';
import { registerNoticeRoutes } from './notice-routes.ts';
import type { FlagDesk } from './slack/buttons/flag-desk.ts';
import { createSlackLinks } from './slack/slack-links.ts';
import { registerSlackRoutes } from './slack/slack-routes.ts';

export interface NotifyDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly vault: Vault;
  readonly directory: Directory;
  readonly outbound: Outbound;
  readonly rollouts: Pick<RolloutService, 'command'>;
  /** Where presses of buttons reach flags. */
  readonly flags: FlagDesk;
  /** Of the installation. */
  readonly secret: string;
  /** With which Slack signs presses of buttons; null = messages have none. */
  readonly slackSigningSecret: string | null;
  /** Where people reach the service; null = nobody has said, and messages hold no links. */
  readonly publicUrl: string | null;
}

/** What happens is told to channels; and what is pressed there is done. */
export interface Notify {
  register(api: Api): void;
  close(): Promise<void>;
}

export function openNotify(deps: NotifyDeps): Notify {
  const { slackSigningSecret: signingSecret } = deps;
  const hasButtons = signingSecret !== null;
  const delivery = openDelivery({ ...deps, hasButtons });
  const channels = createChannelService({ ...deps, onRetried: () => delivery.wake() });
  const links = createSlackLinks(deps);
  return {
    register(api) {
      registerChannelRoutes(api, { ...deps, channels });
      registerNoticeRoutes(api, { ...deps, channels, hasButtons });
      registerSlackRoutes(api, { ...deps, links, signingSecret });
    },
    close: () => delivery.close(),
  };
}
