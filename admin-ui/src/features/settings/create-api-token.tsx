import type { ApiTokenView, Created } from '@glidepath/server/api-types';
import { NativeSelect, TextInput } from '@mantine/core';
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
  readonly days: string;
}

export function CreateApiToken({ opened, onClose, onCreated }: CreateApiTokenProps) {
  const { api } = useServices();
  const form = useForm<Draft>({
    initialValues: { name: '', role: 'editor', days: '90' },
    validate: {
      name: (name) => (name.trim() === '' ? settingsMessages.nameMissing : null),
      days: (days) => (/^\d{1,3}$/.test(days) && Number(days) >= 1 && Number(days) <= MOST_DAYS ? null : m.daysWrong),
    },
  });
  const create = useMutation({
    mutationFn: ({ name, role, days }: Draft) =>
      api.post<Created<ApiTokenView>>('/api/v1/api-tokens', {
        body: { name: name.trim(), role, expiresInDays: Number(days) },
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
      <NativeSelect
        label={m.role}
        data={ROLES.map((value) => ({ value, label: settingsMessages.members.roles[value] }))}
        {...form.getInputProps('role')}
      />
      <TextInput label={m.days} inputMode="numeric" autoComplete="off" {...form.getInputProps('days')} />
    </FormDialog>
  );
}
