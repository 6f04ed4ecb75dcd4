import type { SegmentUserView } from '@glidepath/server/api-types';
import { Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { EnvironmentChip, environmentWord } from '../../kit/environment-chip.tsx';
import { ErrorNotice } from '../../kit/error-notice.tsx';
import { type Column, SimpleTable } from '../../kit/simple-table.tsx';
import { StatusMark } from '../../kit/status-mark.tsx';
import { TitledPart } from '../../kit/titled-part.tsx';
import { useServices } from '../../lib/services.tsx';
import { type SessionEnvironment, useEnvironment, useSession } from '../../lib/session.tsx';
import { segmentMessages } from './messages.ts';
import { usersQuery } from './segment-queries.ts';
import classes from './segment-users.module.css';

const m = segmentMessages.users;

/** The rules of flags and of other segments that name a segment, those in critical environments first. */
export function SegmentUsers({ segment }: { readonly segment: string }) {
  const { api } = useServices();
  const { project, environments } = useSession();
  const query = useQuery(usersQuery(api, project, segment));
  return (
    <TitledPart title={m.title}>
      {query.isPending && <Skeleton height={80} />}
      {query.isError && <ErrorNotice failed={m.failed} error={query.error} onRetry={() => void query.refetch()} />}
      {query.data &&
        (query.data.total === 0 ? (
          <Text c="dimmed">{m.none}</Text>
        ) : (
          <Users users={query.data.items} total={query.data.total} environments={environments} />
        ))}
    </TitledPart>
  );
}

interface UsersProps {
  readonly users: readonly SegmentUserView[];
  readonly total: number;
  readonly environments: readonly SessionEnvironment[];
}

function Users({ users, total, environments }: UsersProps) {
  const keysOf = (kind: SegmentUserView['kind'], environment?: string) =>
    new Set(
      users
        .filter((user) => user.kind === kind && (environment === undefined || user.environment === environment))
        .map(({ key }) => key),
    ).size;
  const critical = environments.filter((environment) => environment.critical);
  const inCritical = critical.flatMap((environment) => {
    const count = keysOf('flag', environment.key);
    return count === 0 ? [] : [segmentMessages.usedIn(count, environmentWord(environment))];
  });
  const isCritical = (user: SegmentUserView) => critical.some(({ key }) => key === user.environment);
  const ordered = users.toSorted((a, b) => Number(isCritical(b)) - Number(isCritical(a)));
  const columns: readonly Column<SegmentUserView>[] = [
    { name: m.environment, cell: (user) => <Place environment={user.environment} /> },
    { name: m.flag, cell: (user) => <User user={user} /> },
    { name: m.rule, cell: (user) => <Rule user={user} /> },
    {
      name: m.state,
      cell: ({ state }) =>
        state === null ? (
          <Text span size="sm" c="dimmed">
            {m.isSegment}
          </Text>
        ) : (
          <StatusMark state={state.state} label={state.label} />
        ),
    },
    {
      name: m.actions,
      cell: (user) =>
        user.kind === 'flag' && (
          <Link
            to="/flags/$key/playground"
            params={{ key: user.key }}
            search={{ env: user.environment }}
            aria-label={m.evaluateOf(user.key, user.environment)}
            className={classes.link}
          >
            {m.evaluate}
          </Link>
        ),
    },
  ];
  return (
    <>
      <Text mb="xs">{m.sentence(keysOf('flag'), keysOf('segment'), inCritical)}</Text>
      <SimpleTable
        label={m.title}
        columns={columns}
        rows={ordered}
        idOf={(user) => `${user.environment} ${user.kind} ${user.key} ${user.ruleId}`}
      />
      {total > users.length && (
        <Text size="sm" c="dimmed" mt="xs">
          {m.more(total - users.length)}
        </Text>
      )}
    </>
  );
}

function Place({ environment: key }: { readonly environment: string }) {
  const environment = useEnvironment(key);
  return environment === null ? key : <EnvironmentChip environment={environment} />;
}

function User({ user }: { readonly user: SegmentUserView }) {
  return (
    <span className={classes.user}>
      {user.kind === 'flag' ? (
        <Link to="/flags/$key" params={{ key: user.key }} className={classes.link}>
          {user.key}
        </Link>
      ) : (
        <Link to="/segments/$key" params={{ key: user.key }} className={classes.link}>
          {user.key}
        </Link>
      )}
      {user.name !== user.key && (
        <Text span size="sm" c="dimmed">
          {user.name}
        </Text>
      )}
    </span>
  );
}

function Rule({ user }: { readonly user: SegmentUserView }) {
  const params = { key: user.key, env: user.environment };
  const words = m.ruleOf(user.ruleIndex + 1, user.ruleName);
  return user.kind === 'flag' ? (
    <Link to="/flags/$key/targeting/$env" params={params} className={classes.link}>
      {words}
    </Link>
  ) : (
    <Link to="/segments/$key/definition/$env" params={params} className={classes.link}>
      {words}
    </Link>
  );
}
