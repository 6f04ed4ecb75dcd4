import type { MemberView, Written } from '@glidepath/server/api-types';
import { NativeSelect, PasswordInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { FormDialog } from '../../kit/form-dialog.tsx';
import { useServices } from '../../lib/services.tsx';
import { settingsMessages } from './messages.ts';
import { ROLES, type Role } from './roles.ts';

const m = settingsMessages.members;

export interface CreateMemberProps {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly onCreated: () => void;
}

interface Draft {
  readonly name: string;
  readonly email: string;
  readonly password: string;
  readonly role: Role;
}

export function CreateMember({ opened, onClose, onCreated }: CreateMemberProps) {
  const { api } = useServices();
  const form = useForm<Draft>({
    initialValues: { name: '', email: '', password: '', role: 'editor' },
    validate: { name: (name) => (name.trim() === '' ? settingsMessages.nameMissing : null) },
  });
  const create = useMutation({
    mutationFn: ({ role, ...person }: Draft) =>
      api.post<Written<MemberView>>('/api/v1/members', { body: { ...person, roles: { '*': role } } }),
    onSuccess: () => {
      form.reset();
      onCreated();
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
      <TextInput label={m.name} autoComplete="off" {...form.getInputProps('name')} />
      <TextInput label={m.email} type="email" autoComplete="off" {...form.getInputProps('email')} />
      <NativeSelect
        label={m.role}
        data={ROLES.map((value) => ({ value, label: m.roles[value] }))}
        {...form.getInputProps('role')}
      />
      <PasswordInput
        label={m.password}
        description={m.passwordHint}
        autoComplete="new-password"
        {...form.getInputProps('password')}
      />
    </FormDialog>
  );
}
