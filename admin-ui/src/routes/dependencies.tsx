import { getRouteApi } from '@tanstack/react-router';
import { Dependencies } from '../features/dependencies/dependencies.tsx';
import { dependencyMessages as m } from '../features/dependencies/messages.ts';
import { environmentWord } from '../kit/environment-chip.tsx';
import { useEnvironment } from '../lib/session.tsx';
import { ChooseEnvironment } from './choose-environment.tsx';
import { FlagFrame } from './flag-frame.tsx';

const route = getRouteApi('/flags/$key/dependencies');

/** What one flag needs and what needs it, in the environment that the address names. */
export function DependenciesPage() {
  const { key } = route.useParams();
  const { env } = route.useSearch();
  const navigate = route.useNavigate();
  const environment = useEnvironment(env);
  if (!environment) return <ChooseEnvironment onChoose={(chosen) => void navigate({ search: { env: chosen } })} />;
  return (
    <FlagFrame flagKey={key} part={m.titleIn(environmentWord(environment))} environment={environment}>
      {() => <Dependencies key={`${key} ${environment.key}`} flag={key} environment={environment.key} />}
    </FlagFrame>
  );
}
