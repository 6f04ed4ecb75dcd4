import type { ChannelEvent, ChannelView, Written } from '@glidepath/server/api-types';
import { Checkbox, Group, NativeSelect, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { environmentWord } from '../../kit/environment-chip.tsx';
import { FormDialog } from '../../kit/form-dialog.tsx';
import { TextListField } from '../../kit/text-list-field.tsx';
import { useServices } from '../../lib/services.tsx';
import { useSession } from '../../lib/session.tsx';
import { channelPath, channelsPath } from './channel-queries.ts';
import classes from './channels.module.css';
import { EventPicker } from './event-picker.tsx';
import { MessagePreview } from './message-preview.tsx';
import { channelMessages } from './messages.ts';

const m = channelMessages.form;
const KINDS = Object.entries(channelMessages.kinds).map(([value, label]) => ({ value, label }));
const USUAL: readonly ChannelEvent[] = [
  'flag-killed',
  'flag-restored',
  'rollout-rolled-back',
  'incident-opened',
  'incident-resolved',
];

interface Draft {
  readonly name: string;
  readonly kind: ChannelView['kind'];
  readonly address: string;
  readonly events: readonly ChannelEvent[];
  readonly environments: readonly string[];
  readonly tags: readonly string[];
}

type Saved = Written<ChannelView> & { readonly secret?: string };

export interface ChannelDialogProps {
  /** Null for a new one. */
  readonly channel: ChannelView | null;
  readonly onClose: () => void;
  /** With the signing secret of a new webhook; null where there is none to show. */
  readonly onSaved: (secret: string | null) => void;
}

/** Where messages go and what they tell, with the message itself beside it. */
export function ChannelDialog({ channel, onClose, onSaved }: ChannelDialogProps) {
  const { api, newId } = useServices();
  const { project } = useSession();
  const queries = useQueryClient();
  const [idempotencyKey] = useState(newId);
  const [previewed, setPreviewed] = useState<ChannelEvent>('flag-killed');
  const form = useForm<Draft>({
    initialValues: channel === null ? EMPTY : { ...draftOf(channel), address: '' },
    validate: {
      name: (name) => (name.trim() === '' ? m.nameMissing : null),
      address: (address) => (channel === null && address.trim() === '' ? m.addressMissing : null),
      events: (events) => (events.length === 0 ? m.eventsMissing : null),
    },
  });
  const save = useMutation({
    mutationFn({ kind, name, address, ...choice }: Draft): Promise<Saved> {
      const told = address.trim() === '' ? {} : { address: address.trim() };
      const body = { name: name.trim(), ...told, ...choice };
      if (channel === null) return api.post(channelsPath(project), { body: { ...body, kind }, idempotencyKey });
      return api.patch(channelPath(project, channel.id), { body, revision: channel.revision, idempotencyKey });
    },
    async onSuccess({ secret = null }) {
      await Promise.all([
        queries.invalidateQueries({ queryKey: ['channels', project] }),
        queries.invalidateQueries({ queryKey: ['channel', project] }),
      ]);
      onSaved(secret);
    },
  });
  const draft = form.getValues();
  return (
    <FormDialog
      opened
      size="72rem"
      title={channel === null ? m.create : m.editOf(channel.name)}
      action={channel === null ? m.create : m.save}
      failed={channel === null ? m.createFailed : m.editFailed}
      creation={save}
      onSubmit={form.onSubmit((complete) => save.mutate(complete))}
      onClose={onClose}
    >
      <div className={classes.columns}>
        <div className={classes.fields}>
          <TextInput
            label={channelMessages.name}
            description={m.nameHint}
            autoComplete="off"
            {...form.getInputProps('name')}
          />
          {channel === null && (
            <NativeSelect label={channelMessages.kind} data={KINDS} {...form.getInputProps('kind')} />
          )}
          <TextInput
            label={channelMessages.address}
            description={channel === null ? m.addresses[draft.kind] : m.addressKept(channel.address)}
            autoComplete="off"
            spellCheck={false}
            {...form.getInputProps('address')}
          />
          <EventPicker
            events={draft.events}
            error={typeof form.errors['events'] === 'string' ? form.errors['events'] : null}
            onChange={(events, last) => {
              form.setFieldValue('events', events);
              setPreviewed(last);
            }}
          />
          <Environments
            chosen={draft.environments}
            onChange={(environments) => form.setFieldValue('environments', environments)}
          />
          <TextListField
            visibleLabel
            label={m.tags}
            placeholder={m.tagsHint}
            values={draft.tags}
            onChange={(tags) => form.setFieldValue('tags', tags)}
          />
        </div>
        <MessagePreview
          kind={draft.kind}
          event={previewed}
          environment={draft.environments[0]}
          onEvent={setPreviewed}
        />
      </div>
    </FormDialog>
  );
}

const EMPTY: Draft = { name: '', kind: 'slack', address: '', events: USUAL, environments: [], tags: [] };

function draftOf({ name, kind, events, environments, tags }: ChannelView): Omit<Draft, 'address'> {
  return { name, kind, events, environments, tags };
}

interface EnvironmentsProps {
  readonly chosen: readonly string[];
  readonly onChange: (environments: readonly string[]) => void;
}

function Environments({ chosen, onChange }: EnvironmentsProps) {
  const { environments } = useSession();
  return (
    <Checkbox.Group
      label={m.environments}
      description={m.environmentsHint}
      value={[...chosen]}
      onChange={(keys) => onChange(keys)}
    >
      <Group mt={6}>
        {environments.map((environment) => (
          <Checkbox key={environment.key} value={environment.key} label={environmentWord(environment)} />
        ))}
      </Group>
    </Checkbox.Group>
  );
}
