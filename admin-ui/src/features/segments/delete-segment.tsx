import type { Use } from '@glidepath/core/change';
import type { SegmentView } from '@glidepath/server/api-types';
import { Alert, List, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
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
  const { environments } = useSession();
  const isCritical = ({ environment: key }: Use) => environments.some((one) => one.key === key && one.critical);
  const users = usersOf(error).toSorted((a, b) => Number(isCritical(b)) - Number(isCritical(a)));
  if (users.length === 0) return <ErrorNotice failed={m.failed} error={error} />;
  return (
    <Alert color="red" variant="light" icon={<IconAlertTriangle aria-hidden />} title={m.inUse} role="alert">
      <Text size="sm">{m.users}</Text>
      <List size="sm" aria-label={m.users}>
        {users.slice(0, MOST).map(({ environment, kind, key, where }) => (
          <List.Item key={`${environment} ${kind} ${key} ${where}`}>{m.user(environment, kind, key, where)}</List.Item>
        ))}
      </List>
      {users.length > MOST && <Text size="sm">{segmentMessages.users.more(users.length - MOST)}</Text>}
    </Alert>
  );
}

/** Most that are listed: the page has them all. */
const MOST = 20;

function usersOf(error: Error): readonly Use[] {
  const users = error instanceof ApiError ? error.problem['users'] : undefined;
  return Array.isArray(users) ? (users as readonly Use[]) : [];
}
