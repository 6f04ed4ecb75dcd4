import { getRouteApi } from '@tanstack/react-router';
import { ConnectionList } from '../features/connections/connection-list.tsx';
import { connectionMessages as m } from '../features/connections/messages.ts';
import { UnknownKeys } from '../features/usage/unknown-keys.tsx';
import { environmentWord } from '../kit/environment-chip.tsx';
import { Page } from '../kit/page.tsx';
import { useEnvironment } from '../lib/session.tsx';
import { ChooseEnvironment } from './choose-environment.tsx';

const route = getRouteApi('/connections');

/** The live SDKs of the environment that the address names. */
export function ConnectionsPage() {
  const { env } = route.useSearch();
  const navigate = route.useNavigate();
  const environment = useEnvironment(env);
  if (!environment) return <ChooseEnvironment onChoose={(key) => void navigate({ search: { env: key } })} />;
  return (
    <Page wide critical={environment.critical} name={`${m.title} · ${environmentWord(environment)}`} title={m.title}>
      <ConnectionList environment={environment.key} />
      <UnknownKeys environment={environment.key} />
    </Page>
  );
}
