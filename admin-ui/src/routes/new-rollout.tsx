import { getRouteApi } from '@tanstack/react-router';
import { startMessages as m } from '../features/rollouts/start-messages.ts';
import { StartRollout } from '../features/rollouts/start-rollout.tsx';
import { useEnvironment } from '../lib/session.tsx';
import { ChooseEnvironment } from './choose-environment.tsx';
import { FlagFrame } from './flag-frame.tsx';

const route = getRouteApi('/flags/$key/rollout/new');

/** A rollout of one flag is started in the one environment that the address names. */
export function NewRolloutPage() {
  const { key } = route.useParams();
  const { env } = route.useSearch();
  const navigate = route.useNavigate();
  const environment = useEnvironment(env);
  if (!environment) return <ChooseEnvironment onChoose={(chosen) => void navigate({ search: { env: chosen } })} />;
  return (
    <FlagFrame flagKey={key} part={m.part} environment={environment}>
      {(flag) => (
        <StartRollout
          key={`${key} ${env}`}
          flag={flag}
          environment={environment}
          onStarted={({ id }) => void navigate({ to: '/rollouts/$id', params: { id } })}
        />
      )}
    </FlagFrame>
  );
}
