import { getRouteApi } from '@tanstack/react-router';
import { History } from '../features/history/history.tsx';
import { historyMessages as m } from '../features/history/messages.ts';
import { environmentWord } from '../kit/environment-chip.tsx';
import { useEnvironment } from '../lib/session.tsx';
import { ChooseEnvironment } from './choose-environment.tsx';
import { FlagFrame } from './flag-frame.tsx';

const route = getRouteApi('/flags/$key/history');

/** The revisions of one flag in the environment that the address names. */
export function FlagHistoryPage() {
  const { key } = route.useParams();
  const { env } = route.useSearch();
  const navigate = route.useNavigate();
  const environment = useEnvironment(env);
  if (!environment) return <ChooseEnvironment onChoose={(chosen) => void navigate({ search: { env: chosen } })} />;
  return (
    <FlagFrame flagKey={key} part={m.title(environmentWord(environment))} environment={environment}>
      {(flag) => {
        const live = flag.environments.find((config) => config.environment === env);
        return live && <History key={env} flag={flag} environment={environment} live={live} />;
      }}
    </FlagFrame>
  );
}
