import type { FlagWithEnvironments } from '@glidepath/server/api-types';
import { Skeleton, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { FlagLead, FlagTabs } from '../features/flags/flag-header.tsx';
import { flagMessages } from '../features/flags/messages.ts';
import { SafetyNet } from '../features/lifecycle/safety-net.tsx';
import { type EnvironmentIdentity, environmentWord } from '../kit/environment-chip.tsx';
import { ErrorNotice } from '../kit/error-notice.tsx';
import { Page } from '../kit/page.tsx';
import { flagQuery } from '../lib/flag-queries.ts';
import { useServices } from '../lib/services.tsx';
import { useSession } from '../lib/session.tsx';

const m = flagMessages.flag;

export interface FlagFrameProps {
  readonly flagKey: string;
  /** The part of the flag that is shown. */
  readonly part: string;
  /** Where the part belongs to one environment. */
  readonly environment?: EnvironmentIdentity | undefined;
  readonly wide?: boolean;
  readonly children: (flag: FlagWithEnvironments) => ReactNode;
}

/** What surrounds every part of a flag: its key, what it is for, and the ways to its other parts. */
export function FlagFrame({ flagKey, part, environment, wide = false, children }: FlagFrameProps) {
  const { api } = useServices();
  const { project } = useSession();
  const { data: flag, error, refetch } = useQuery(flagQuery(api, project, flagKey));
  const place = environment ? ` · ${environmentWord(environment)}` : '';
  return (
    <Page
      wide={wide}
      name={`${flagKey} · ${part}${place}`}
      critical={environment?.critical ?? false}
      title={flagKey}
      lead={flag && <FlagLead flag={flag} />}
    >
      <FlagTabs flag={flagKey} />
      {flag && flag.archivedAt !== null && <SafetyNet flag={flagKey} />}
      {flag && children(flag)}
      {!flag && error && <ErrorNotice failed={m.failed} error={error} onRetry={() => void refetch()} />}
      {!flag && !error && (
        <Stack role="status" aria-label={m.loading}>
          <Skeleton height={140} />
          <Skeleton height={140} />
        </Stack>
      )}
    </Page>
  );
}
