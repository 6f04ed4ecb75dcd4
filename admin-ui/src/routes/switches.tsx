import { stateOf } from '@glidepath/core/change';
import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { switchMessages as m } from '../features/switches/messages.ts';
import { SwitchBoard } from '../features/switches/switch-board.tsx';
import { SwitchCard } from '../features/switches/switch-card.tsx';
import { connectionCountQuery } from '../features/switches/switch-queries.ts';
import { EnvironmentChip, environmentWord } from '../kit/environment-chip.tsx';
import { ErrorNotice } from '../kit/error-notice.tsx';
import { Page } from '../kit/page.tsx';
import { configOf, flagOf } from '../lib/flag-model.ts';
import { flagQuery } from '../lib/flag-queries.ts';
import { useServices } from '../lib/services.tsx';
import { type SessionEnvironment, useEnvironment, useSession } from '../lib/session.tsx';
import { ChooseEnvironment } from './choose-environment.tsx';
import classes from './switches.module.css';

const board = getRouteApi('/switches');
const focused = getRouteApi('/switches/$key');

/** The kill-switch board of the environment that the address names. */
export function SwitchesPage() {
  const { env, q } = board.useSearch();
  const navigate = board.useNavigate();
  const { api } = useServices();
  const { project } = useSession();
  const environment = useEnvironment(env);
  const connected = useQuery({
    ...connectionCountQuery(api, project, environment?.key ?? ''),
    enabled: environment !== null,
  }).data;
  if (!environment) {
    return <ChooseEnvironment onChoose={(key) => void navigate({ search: (search) => ({ ...search, env: key }) })} />;
  }
  return (
    <Page
      wide
      critical={environment.critical}
      name={`${m.title} · ${environmentWord(environment)}`}
      title={
        <span className={classes.title}>
          {m.title} <EnvironmentChip environment={environment} />
        </span>
      }
      lead={connected !== undefined && m.lead(connected)}
    >
      <SwitchBoard
        environment={environment}
        query={q ?? ''}
        onQuery={(query) => void navigate({ search: (search) => ({ ...search, q: query }), replace: true })}
      />
    </Page>
  );
}

/** One switch alone: any flag can be killed, whatever its purpose. */
export function SwitchPage() {
  const { key } = focused.useParams();
  const { env } = focused.useSearch();
  const navigate = focused.useNavigate();
  const environment = useEnvironment(env);
  if (!environment) return <ChooseEnvironment onChoose={(chosen) => void navigate({ search: { env: chosen } })} />;
  return (
    <Page
      critical={environment.critical}
      name={`${m.titleOf(key)} · ${environmentWord(environment)}`}
      title={
        <span className={classes.title}>
          {m.titleOf(key)} <EnvironmentChip environment={environment} />
        </span>
      }
    >
      <FocusedSwitch flagKey={key} environment={environment} />
    </Page>
  );
}

function FocusedSwitch({
  flagKey,
  environment,
}: {
  readonly flagKey: string;
  readonly environment: SessionEnvironment;
}) {
  const { api } = useServices();
  const { project } = useSession();
  const { data: flag, error, refetch } = useQuery(flagQuery(api, project, flagKey));
  if (!flag) {
    return error ? (
      <ErrorNotice failed={m.failed} error={error} onRetry={() => void refetch()} />
    ) : (
      <Skeleton height={240} maw={420} />
    );
  }
  const config = flag.environments.find((candidate) => candidate.environment === environment.key);
  if (!config) return null;
  const { state } = stateOf(flagOf(flag), configOf(config));
  return (
    <div className={classes.focused}>
      <SwitchCard
        state={{ flag: flag.key, name: flag.name, state, killed: config.killed }}
        environment={environment}
        reason=""
      />
    </div>
  );
}
