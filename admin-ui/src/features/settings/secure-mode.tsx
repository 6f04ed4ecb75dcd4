import type { EnvironmentView } from '@glidepath/server/api-types';
import { Button, Group, Skeleton, Text } from '@mantine/core';
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ErrorNotice } from '../../kit/error-notice.tsx';
import { TypedConfirm } from '../../kit/typed-confirm.tsx';
import type { Api } from '../../lib/api.ts';
import { environmentPath } from '../../lib/paths.ts';
import { useServices } from '../../lib/services.tsx';
import { useSession } from '../../lib/session.tsx';
import { settingsMessages } from './messages.ts';

const m = settingsMessages.secureMode;

function environmentQuery(api: Api, project: string, environment: string) {
  return queryOptions({
    queryKey: ['environment', project, environment],
    queryFn: ({ signal }) => api.get<EnvironmentView>(environmentPath(project, environment), { signal }),
  });
}

/** Whether browsers are believed who they are for, and the switch for it. */
export function SecureMode({ environment }: { readonly environment: string }) {
  const { api, newId } = useServices();
  const { project, may } = useSession();
  const queries = useQueryClient();
  const query = environmentQuery(api, project, environment);
  const shown = useQuery(query);
  const [isAsking, setAsking] = useState(false);
  const isRequired = shown.data?.secureMode === 'required';
  const set = useMutation({
    mutationFn: () => {
      const body = { secureMode: isRequired ? 'off' : 'required' };
      return api.patch(environmentPath(project, environment), { body, idempotencyKey: newId() });
    },
    onSuccess: () => {
      setAsking(false);
      return queries.invalidateQueries({ queryKey: query.queryKey });
    },
  });

  if (shown.isPending) return <Skeleton height={60} />;
  if (shown.isError) return <ErrorNotice failed={m.failed} error={shown.error} onRetry={() => void shown.refetch()} />;
  const action = isRequired ? m.turnOff : m.require;
  return (
    <>
      <Group justify="space-between">
        <Text flex="1 1 20rem">
          <strong>{isRequired ? m.required : m.off}</strong> {isRequired ? m.requiredWhy : m.offWhy}
        </Text>
        <Button variant="default" flex="none" disabled={!may('environment.edit')} onClick={() => setAsking(true)}>
          {action}
        </Button>
      </Group>
      <TypedConfirm
        opened={isAsking}
        onClose={() => {
          set.reset();
          setAsking(false);
        }}
        action={action}
        effect={isRequired ? m.turnOffEffect : m.requireEffect}
        word={environment}
        sending={set.isPending}
        failure={set.isError && <ErrorNotice failed={m.failed} error={set.error} />}
        onConfirm={() => set.mutate()}
      />
    </>
  );
}
