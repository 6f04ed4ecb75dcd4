import type { IncidentView } from '@glidepath/server/api-types';
import { Link } from '@tanstack/react-router';
import type { Need } from '../../lib/need.ts';
import classes from './incident.module.css';
import { incidentMessages } from './messages.ts';

const m = incidentMessages.needs;

/** An incident that nobody leads waits for somebody. */
export function needsOfIncidents(incidents: readonly IncidentView[]): readonly Need[] {
  return incidents
    .filter(({ resolvedAt, lead }) => resolvedAt === null && lead === null)
    .map(({ id, title, detectedAt, environment }) => ({
      id,
      verb: m.lead,
      what: (
        <Link to="/incidents/$id" params={{ id }} className={classes.link}>
          {m.open(id, title)}
        </Link>
      ),
      since: detectedAt,
      environment,
    }));
}
