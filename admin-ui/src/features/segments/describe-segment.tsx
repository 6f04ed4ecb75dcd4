import type { SegmentInstruction } from '@glidepath/core/change';
import type { SegmentView, Written } from '@glidepath/server/api-types';
import { Button, Group, Modal, Stack, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ErrorNotice } from '../../kit/error-notice.tsx';
import { segmentPath } from '../../lib/paths.ts';
import { useServices } from '../../lib/services.tsx';
import { useSession } from '../../lib/session.tsx';
import { segmentMessages } from './messages.ts';

const m = segmentMessages.segment;

export interface DescribeSegmentProps {
  readonly opened: boolean;
  readonly segment: SegmentView;
  readonly onClose: () => void;
}

/** What a segment is called, and what for: nobody is served anything else because of it. */
export function DescribeSegment({ opened, segment, onClose }: DescribeSegmentProps) {
  const { api, newId } = useServices();
  const { project } = useSession();
  const queries = useQueryClient();
  const form = useForm({ initialValues: { name: segment.name, description: segment.description } });
  const save = useMutation({
    mutationFn: async ({ name, description }: typeof form.values) => {
      const instructions: readonly SegmentInstruction[] = [
        ...(name.trim() === segment.name ? [] : [{ kind: 'rename', name: name.trim() } as const]),
        ...(description === segment.description ? [] : [{ kind: 'describe', description } as const]),
      ];
      if (instructions.length === 0) return;
      await api.patch<Written<SegmentView>>(segmentPath(project, segment.key), {
        body: { instructions },
        revision: segment.revision,
        idempotencyKey: newId(),
        tries: 3,
      });
    },
    onSuccess: onClose,
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ['segment', project, segment.key] }),
        queries.invalidateQueries({ queryKey: ['segments', project] }),
      ]),
  });
  return (
    <Modal opened={opened} onClose={onClose} title={m.describeTitle}>
      <form onSubmit={form.onSubmit((draft) => save.mutate(draft))} noValidate>
        <Stack>
          <TextInput label={segmentMessages.create.name} autoComplete="off" {...form.getInputProps('name')} />
          <Textarea label={segmentMessages.create.description} rows={3} {...form.getInputProps('description')} />
          {save.isError && <ErrorNotice failed={m.saveFailed} error={save.error} />}
          <Group justify="space-between">
            <Button variant="default" onClick={onClose}>
              {segmentMessages.create.cancel}
            </Button>
            <Button type="submit" disabled={save.isPending}>
              {save.isPending ? m.saving : m.save}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
