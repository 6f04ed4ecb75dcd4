import type { IncidentView, Written } from '@glidepath/server/api-types';
import { Button, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { FormDialog } from '../../kit/form-dialog.tsx';
import { incidentsPath } from '../../lib/incidents-query.ts';
import { useServices } from '../../lib/services.tsx';
import { useSession } from '../../lib/session.tsx';
import { INCIDENT_RULES, type IncidentDraft, IncidentFields } from './incident-fields.tsx';
import { incidentMessages } from './messages.ts';

const m = incidentMessages.opening;

/** The button that opens an incident, with its dialog. */
export function OpenIncident() {
  const { may } = useSession();
  const [isOpen, setOpen] = useState(false);
  const mayEdit = may('incident.edit');
  return (
    <>
      {!mayEdit && <Text c="dimmed">{incidentMessages.mayNot}</Text>}
      <Button
        color="red"
        disabled={!mayEdit}
        leftSection={<IconAlertTriangle size={18} aria-hidden />}
        onClick={() => setOpen(true)}
      >
        {m.button}
      </Button>
      {isOpen && <OpeningDialog onClose={() => setOpen(false)} />}
    </>
  );
}

function OpeningDialog({ onClose }: { readonly onClose: () => void }) {
  const { api, newId } = useServices();
  const { project } = useSession();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [idempotencyKey] = useState(newId);
  const form = useForm<IncidentDraft>({
    initialValues: { title: '', severity: 'SEV2', environment: '', flags: [] },
    validate: INCIDENT_RULES,
  });
  const opening = useMutation({
    mutationFn: ({ title, ...draft }: IncidentDraft) =>
      api.post<Written<IncidentView>>(incidentsPath(project), {
        body: { ...draft, title: title.trim() },
        idempotencyKey,
      }),
    async onSuccess({ document: { id } }) {
      await queries.invalidateQueries({ queryKey: ['incidents', project] });
      await navigate({ to: '/incidents/$id', params: { id } });
    },
  });
  return (
    <FormDialog
      opened
      size="lg"
      title={m.action}
      failed={m.failed}
      creation={opening}
      onSubmit={form.onSubmit((draft) => opening.mutate(draft))}
      onClose={onClose}
    >
      <IncidentFields form={form} hasPlace />
    </FormDialog>
  );
}
