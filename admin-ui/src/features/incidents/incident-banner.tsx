import type { SessionView } from '@glidepath/server/api-types';
import { IconAlertTriangleFilled } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { incidentsQuery } from '../../lib/incidents-query.ts';
import { useServices } from '../../lib/services.tsx';
import { useSession } from '../../lib/session.tsx';
import { durationWords } from '../../lib/time.ts';
import { useNow } from '../../lib/use-now.ts';
import classes from './incident-banner.module.css';
import { announced } from './incident-state.ts';
import { incidentMessages } from './messages.ts';

const m = incidentMessages.banner;

type Shown = Omit<NonNullable<SessionView['incident']>, 'project'>;

/**
 * On every page while something hurts. Its height is known before the first page is drawn: the session says whether
 * there is an incident, so that nothing is pushed away later.
 */
export function IncidentBanner() {
  const { api } = useServices();
  const { session, project } = useSession();
  const now = useNow();
  const { data } = useQuery(incidentsQuery(api, project, { open: true }));
  const known = session.incident?.project === project ? [session.incident] : [];
  const [worst, ...others] = announced<Shown>(data?.items ?? known);
  if (worst === undefined) return null;
  const { id, title, severity, environment, detectedAt } = worst;
  const age = durationWords(now - Date.parse(detectedAt));
  return (
    <section className={classes.banner} data-severity={severity} aria-label={m.label}>
      <IconAlertTriangleFilled size={20} aria-hidden className={classes.icon} />
      <p className={classes.text}>
        <strong>{`${severity} ${id}`}</strong>
        <span className={classes.title}>{title}</span>
        <span className={classes.aside}>{[m.in(environment), m.open(age)].join(' · ')}</span>
        {others.length > 0 && (
          <Link to="/incidents" className={classes.more}>
            {m.more(others.length)}
          </Link>
        )}
      </p>
      <Link to="/incidents/$id" params={{ id }} className={classes.link} aria-label={m.pageOf(id)}>
        {m.page}
      </Link>
      <Link to="/switches" search={{ env: environment }} className={classes.link} data-second="true">
        {m.switches}
      </Link>
    </section>
  );
}
