import { getRouteApi } from '@tanstack/react-router';
import { playgroundMessages as m } from '../features/playground/messages.ts';
import { Playground } from '../features/playground/playground.tsx';
import { environmentWord } from '../kit/environment-chip.tsx';
import { useEnvironment } from '../lib/session.tsx';
import { ChooseEnvironment } from './choose-environment.tsx';
import { FlagFrame } from './flag-frame.tsx';

const route = getRouteApi('/flags/$key/playground');

/** One flag evaluated as somebody, in the environment that the address names. */
export function PlaygroundPage() {
  const { key } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const environment = useEnvironment(search.env);
  if (!environment) {
    return <ChooseEnvironment onChoose={(env) => void navigate({ search: (before) => ({ ...before, env }) })} />;
  }
  return (
    <FlagFrame flagKey={key} part={m.titleIn(environmentWord(environment))} environment={environment} wide>
      {(flag) => {
        const live = flag.environments.find((config) => config.environment === environment.key);
        return (
          live && (
            <Playground
              key={`${key} ${environment.key}`}
              flag={flag}
              environment={environment}
              live={live}
              search={search}
              onSearch={(change, replace) => void navigate({ search: (before) => ({ ...before, ...change }), replace })}
            />
          )
        );
      }}
    </FlagFrame>
  );
}
