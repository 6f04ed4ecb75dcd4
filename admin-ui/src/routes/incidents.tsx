import { IncidentList } from '../features/incidents/incident-list.tsx';
import { incidentMessages as m } from '../features/incidents/messages.ts';
import { OpenIncident } from '../features/incidents/open-incident.tsx';
import { Page } from '../kit/page.tsx';

export function IncidentsPage() {
  return (
    <Page wide name={m.title} title={m.title} lead={m.lead} aside={<OpenIncident />}>
      <IncidentList />
    </Page>
  );
}
