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

/** One of the two states of a setting, and how to leave it. */
interface SwitchState {
  readonly name: string;
  readonly why: string;
  readonly leave: string;
  readonly leaveEffect: string;
  /** What the environment is given to leave it. */
  readonly edit: Partial<EnvironmentView>;
}

interface SwitchSetting {
  readonly failed: string;
  readonly isOn: (environment: EnvironmentView) => boolean;
  readonly on: SwitchState;
  readonly off: SwitchState;
}

function environmentQuery(api: Api, project: string, environment: string) {
  return queryOptions({
    queryKey: ['environment', project, environment],
    queryFn: ({ signal }) => api.get<EnvironmentView>(environmentPath(project, environment), { signal }),
  });
}

const SETTINGS = {
  /** Whether browsers are believed who they are for. */
  secureMode: {
    failed: settingsMessages.secureMode.failed,
    isOn: ({ secureMode }) => secureMode === 'required',
    on: { ...settingsMessages.secureMode.on, edit: { secureMode: 'off' } },
    off: { ...settingsMessages.secureMode.off, edit: { secureMode: 'required' } },
  },
  /** Whether browsers are told why they get a value. */
  reasonsInBrowsers: {
    failed: settingsMessages.reasons.failed,
    isOn: ({ reasonsInBrowsers }) => reasonsInBrowsers,
    on: { ...settingsMessages.reasons.on, edit: { reasonsInBrowsers: false } },
    off: { ...settingsMessages.reasons.off, edit: { reasonsInBrowsers: true } },
  },
} as const satisfies Record<string, SwitchSetting>;

interface EnvironmentSwitchProps {
  readonly environment: string;
  readonly setting: keyof typeof SETTINGS;
}

/** How a setting of an environment stands, and the switch for it. */
export function EnvironmentSwitch({ environment, setting }: EnvironmentSwitchProps) {
  const { api, newId } = useServices();
  const { project, may } = useSession();
  const queries = useQueryClient();
  const query = environmentQuery(api, project, environment);
  const shown = useQuery(query);
  const [isAsking, setAsking] = useState(false);
  const set = useMutation({
    mutationFn: (body: SwitchState['edit']) =>
      api.patch(environmentPath(project, environment), { body, idempotencyKey: newId() }),
    onSuccess: () => {
      setAsking(false);
      return queries.invalidateQueries({ queryKey: query.queryKey });
    },
  });

  const { failed, isOn, on, off }: SwitchSetting = SETTINGS[setting];
  if (shown.isPending) return <Skeleton height={60} />;
  if (shown.isError) return <ErrorNotice failed={failed} error={shown.error} onRetry={() => void shown.refetch()} />;
  const { name, why, leave, leaveEffect, edit } = isOn(shown.data) ? on : off;
  return (
    <>
      <Group justify="space-between">
        <Text flex="1 1 20rem">
          <strong>{name}</strong> {why}
        </Text>
        <Button variant="default" flex="none" disabled={!may('environment.edit')} onClick={() => setAsking(true)}>
          {leave}
        </Button>
      </Group>
      <TypedConfirm
        opened={isAsking}
        onClose={() => {
          set.reset();
          setAsking(false);
        }}
        action={leave}
        effect={leaveEffect}
        word={environment}
        sending={set.isPending}
        failure={set.isError && <ErrorNotice failed={failed} error={set.error} />}
        onConfirm={() => set.mutate(edit)}
      />
    </>
  );
}
