import type { RolloutView } from '@glidepath/server/api-types';
import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { EmptyState } from '../../kit/empty-state.tsx';
import { EnvironmentName } from '../../kit/environment-name.tsx';
import { ErrorNotice } from '../../kit/error-notice.tsx';
import { type Column, SimpleTable } from '../../kit/simple-table.tsx';
import { StatusMark } from '../../kit/status-mark.tsx';
import { TimeText } from '../../kit/time-text.tsx';
import { TitledPart } from '../../kit/titled-part.tsx';
import { useNames } from '../../lib/members-query.ts';
import { useServices } from '../../lib/services.tsx';
import { useSession } from '../../lib/session.tsx';
import { useNow } from '../../lib/use-now.ts';
import { countdownOf } from './countdown.ts';
import { CountdownText } from './countdown-text.tsx';
import { rolloutMessages as m } from './messages.ts';
import classes from './rollout-list.module.css';
import { rolloutsQuery } from './rollout-queries.ts';
import { GROUPS, type Group, groupOf, isOver, STATE_MARKS } from './rollout-state.ts';
import { StageBar } from './stage-bar.tsx';

/** Every rollout of the project, those first that wait for somebody. */
export function RolloutList() {
  const { api } = useServices();
  const { project } = useSession();
  const { data, error, refetch } = useQuery(rolloutsQuery(api, project));
  if (!data) {
    return error ? (
      <ErrorNotice failed={m.failed} error={error} onRetry={() => void refetch()} />
    ) : (
      <Skeleton height={200} role="status" aria-label={m.loading} />
    );
  }
  if (data.items.length === 0) {
    return (
      <EmptyState title={m.none}>
        <p>{m.noneWhy}</p>
      </EmptyState>
    );
  }
  return GROUPS.map((group) => {
    const rollouts = data.items.filter((rollout) => groupOf(rollout) === group);
    return rollouts.length > 0 && <Rollouts key={group} group={group} rollouts={rollouts} />;
  });
}

function Rollouts({ group, rollouts }: { readonly group: Group; readonly rollouts: readonly RolloutView[] }) {
  const nameOf = useNames();
  const title = m.groups[group];
  const columns: readonly Column<RolloutView>[] = [
    { name: m.columns.flag, cell: (rollout) => <RolloutLink rollout={rollout} /> },
    { name: m.columns.environment, cell: ({ environment }) => <EnvironmentName environment={environment} /> },
    { name: m.columns.stages, cell: (rollout) => <StageBar rollout={rollout} /> },
    { name: m.columns.state, cell: ({ state }) => <StatusMark state={STATE_MARKS[state]} label={m.states[state]} /> },
    { name: group === 'finished' ? m.columns.ended : m.columns.next, cell: (rollout) => <Next rollout={rollout} /> },
    { name: m.columns.owner, cell: ({ startedBy }) => nameOf(startedBy) },
  ];
  return (
    <div className={classes.group}>
      <TitledPart title={title}>
        <SimpleTable label={title} columns={columns} rows={rollouts} idOf={({ id }) => id} />
      </TitledPart>
    </div>
  );
}

function RolloutLink({ rollout: { id, flag } }: { readonly rollout: RolloutView }) {
  return (
    <Link to="/rollouts/$id" params={{ id }} className={classes.link}>
      {flag}
    </Link>
  );
}

function Next({ rollout }: { readonly rollout: RolloutView }) {
  const now = useNow();
  if (isOver(rollout.state)) return rollout.endedAt === null ? null : <TimeText at={rollout.endedAt} now={now} />;
  const { next } = rollout;
  return (
    <span className={classes.next}>
      {next !== null && <span>{next.what}</span>}
      {countdownOf(rollout, now).kind !== 'none' && <CountdownText rollout={rollout} />}
      {next?.waitsFor && <span className={classes.why}>{m.waitsFor(next.waitsFor)}</span>}
    </span>
  );
}
