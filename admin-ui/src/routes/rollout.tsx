import { Skeleton, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { rolloutMessages as m } from '../features/rollouts/messages.ts';
import { RolloutDetail } from '../features/rollouts/rollout-detail.tsx';
import { rolloutQuery } from '../features/rollouts/rollout-queries.ts';
import { EnvironmentBand, EnvironmentChip, environmentWord } from '../kit/environment-chip.tsx';
import { ErrorNotice } from '../kit/error-notice.tsx';
import { Page } from '../kit/page.tsx';
import { useServices } from '../lib/services.tsx';
import { useEnvironment, useSession } from '../lib/session.tsx';
import classes from './switches.module.css';

const route = getRouteApi('/rollouts/$id');

/** One rollout; its environment is what it was started in, and cannot be switched. */
export function RolloutPage() {
  const { id } = route.useParams();
  const { api } = useServices();
  const { project } = useSession();
  const { data: rollout, error, refetch } = useQuery(rolloutQuery(api, project, id));
  const environment = useEnvironment(rollout?.environment);
  if (!rollout || !environment) {
    return (
      <Page wide name={m.title} title={m.title}>
        {error ? <ErrorNotice failed={m.failedOne} error={error} onRetry={() => void refetch()} /> : <Loading />}
      </Page>
    );
  }
  return (
    <>
      {environment.critical && <EnvironmentBand environment={environment} />}
      <Page
        wide
        key={id}
        critical={environment.critical}
        name={m.rolloutOf(rollout.flag, environmentWord(environment))}
        title={
          <span className={classes.title}>
            {rollout.flag} <EnvironmentChip environment={environment} />
          </span>
        }
      >
        <RolloutDetail rollout={rollout} environment={environment} />
      </Page>
    </>
  );
}

function Loading() {
  return (
    <Stack role="status" aria-label={m.loading}>
      <Skeleton height={120} />
      <Skeleton height={240} />
    </Stack>
  );
}
