import type { IncidentView } from '@glidepath/server/api-types';
import { Skeleton } from '@mantine/core';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { IncidentDetail } from '../features/incidents/incident-detail.tsx';
import { incidentMessages as m } from '../features/incidents/messages.ts';
import { incidentKey } from '../features/incidents/use-incident-step.ts';
import { ErrorNotice } from '../kit/error-notice.tsx';
import { Page } from '../kit/page.tsx';
import type { Api } from '../lib/api.ts';
import { incidentsPath } from '../lib/incidents-query.ts';
import { useServices } from '../lib/services.tsx';
import { useEnvironment, useSession } from '../lib/session.tsx';

const route = getRouteApi('/incidents/$id');
const RENEWED_MS = 3_000;

function incidentQuery(api: Api, project: string, id: string) {
  return queryOptions({
    queryKey: incidentKey(project, id),
    queryFn: ({ signal }) => api.get<IncidentView>(`${incidentsPath(project)}/${encodeURIComponent(id)}`, { signal }),
    refetchInterval: RENEWED_MS,
  });
}

export function IncidentPage() {
  const { id } = route.useParams();
  const { api } = useServices();
  const { project } = useSession();
  const { data: incident, error, refetch } = useQuery(incidentQuery(api, project, id));
  const environment = useEnvironment(incident?.environment);
  if (!incident) {
    return (
      <Page wide name={id} title={id}>
        {error ? (
          <ErrorNotice failed={m.failedOne} error={error} onRetry={() => void refetch()} />
        ) : (
          <Skeleton height={240} role="status" aria-label={m.loading} />
        )}
      </Page>
    );
  }
  const name = m.titleOf(incident.id, incident.title);
  return (
    <Page wide key={id} name={name} title={name} critical={environment?.critical ?? false}>
      <IncidentDetail incident={incident} />
    </Page>
  );
}
