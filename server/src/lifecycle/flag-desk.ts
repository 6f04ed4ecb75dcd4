import type { Clock } from '../clock.ts';
import type { ChangeFlag } from '../flags/write-path/change.ts';
import type { FlagDesk } from '../notify/slack/buttons/flag-desk.ts';
import type { KeepService } from './keep-service.ts';
import type { Lives } from './lives.ts';
import { DAY } from './nudges.ts';

export interface FlagDeskDeps {
  readonly changeFlag: ChangeFlag;
  readonly keeps: Pick<KeepService, 'keep'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly lives: Pick<Lives, 'one'>;
}

const COMMENT = 'from Slack';

/** What presses of buttons reach: the same services as the pages, in the name of who has pressed. */
export function createFlagDesk({ changeFlag, keeps, clock, lives }: FlagDeskDeps): FlagDesk {
  return {
    async change({ project, flag, principal, requestId }, instruction) {
      await changeFlag({
        actor: principal,
        origin: 'slack',
        requestId,
        comment: COMMENT,
        project: project.key,
        changes: [{ flag: flag.key, instructions: [instruction] }],
      });
    },

    async snooze({ project, flag, principal, requestId }, days) {
      const until = clock.now() + days * DAY;
      const cause = { actor: `member:${principal.id}`, origin: 'slack', requestId } as const;
      await keeps.keep(project, flag.key, { until, reason: `snoozed ${COMMENT}` }, cause);
      return until;
    },

    async removalCommand({ project, flag }) {
      return (await lives.one(project, flag.key))?.view.removalCommand ?? null;
    },
  };
}
