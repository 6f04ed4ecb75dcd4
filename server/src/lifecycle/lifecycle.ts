import type { Directory } from '../auth/directory.ts';
import type { Clock, Random } from '../clock.ts';
import type { FlagIndex } from '../flags/flag-index.ts';
import type { ChangeFlag } from '../flags/write-path/change.ts';
import type { Api } from '../http/api.ts';
import type { Logger } from '../log.ts';
import type { Store } from '../store/store.ts';
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
}

/** What keeps flags from rotting: one part per line, each with its routes and its loops. */
export interface LifecyclePart {
  register(api: Api): void;
  close(): Promise<void>;
}

export function openLifecycle(deps: LifecycleDeps): LifecyclePart {
  const parts: readonly LifecyclePart[] = [openUpkeep(deps)];
  return {
    register(api) {
      for (const part of parts) part.register(api);
    },
    async close() {
      await Promise.all(parts.map((part) => part.close()));
    },
  };
}
