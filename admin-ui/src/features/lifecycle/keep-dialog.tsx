import type { LifecycleView } from '@glidepath/server/api-types';
import { Button, NativeSelect, Text, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ErrorNotice } from '../../kit/error-notice.tsx';
import { FormDialog } from '../../kit/form-dialog.tsx';
import { flagPath } from '../../lib/paths.ts';
import { useServices } from '../../lib/services.tsx';
import { useSession } from '../../lib/session.tsx';
import { actionMessages } from './action-messages.ts';
import { EMPTY_KEEP, KEEP_DAYS, type KeepDraft, keepRules, keptUntil } from './keep-draft.ts';
import { renewLives } from './lifecycle-queries.ts';

const m = actionMessages.keep;

const CHOICES = [
  ...KEEP_DAYS.map((days) => ({ value: String(days), label: m.days(days) })),
  { value: 'date', label: m.date },
];

/** Promises that nobody is reminded of a flag for a while. */
export function KeepButton({ view: { flag } }: { readonly view: LifecycleView }) {
  const { may } = useSession();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button
        variant="default"
        size="sm"
        disabled={!may('flag.edit')}
        aria-label={m.of(flag)}
        onClick={() => setOpen(true)}
      >
        {m.button}
      </Button>
      {isOpen && <KeepDialog flag={flag} onClose={() => setOpen(false)} />}
    </>
  );
}

interface KeepDialogProps {
  readonly flag: string;
  readonly onClose: () => void;
}

function KeepDialog({ flag, onClose }: KeepDialogProps) {
  const { api, clock, newId } = useServices();
  const { project } = useSession();
  const queries = useQueryClient();
  const [idempotencyKey] = useState(newId);
  const form = useForm<KeepDraft>({ initialValues: EMPTY_KEEP, validate: keepRules(() => clock.now()) });
  const keep = useMutation({
    mutationFn: (draft: KeepDraft) => {
      const until = new Date(keptUntil(draft, clock.now()) ?? Number.NaN).toISOString();
      return api.post(`${flagPath(project, flag)}/keep`, {
        body: { until, reason: draft.reason.trim() },
        idempotencyKey,
      });
    },
    onSuccess() {
      onClose();
      return renewLives(queries, project, flag);
    },
  });
  return (
    <FormDialog
      opened
      title={m.title(flag)}
      action={m.action}
      failed={m.failed}
      creation={keep}
      onSubmit={form.onSubmit((draft) => keep.mutate(draft))}
      onClose={onClose}
    >
      <Text>{m.hint}</Text>
      <NativeSelect label={m.until} data={CHOICES} {...form.getInputProps('until')} />
      {form.getValues().until === 'date' && (
        <TextInput type="date" label={m.chosenDate} {...form.getInputProps('date')} />
      )}
      <Textarea label={m.reason} description={m.reasonHint} rows={2} {...form.getInputProps('reason')} />
    </FormDialog>
  );
}

/** Takes such a promise back. */
export function ReleaseButton({ view: { flag } }: { readonly view: LifecycleView }) {
  const { api, newId } = useServices();
  const { project, may } = useSession();
  const queries = useQueryClient();
  const release = useMutation({
    mutationFn: () => api.remove(`${flagPath(project, flag)}/keep`, { idempotencyKey: newId() }),
    onSuccess: () => renewLives(queries, project, flag),
  });
  return (
    <>
      <Button
        variant="default"
        size="sm"
        disabled={!may('flag.edit') || release.isPending}
        aria-label={m.releaseOf(flag)}
        onClick={() => release.mutate()}
      >
        {m.release}
      </Button>
      {release.isError && <ErrorNotice failed={m.releaseFailed} error={release.error} />}
    </>
  );
}
