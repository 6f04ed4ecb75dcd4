import type { FlagWithEnvironments } from '@glidepath/server/api-types';
import { SegmentedControl } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import classes from '../features/history/history.module.css';
import { History } from '../features/history/history.tsx';
import { searchOf, selectionOf } from '../features/history/history-search.ts';
import { historyMessages as m } from '../features/history/messages.ts';
import type { Selection } from '../features/history/selection.ts';
import { SharedHistory } from '../features/history/shared-history.tsx';
import { environmentWord } from '../kit/environment-chip.tsx';
import { type SessionEnvironment, useEnvironment } from '../lib/session.tsx';
import { ChooseEnvironment } from './choose-environment.tsx';
import { FlagFrame } from './flag-frame.tsx';

const route = getRouteApi('/flags/$key/history');

/** The revisions of one flag: in the environment that the address names, or of what all of them share. */
export function FlagHistoryPage() {
  const { key } = route.useParams();
  const { env } = route.useSearch();
  const navigate = route.useNavigate();
  const environment = useEnvironment(env);
  if (!environment) return <ChooseEnvironment onChoose={(chosen) => void navigate({ search: { env: chosen } })} />;
  return (
    <FlagFrame flagKey={key} part={m.title(environmentWord(environment))} environment={environment}>
      {(flag) => <Histories flag={flag} environment={environment} />}
    </FlagFrame>
  );
}

interface HistoriesProps {
  readonly flag: FlagWithEnvironments;
  readonly environment: SessionEnvironment;
}

function Histories({ flag, environment }: HistoriesProps) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const live = flag.environments.find((config) => config.environment === environment.key);
  const compared = {
    selection: selectionOf(search),
    onSelect: (selection: Selection) => void navigate({ search: (before) => ({ ...before, ...searchOf(selection) }) }),
  };
  return (
    <>
      <SegmentedControl
        aria-label={m.part}
        className={classes.part ?? ''}
        value={search.part ?? 'environment'}
        onChange={(part) =>
          void navigate({ search: { env: environment.key, part: part === 'shared' ? 'shared' : undefined } })
        }
        data={[
          { value: 'environment', label: environmentWord(environment) },
          { value: 'shared', label: m.shared.title },
        ]}
      />
      {search.part === 'shared' ? (
        <SharedHistory flag={flag} {...compared} />
      ) : (
        live && <History key={environment.key} flag={flag} environment={environment} live={live} {...compared} />
      )}
    </>
  );
}
