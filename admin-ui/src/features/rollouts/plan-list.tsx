import type { PlanView } from '@glidepath/server/api-types';
import { Badge, Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { ErrorNotice } from '../../kit/error-notice.tsx';
import { type Column, SimpleTable } from '../../kit/simple-table.tsx';
import { useServices } from '../../lib/services.tsx';
import { useSession } from '../../lib/session.tsx';
import { rolloutMessages } from './messages.ts';
import { plansQuery } from './rollout-queries.ts';
import { stageName } from './rollout-state.ts';

const m = rolloutMessages.plans;

/** The courses that a rollout can take. */
export function PlanList() {
  const { api } = useServices();
  const { project } = useSession();
  const { data, error, refetch } = useQuery(plansQuery(api, project));
  if (!data) {
    return error ? (
      <ErrorNotice failed={m.failed} error={error} onRetry={() => void refetch()} />
    ) : (
      <Skeleton height={240} />
    );
  }
  return (
    <>
      <Text c="dimmed">{m.lead}</Text>
      <SimpleTable label={m.list} columns={COLUMNS} rows={data.items} idOf={({ id }) => id} />
    </>
  );
}

const COLUMNS: readonly Column<PlanView>[] = [
  { name: m.name, cell: ({ name, isBuiltIn }) => <Name name={name} isBuiltIn={isBuiltIn} /> },
  { name: m.stages, cell: ({ stages }) => stages.map(courseWords).join(' → ') },
  { name: m.gates, cell: ({ gates }) => gates.map(({ id }) => id).join(', ') || m.none },
  { name: m.onFailure, cell: ({ onFailure }) => m.failures[onFailure] },
];

function courseWords(stage: PlanView['stages'][number]): string {
  return m.stage(stageName(stage), rolloutMessages.timeline.minutes(stage.bakeMinutes));
}

function Name({ name, isBuiltIn }: Pick<PlanView, 'name' | 'isBuiltIn'>) {
  return (
    <span>
      {name}{' '}
      {isBuiltIn && (
        <Badge variant="light" color="gray" tt="none">
          {m.builtIn}
        </Badge>
      )}
    </span>
  );
}
