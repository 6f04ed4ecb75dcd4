import type { IncidentView } from '@glidepath/server/api-types';
import { Link } from '@tanstack/react-router';
import { EnvironmentName } from '../../kit/environment-name.tsx';
import { StatusMark } from '../../kit/status-mark.tsx';
import { useNames } from '../../lib/members-query.ts';
import { durationWords } from '../../lib/time.ts';
import { useNow } from '../../lib/use-now.ts';
import { nowMessages } from './messages.ts';
import classes from './now.module.css';

const m = nowMessages.moving;

/** Incidents that somebody takes care of. */
export function LedIncidents({ incidents }: { readonly incidents: readonly IncidentView[] }) {
  const now = useNow();
  const nameOf = useNames();
  return (
    <ul className={classes.list}>
      {incidents.map(({ id, title, severity, environment, lead, detectedAt }) => (
        <li key={id} className={classes.fleet}>
          <StatusMark state="attention" label={severity} />
          <Link to="/incidents/$id" params={{ id }} className={classes.link}>
            {m.incident(id, title)}
          </Link>
          <EnvironmentName environment={environment} />
          <span>{m.led(nameOf(lead ?? ''))}</span>
          <span>{m.open(durationWords(now - Date.parse(detectedAt)))}</span>
        </li>
      ))}
    </ul>
  );
}
