import type { IncidentView } from '@glidepath/server/api-types';
import { Text } from '@mantine/core';
import { LinkButton } from '../../kit/link-button.tsx';
import { StatusMark } from '../../kit/status-mark.tsx';
import { TimeText } from '../../kit/time-text.tsx';
import { useSession } from '../../lib/session.tsx';
import { durationWords } from '../../lib/time.ts';
import { useNow } from '../../lib/use-now.ts';
import classes from './incident.module.css';
import { EditIncident, MoveIncident } from './incident-actions.tsx';
import { IncidentFacts } from './incident-facts.tsx';
import { IncidentNotes } from './incident-notes.tsx';
import { incidentMessages as m } from './messages.ts';
import { SeverityMark } from './severity-mark.tsx';

/** One incident: how it stands, what may be done, what is known, and what people wrote down. */
export function IncidentDetail({ incident }: { readonly incident: IncidentView }) {
  const now = useNow(1_000);
  const { may } = useSession();
  const { severity, resolvedAt, detectedAt, environment } = incident;
  const mayEdit = may('incident.edit');
  return (
    <>
      <div className={classes.head}>
        <SeverityMark severity={severity} />
        {resolvedAt === null ? (
          <StatusMark state="attention" label={m.states.open(durationWords(now - Date.parse(detectedAt)))} />
        ) : (
          <>
            <StatusMark state="done" label={m.states.resolved} />
            <TimeText at={resolvedAt} now={now} />
          </>
        )}
      </div>
      <div className={classes.head}>
        <MoveIncident incident={incident} disabled={!mayEdit} />
        <EditIncident incident={incident} disabled={!mayEdit} />
        <LinkButton to="/switches" search={{ env: environment }} variant="default">
          {m.switches}
        </LinkButton>
        {!mayEdit && <Text c="dimmed">{m.mayNot}</Text>}
      </div>
      <div className={classes.columns}>
        <IncidentNotes incident={incident} disabled={!mayEdit} />
        <IncidentFacts incident={incident} disabled={!mayEdit} />
      </div>
    </>
  );
}
