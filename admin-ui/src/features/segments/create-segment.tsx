import { KEY_PATTERN } from '@glidepath/core';
import type { SegmentView, Written } from '@glidepath/server/api-types';
import { Button, Group, Modal, Stack, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ErrorNotice } from '../../kit/error-notice.tsx';
import { projectPath } from '../../lib/paths.ts';
import { useServices } from '../../lib/services.tsx';
import { useSession } from '../../lib/session.tsx';
import { segmentMessages } from './messages.ts';

const m = segmentMessages.create;

export interface CreateSegmentProps {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly onCreated: (key: string) => void;
}

export function CreateSegment({ opened, onClose, onCreated }: CreateSegmentProps) {
  const { api, newId } = useServices();
  const { project } = useSession();
  const queries = useQueryClient();
  const form = useForm({
    initialValues: { key: '', name: '', description: '' },
    validate: { key: (key) => (KEY_PATTERN.test(key) ? null : m.keyWrong) },
  });
  const create = useMutation({
    mutationFn: ({ key, name, description }: typeof form.values) =>
      api.post<Written<SegmentView>>(`${projectPath(project)}/segments`, {
        body: {
          key,
          ...(name.trim() === '' ? {} : { name: name.trim() }),
          ...(description.trim() === '' ? {} : { description: description.trim() }),
        },
        idempotencyKey: newId(),
        tries: 3,
      }),
    onSuccess: async ({ document }) => {
      await queries.invalidateQueries({ queryKey: ['segments', project] });
      onCreated(document.key);
    },
  });

  function close() {
    create.reset();
    onClose();
  }

  return (
    <Modal opened={opened} onClose={close} title={m.action}>
      <form onSubmit={form.onSubmit((draft) => create.mutate(draft))} noValidate>
        <Stack>
          <TextInput
            label={m.key}
            description={m.keyHint}
            required
            autoComplete="off"
            spellCheck={false}
            {...form.getInputProps('key')}
          />
          <TextInput label={m.name} autoComplete="off" {...form.getInputProps('name')} />
          <Textarea label={m.description} rows={2} {...form.getInputProps('description')} />
          {create.isError && <ErrorNotice failed={m.failed} error={create.error} />}
          <Group justify="space-between">
            <Button variant="default" onClick={close}>
              {m.cancel}
            </Button>
            <Button type="submit" disabled={create.isPending}>
              {create.isPending ? m.sending : m.submit}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
