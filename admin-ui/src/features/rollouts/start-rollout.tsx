import type { FlagWithEnvironments, RolloutView } from '@glidepath/server/api-types';
import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { ErrorNotice } from '../../kit/error-notice.tsx';
import { useServices } from '../../lib/services.tsx';
import { type SessionEnvironment, useSession } from '../../lib/session.tsx';
import { flagPlansQuery, plansQuery } from './rollout-queries.ts';
import { StartForm } from './start-form.tsx';
import { startMessages as m } from './start-messages.ts';

export interface StartRolloutProps {
  readonly flag: FlagWithEnvironments;
  readonly environment: SessionEnvironment;
  readonly onStarted: (rollout: RolloutView) => void;
}

/** The form, once the templates and the flag's own plan are there. */
export function StartRollout({ flag, environment, onStarted }: StartRolloutProps) {
  const { api } = useServices();
  const { project } = useSession();
  const plans = useQuery(plansQuery(api, project));
  const owned = useQuery(flagPlansQuery(api, project, flag.key));
  const live = flag.environments.find((config) => config.environment === environment.key);
  if (!live) return null;
  if (!plans.data || !owned.data) {
    const failed = [plans, owned].find(({ isError }) => isError);
    return failed ? (
      <ErrorNotice failed={m.failedPlans} error={failed.error} onRetry={() => void failed.refetch()} />
    ) : (
      <Skeleton height={400} />
    );
  }
  const own = owned.data.items.find((one) => one.environment === environment.key)?.plan ?? null;
  return <StartForm {...{ flag, live, environment, own, onStarted }} plans={plans.data.items} />;
}
