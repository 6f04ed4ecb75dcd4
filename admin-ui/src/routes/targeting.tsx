import { getRouteApi } from '@tanstack/react-router';
import { CheckWithUser } from '../features/playground/check-with-user.tsx';
import { targetingMessages as m } from '../features/targeting/messages.ts';
import { Targeting } from '../features/targeting/targeting.tsx';
import { environmentWord } from '../kit/environment-chip.tsx';
import { useEnvironment } from '../lib/session.tsx';
import { ChooseEnvironment } from './choose-environment.tsx';
import { FlagFrame } from './flag-frame.tsx';

const route = getRouteApi('/flags/$key/targeting/$env');
const unchosen = getRouteApi('/flags/$key/targeting');

/** The targeting of one flag in the one environment that the address names. */
export function TargetingPage() {
  const { key, env } = route.useParams();
  const navigate = route.useNavigate();
  const environment = useEnvironment(env);
  if (!environment) {
    return (
      <ChooseEnvironment
        onChoose={(chosen) => void navigate({ to: '/flags/$key/targeting/$env', params: { key, env: chosen } })}
      />
    );
  }
  return (
    <FlagFrame flagKey={key} part={m.title(environmentWord(environment))} environment={environment}>
      {(flag) => {
        const live = flag.environments.find((config) => config.environment === env);
        return (
          live && (
            <Targeting
              key={`${key} ${env}`}
              flag={flag}
              environment={environment}
              live={live}
              trial={(instructions) => <CheckWithUser live={live} instructions={instructions} />}
            />
          )
        );
      }}
    </FlagFrame>
  );
}

/** Without an environment in the address none is chosen, least of all a critical one. */
export function TargetingChoicePage() {
  const { key } = unchosen.useParams();
  const navigate = unchosen.useNavigate();
  return (
    <ChooseEnvironment
      onChoose={(env) => void navigate({ to: '/flags/$key/targeting/$env', params: { key, env }, replace: true })}
    />
  );
}
