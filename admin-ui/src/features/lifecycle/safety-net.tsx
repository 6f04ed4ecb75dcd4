import type { LifecycleView } from '@glidepath/server/api-types';
import { Alert, Text } from '@mantine/core';
import { IconArchive } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { TimeText } from '../../kit/time-text.tsx';
import { flagLifecycleQuery } from '../../lib/lifecycle-query.ts';
import { useServices } from '../../lib/services.tsx';
import { useSession } from '../../lib/session.tsx';
import { absoluteTime, dayWords } from '../../lib/time.ts';
import { useNow } from '../../lib/use-now.ts';
import { Askers } from './askers.tsx';
import { FlagChangeButton } from './flag-change-sheet.tsx';
import { lifecycleMessages } from './messages.ts';
import { SAFETY_NET_DAYS } from './standing.ts';

const m = lifecycleMessages.net;
const DAY_MS = 86_400_000;

/** Above every part of an archived flag: until when it serves, who still asks, and the way back. */
export function SafetyNet({ flag }: { readonly flag: string }) {
  const { api } = useServices();
  const { project } = useSession();
  const { data } = useQuery(flagLifecycleQuery(api, project, flag));
  return data && data.servesUntil !== null ? <Net view={data} servesUntil={data.servesUntil} /> : null;
}

interface NetProps {
  readonly view: LifecycleView;
  readonly servesUntil: string;
}

function Net({ view, servesUntil }: NetProps) {
  const now = useNow();
  const end = Date.parse(servesUntil);
  // Never more than were promised, whatever a clock says.
  const days = Math.min(SAFETY_NET_DAYS, Math.max(0, Math.ceil((end - now) / DAY_MS)));
  return (
    <Alert color="yellow" icon={<IconArchive aria-hidden />} title={m.title(days)}>
      <Text size="sm">
        {days > 0 ? m.until : m.ended}{' '}
        <time dateTime={servesUntil} title={absoluteTime(end)}>
          {dayWords(end)}
        </time>
        . {m.reserved}
      </Text>
      <Text size="sm" mb="sm">
        {view.evaluations7d > 0 && view.evaluatedAt !== null ? (
          <strong>
            {m.asked(view.evaluations7d)} <TimeText at={view.evaluatedAt} now={now} />.
          </strong>
        ) : (
          m.notAsked
        )}
      </Text>
      <Askers flag={view.flag} />
      <FlagChangeButton view={view} kind="unarchive" />
    </Alert>
  );
}
