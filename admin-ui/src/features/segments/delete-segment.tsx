import type { Use } from '@glidepath/core/change';
import type { SegmentView } from '@glidepath/server/api-types';
import { List, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ErrorNotice } from '../../kit/error-notice.tsx';
import { TypedConfirm } from '../../kit/typed-confirm.tsx';
import { segmentPath } from '../../lib/paths.ts';
import { ApiError } from '../../lib/problem.ts';
import { useServices } from '../../lib/services.tsx';
import { useSession } from '../../lib/session.tsx';
import { segmentMessages } from './messages.ts';

const m = segmentMessages.remove;

export interface DeleteSegmentProps {
  readonly opened: boolean;
  readonly segment: SegmentView;
  readonly onClose: () => void;
  readonly onDeleted: () => void;
}

/** Deletes a segment that nothing uses; where something does, the server names it. */
export function DeleteSegment({ opened, segment, onClose, onDeleted }: DeleteSegmentProps) {
  const { api, newId } = useServices();
  const { project } = useSession();
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: () =>
      api.remove(segmentPath(project, segment.key), {
        revision: segment.revision,
        idempotencyKey: newId(),
        tries: 3,
      }),
    onSuccess: async () => {
      onDeleted();
      queries.removeQueries({ queryKey: ['segment', project, segment.key] });
      await queries.invalidateQueries({ queryKey: ['segments', project] });
    },
  });
  return (
    <TypedConfirm
      opened={opened}
      onClose={() => {
        remove.reset();
        onClose();
      }}
      action={m.title(segment.key)}
      effect={m.effect}
      word={segment.key}
      sending={remove.isPending}
      failure={remove.isError && <Failure error={remove.error} />}
      onConfirm={() => remove.mutate()}
    />
  );
}

function Failure({ error }: { readonly error: Error }) {
  const users = usersOf(error);
  return (
    <Stack gap="xs">
      <ErrorNotice failed={m.failed} error={error} />
      {users.length > 0 && (
        <>
          <Text size="sm">{m.users}</Text>
          <List size="sm" aria-label={m.users}>
            {users.map(({ environment, kind, key, where }) => (
              <List.Item key={`${environment} ${kind} ${key} ${where}`}>
                {m.user(environment, kind, key, where)}
              </List.Item>
            ))}
          </List>
        </>
      )}
    </Stack>
  );
}

/** Most that are listed: the page has them all. */
const MOST = 20;

function usersOf(error: Error): readonly Use[] {
  const users = error instanceof ApiError ? error.problem['users'] : undefined;
  return Array.isArray(users) ? (users as readonly Use[]).slice(0, MOST) : [];
}
