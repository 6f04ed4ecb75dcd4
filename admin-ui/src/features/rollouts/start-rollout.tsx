import type { FlagWithEnvironments, RolloutView } from '@glidepath/server/api-types';
import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { ErrorNotice } from '../../kit/error-notice.tsx';
import { useServices } from '../../lib/services.tsx';
import { type SessionEnvironment, useSession } from '../../lib/session.tsx';
import { plansQuery } from './rollout-queries.ts';
import { StartForm } from './start-form.tsx';
import { startMessages as m } from './start-messages.ts';

export interface StartRolloutProps {
  readonly flag: FlagWithEnvironments;
  readonly environment: SessionEnvironment;
  readonly onStarted: (rollout: RolloutView) => void;
}

/** The form, once the templates are there. */
export function StartRollout({ flag, environment, onStarted }: StartRolloutProps) {
  const { api } = useServices();
  const { project } = useSession();
  const { data, error, refetch } = useQuery(plansQuery(api, project));
  const live = flag.environments.find((config) => config.environment === environment.key);
  if (!live) return null;
  if (!data) {
    return error ? (
      <ErrorNotice failed={m.failedPlans} error={error} onRetry={() => void refetch()} />
    ) : (
      <Skeleton height={400} />
    );
  }
  return <StartForm {...{ flag, live, environment, onStarted }} plans={data.items} />;
}
