import type { ApiTokenView, Created } from '@glidepath/server/api-types';
import { Checkbox, NativeSelect, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { FormDialog } from '../../kit/form-dialog.tsx';
import { useServices } from '../../lib/services.tsx';
import { settingsMessages } from './messages.ts';
import { ROLES, type Role } from './roles.ts';

const m = settingsMessages.tokens;
const MOST_DAYS = 366;

export interface CreateApiTokenProps {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly onCreated: (secret: string) => void;
}

interface Draft {
  readonly name: string;
  readonly role: Role;
  readonly isForPipelines: boolean;
  readonly days: string;
}

/** What pipelines do, and the weakest role that may. */
const PIPELINE = { role: 'operator', only: ['code.upload', 'deploy.record'] } as const;

export function CreateApiToken({ opened, onClose, onCreated }: CreateApiTokenProps) {
  const { api } = useServices();
  const form = useForm<Draft>({
    initialValues: { name: '', role: 'editor', isForPipelines: false, days: '90' },
    validate: {
      name: (name) => (name.trim() === '' ? settingsMessages.nameMissing : null),
      days: (days) => (/^\d{1,3}$/.test(days) && Number(days) >= 1 && Number(days) <= MOST_DAYS ? null : m.daysWrong),
    },
  });
  const create = useMutation({
    mutationFn: ({ name, role, isForPipelines, days }: Draft) =>
      api.post<Created<ApiTokenView>>('/api/v1/api-tokens', {
        body: { name: name.trim(), ...(isForPipelines ? PIPELINE : { role }), expiresInDays: Number(days) },
      }),
    onSuccess: ({ secret }) => {
      form.reset();
      onCreated(secret);
    },
  });
  return (
    <FormDialog
      opened={opened}
      title={m.create}
      failed={m.createFailed}
      creation={create}
      onSubmit={form.onSubmit((draft) => create.mutate(draft))}
      onClose={onClose}
    >
      <TextInput label={m.name} description={m.nameHint} autoComplete="off" {...form.getInputProps('name')} />
      <Checkbox
        label={m.isForPipelines}
        description={m.pipelinesHint}
        {...form.getInputProps('isForPipelines', { type: 'checkbox' })}
      />
      <NativeSelect
        label={m.role}
        disabled={form.values.isForPipelines}
        data={ROLES.map((value) => ({ value, label: settingsMessages.members.roles[value] }))}
        {...form.getInputProps('role')}
      />
      <TextInput label={m.days} inputMode="numeric" autoComplete="off" {...form.getInputProps('days')} />
    </FormDialog>
  );
}
