import type { Directory } from '../auth/directory.ts';
import type { Clock, Random } from '../clock.ts';
import type { FlagIndex } from '../flags/flag-index.ts';
import type { FlagRouteDeps } from '../flags/flag-routes.ts';
import type { ChangeFlag } from '../flags/write-path/change.ts';
import type { Api } from '../http/api.ts';
import type { Logger } from '../log.ts';
import type { FlagDesk } from '../notify/slack/buttons/flag-desk.ts';
import type { Store } from '../store/store.ts';
import { keysByLife } from './clean-up.ts';
import { createFlagDesk } from './flag-desk.ts';
import { createKeepService } from './keep-service.ts';
import { createLives } from './lives.ts';
import { openOverview } from './overview.ts';
import { openReminding } from './reminding.ts';
import { createStillAsked } from './still-asked.ts';
import { openUpkeep } from './upkeep.ts';

export interface LifecycleDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Names this process among its replicas. */
  readonly replica: string;
  readonly directory: Directory;
  readonly changeFlag: ChangeFlag;
  readonly flags: FlagIndex;
  /** Where people reach the UI; null = not known. */
  readonly publicUrl: string | null;
  /** Whether presses of buttons at Slack can be believed. */
  readonly hasButtons: boolean;
}

/** What keeps flags from rotting: one part per line, each with its routes and its loops. */
export interface LifecyclePart {
  register(api: Api): void;
  close(): Promise<void>;
}

export interface LifecycleParts extends LifecyclePart {
  /** Keys of flags by what is said of their lives. */
  readonly keysByLife: FlagRouteDeps['keysByLife'];
  /** What presses of buttons at Slack reach. */
  readonly flagDesk: FlagDesk;
  /** What is done now and then, by any replica: twice does no harm. */
  tidy(now: number): Promise<void>;
}

export function openLifecycle(deps: LifecycleDeps): LifecycleParts {
  const lives = createLives(deps);
  const parts: readonly LifecyclePart[] = [
    openUpkeep(deps),
    openOverview({ ...deps, lives }),
    openReminding({ ...deps, candidatesOf: lives.of }),
  ];
  return {
    keysByLife: async (project, filter) => keysByLife(await lives.lately(project), filter),
    flagDesk: createFlagDesk({ ...deps, keeps: createKeepService(deps), lives }),
    tidy: createStillAsked(deps),
    register(api) {
      for (const part of parts) part.register(api);
    },
    async close() {
      await Promise.all(parts.map((part) => part.close()));
    },
  };
}
