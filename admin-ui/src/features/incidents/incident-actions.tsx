import type { IncidentView } from '@glidepath/server/api-types';
import { Button, Text, Textarea } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { FormDialog } from '../../kit/form-dialog.tsx';
import { INCIDENT_RULES, type IncidentDraft, IncidentFields } from './incident-fields.tsx';
import { incidentMessages as m } from './messages.ts';
import { useIncidentStep } from './use-incident-step.ts';

interface ActionProps {
  readonly incident: IncidentView;
  readonly disabled: boolean;
}

/** Ends an incident, or opens it again. */
export function MoveIncident({ incident: { id, resolvedAt }, disabled }: ActionProps) {
  const [isAsked, setAsked] = useState(false);
  const kind = resolvedAt === null ? 'resolve' : 'reopen';
  const step = useIncidentStep(id, () => setAsked(false));
  const form = useForm({ initialValues: { comment: '' } });
  const words = m[kind];

  function close() {
    step.reset();
    form.reset();
    setAsked(false);
  }

  return (
    <>
      <Button disabled={disabled} variant={kind === 'resolve' ? 'filled' : 'default'} onClick={() => setAsked(true)}>
        {words.button}
      </Button>
      <FormDialog
        opened={isAsked}
        title={words.action(id)}
        failed={words.failed}
        creation={step}
        onSubmit={form.onSubmit(({ comment }) => step.mutate({ kind, comment: comment.trim() }))}
        onClose={close}
      >
        <Text>{words.effect}</Text>
        <Textarea label={m.comment} description={m.commentHint} rows={2} {...form.getInputProps('comment')} />
      </FormDialog>
    </>
  );
}

export function EditIncident({ incident, disabled }: ActionProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button variant="default" disabled={disabled} onClick={() => setOpen(true)}>
        {m.edit.button}
      </Button>
      {isOpen && <EditDialog incident={incident} onClose={() => setOpen(false)} />}
    </>
  );
}

interface EditDialogProps {
  readonly incident: IncidentView;
  readonly onClose: () => void;
}

function EditDialog({ incident: { id, revision: known, ...shown }, onClose }: EditDialogProps) {
  const step = useIncidentStep(id, onClose);
  // What was read when the dialog opened: somebody else's edit in between is not written over.
  const [revision] = useState(known);
  const { title, severity, environment, flags } = shown;
  const form = useForm<IncidentDraft>({
    initialValues: { title, severity, environment, flags },
    validate: INCIDENT_RULES,
  });
  return (
    <FormDialog
      opened
      size="lg"
      title={m.edit.action(id)}
      action={m.edit.save}
      failed={m.edit.failed}
      creation={step}
      onSubmit={form.onSubmit(({ environment: _there, ...edit }) => step.mutate({ kind: 'edit', revision, edit }))}
      onClose={onClose}
    >
      <IncidentFields form={form} hasPlace={false} />
    </FormDialog>
  );
}
