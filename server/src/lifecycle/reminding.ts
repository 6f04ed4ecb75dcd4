import type { Directory } from '../auth/directory.ts';
import type { Clock } from '../clock.ts';
import type { Api } from '../http/api.ts';
import type { Logger } from '../log.ts';
import { createAnnouncer } from '../notify/announcer.ts';
import type { Store } from '../store/store.ts';
import { registerDigestPreviewRoutes } from './digest-preview-routes.ts';
import { openReminderLoop } from './reminder-loop.ts';
import { createReminders, type ReminderDeps } from './reminders.ts';

export interface RemindingDeps extends Pick<ReminderDeps, 'candidatesOf'> {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly directory: Pick<Directory, 'member'>;
  readonly publicUrl: string | null;
  /** Whether presses of buttons at Slack can be believed. */
  readonly hasButtons: boolean;
}

/** People are told of stale flags: all of them now and then, and owners of theirs. */
export function openReminding(deps: RemindingDeps): { register(api: Api): void; close(): Promise<void> } {
  const { store: reads, clock } = deps;
  const announcer = createAnnouncer(deps);
  const reminders = createReminders({ ...deps, announcer });
  const loop = openReminderLoop({ ...deps, reminders });
  return {
    register: (api) => registerDigestPreviewRoutes(api, { reads, clock, reminders, announcer }),
    close: loop.close,
  };
}
