import type { Created, IntegrationView } from '@glidepath/server/api-types';
import { NativeSelect, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { environmentWord } from '../../kit/environment-chip.tsx';
import { FormDialog } from '../../kit/form-dialog.tsx';
import { useServices } from '../../lib/services.tsx';
import { useSession } from '../../lib/session.tsx';
import { integrationsPath } from './deploy-queries.ts';
import { deployMessages } from './messages.ts';

const m = deployMessages.webhooks;
const KINDS = Object.entries(m.kinds).map(([value, label]) => ({ value, label }));

interface Draft {
  readonly name: string;
  readonly kind: IntegrationView['kind'];
  readonly service: string;
  readonly environment: string;
}

export interface CreateWebhookProps {
  readonly onClose: () => void;
  readonly onCreated: (made: Created<IntegrationView>) => void;
}

export function CreateWebhook({ onClose, onCreated }: CreateWebhookProps) {
  const { api, newId } = useServices();
  const { project, environments } = useSession();
  const [idempotencyKey] = useState(newId);
  const form = useForm<Draft>({
    initialValues: { name: '', kind: 'github', service: '', environment: '' },
    validate: { name: (name) => (name.trim() === '' ? m.nameMissing : null) },
  });
  const creation = useMutation({
    mutationFn: ({ name, kind, service, environment }: Draft) =>
      api.post<Created<IntegrationView>>(integrationsPath(project), {
        body: { name: name.trim(), kind, service: service.trim() || null, environment: environment || null },
        idempotencyKey,
      }),
    onSuccess: onCreated,
  });
  return (
    <FormDialog
      opened
      title={m.create}
      failed={m.createFailed}
      creation={creation}
      onSubmit={form.onSubmit((draft) => creation.mutate(draft))}
      onClose={onClose}
    >
      <TextInput label={m.name} description={m.nameHint} autoComplete="off" {...form.getInputProps('name')} />
      <NativeSelect label={m.kind} data={KINDS} {...form.getInputProps('kind')} />
      <TextInput label={m.service} description={m.serviceHint} autoComplete="off" {...form.getInputProps('service')} />
      <NativeSelect
        label={m.environment}
        data={[
          { value: '', label: m.asMessage },
          ...environments.map((one) => ({ value: one.key, label: environmentWord(one) })),
        ]}
        {...form.getInputProps('environment')}
      />
    </FormDialog>
  );
}
