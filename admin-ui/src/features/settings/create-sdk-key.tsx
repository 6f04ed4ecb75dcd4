import type { Created, SdkKeyView } from '@glidepath/server/api-types';
import { NativeSelect, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { FormDialog } from '../../kit/form-dialog.tsx';
import { environmentPath } from '../../lib/paths.ts';
import { useServices } from '../../lib/services.tsx';
import { useSession } from '../../lib/session.tsx';
import { settingsMessages } from './messages.ts';

const m = settingsMessages.keys;

export interface CreateSdkKeyProps {
  readonly opened: boolean;
  readonly environment: string;
  readonly onClose: () => void;
  readonly onCreated: (secret: string) => void;
}

interface Draft {
  readonly name: string;
  readonly kind: SdkKeyView['kind'];
  readonly origins: string;
}

export function CreateSdkKey({ opened, environment, onClose, onCreated }: CreateSdkKeyProps) {
  const { api } = useServices();
  const { project } = useSession();
  const form = useForm<Draft>({
    initialValues: { name: '', kind: 'server', origins: '' },
    validate: { name: (name) => (name.trim() === '' ? settingsMessages.nameMissing : null) },
  });
  const create = useMutation({
    mutationFn: ({ name, kind, origins }: Draft) =>
      api.post<Created<SdkKeyView>>(`${environmentPath(project, environment)}/sdk-keys`, {
        body: {
          name: name.trim(),
          kind,
          ...(kind === 'client' ? { origins: origins.split(/\s+/).filter((origin) => origin !== '') } : {}),
        },
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
        label={m.kind}
        data={[
          { value: 'server', label: m.kinds.server },
          { value: 'client', label: m.kinds.client },
        ]}
        {...form.getInputProps('kind')}
      />
      {form.values.kind === 'client' && (
        <Textarea label={m.origins} description={m.originsHint} rows={3} {...form.getInputProps('origins')} />
      )}
    </FormDialog>
  );
}
