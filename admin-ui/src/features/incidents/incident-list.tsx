import type { IncidentView } from '@glidepath/server/api-types';
import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { EmptyState } from '../../kit/empty-state.tsx';
import { EnvironmentName } from '../../kit/environment-name.tsx';
import { ErrorNotice } from '../../kit/error-notice.tsx';
import { type Column, SimpleTable } from '../../kit/simple-table.tsx';
import { StatusMark } from '../../kit/status-mark.tsx';
import { TimeText } from '../../kit/time-text.tsx';
import { TitledPart } from '../../kit/titled-part.tsx';
import { incidentsQuery } from '../../lib/incidents-query.ts';
import { useNames } from '../../lib/members-query.ts';
import { useServices } from '../../lib/services.tsx';
import { useSession } from '../../lib/session.tsx';
import { durationWords } from '../../lib/time.ts';
import { useNow } from '../../lib/use-now.ts';
import classes from './incident.module.css';
import { worstFirst } from './incident-state.ts';
import { incidentMessages as m } from './messages.ts';
import { SeverityMark } from './severity-mark.tsx';

/** Every incident of the project, the open ones first. */
export function IncidentList() {
  const { api } = useServices();
  const { project } = useSession();
  const { data, error, refetch } = useQuery(incidentsQuery(api, project));
  if (!data) {
    return error ? (
      <ErrorNotice failed={m.failed} error={error} onRetry={() => void refetch()} />
    ) : (
      <Skeleton height={200} role="status" aria-label={m.loading} />
    );
  }
  if (data.items.length === 0) {
    return (
      <EmptyState title={m.none}>
        <p>{m.noneWhy}</p>
      </EmptyState>
    );
  }
  const open = worstFirst(data.items.filter(({ resolvedAt }) => resolvedAt === null));
  const resolved = data.items.filter(({ resolvedAt }) => resolvedAt !== null);
  return (
    <>
      {open.length > 0 && <Incidents title={m.groups.open} incidents={open} />}
      {resolved.length > 0 && <Incidents title={m.groups.resolved} incidents={resolved} />}
    </>
  );
}

interface IncidentsProps {
  readonly title: string;
  readonly incidents: readonly IncidentView[];
}

function Incidents({ title, incidents }: IncidentsProps) {
  const now = useNow();
  const nameOf = useNames();
  const columns: readonly Column<IncidentView>[] = [
    { name: m.columns.incident, cell: (incident) => <IncidentLink incident={incident} /> },
    { name: m.columns.severity, cell: ({ severity }) => <SeverityMark severity={severity} /> },
    { name: m.columns.environment, cell: ({ environment }) => <EnvironmentName environment={environment} /> },
    { name: m.columns.state, cell: (incident) => <State incident={incident} now={now} /> },
    { name: m.columns.flags, cell: ({ flags }) => (flags.length === 0 ? m.allFlags : flags.join(', ')) },
    {
      name: m.columns.lead,
      cell: ({ lead, resolvedAt }) => leadWords(lead === null ? null : nameOf(lead), resolvedAt),
    },
  ];
  return (
    <TitledPart title={title}>
      <SimpleTable label={title} columns={columns} rows={incidents} idOf={({ id }) => id} />
    </TitledPart>
  );
}

function leadWords(name: string | null, resolvedAt: string | null): string {
  return name ?? (resolvedAt === null ? m.noLead : m.neverLed);
}

function IncidentLink({ incident: { id, title } }: { readonly incident: IncidentView }) {
  return (
    <Link to="/incidents/$id" params={{ id }} className={classes.link}>
      {m.titleOf(id, title)}
    </Link>
  );
}

function State({ incident, now }: { readonly incident: IncidentView; readonly now: number }) {
  const { resolvedAt, detectedAt } = incident;
  if (resolvedAt === null) {
    return <StatusMark state="attention" label={m.states.open(durationWords(now - Date.parse(detectedAt)))} />;
  }
  return (
    <span className={classes.state}>
      <StatusMark state="done" label={m.states.resolved} />
      <TimeText at={resolvedAt} now={now} />
    </span>
  );
}
