import type { FlagConfigView, FlagWithEnvironments } from '@glidepath/server/api-types';
import { NativeSelect, Text } from '@mantine/core';
import { useInfiniteQuery, useQueries } from '@tanstack/react-query';
import { EmptyState } from '../../kit/empty-state.tsx';
import { environmentWord } from '../../kit/environment-chip.tsx';
import { ErrorNotice } from '../../kit/error-notice.tsx';
import { historyQuery } from '../../lib/history-query.ts';
import type { PinnedUser } from '../../lib/pinned-users.ts';
import { useServices } from '../../lib/services.tsx';
import { type SessionEnvironment, useSession } from '../../lib/session.tsx';
import { trialQuery } from './evaluation-queries.ts';
import classes from './matrix.module.css';
import { answersOf, environmentColumn, type MatrixColumn, MOST_COLUMNS, revisionColumn } from './matrix-columns.ts';
import { playgroundMessages } from './messages.ts';
import type { PlaygroundProps } from './playground.tsx';

const m = playgroundMessages.matrix;

export interface MatrixProps extends PlaygroundProps {
  readonly users: readonly PinnedUser[];
}

/** All pinned users, in several environments or at several revisions; what differs from the first column stands out. */
export function Matrix({ flag, environment, live, search, onSearch, users }: MatrixProps) {
  if (users.length === 0) return <EmptyState title={m.nobody} />;
  const kind = search.columns ?? 'environments';
  return (
    <>
      <NativeSelect
        label={m.columns}
        className={classes.choice}
        value={kind}
        onChange={(event) =>
          onSearch({ columns: event.currentTarget.value === 'revisions' ? 'revisions' : undefined }, false)
        }
        data={[
          { value: 'environments', label: m.environments },
          { value: 'revisions', label: m.revisions },
        ]}
      />
      {kind === 'environments' ? (
        <EnvironmentMatrix flag={flag} users={users} />
      ) : (
        <RevisionMatrix flag={flag} environment={environment} live={live} users={users} />
      )}
    </>
  );
}

function EnvironmentMatrix({ flag, users }: Pick<MatrixProps, 'flag' | 'users'>) {
  const { environments } = useSession();
  const shown = environments.slice(0, MOST_COLUMNS).flatMap((environment) => {
    const config = flag.environments.find((candidate) => candidate.environment === environment.key);
    return config ? [{ title: environmentWord(environment), column: environmentColumn(config) }] : [];
  });
  return <Grid flag={flag} users={users} columns={shown} />;
}

interface RevisionMatrixProps {
  readonly flag: FlagWithEnvironments;
  readonly environment: SessionEnvironment;
  readonly live: FlagConfigView;
  readonly users: readonly PinnedUser[];
}

function RevisionMatrix({ flag, environment, live, users }: RevisionMatrixProps) {
  const { api } = useServices();
  const { project } = useSession();
  const history = useInfiniteQuery(historyQuery(api, project, environment.key, flag.key));
  if (history.isError) {
    return <ErrorNotice failed={m.historyFailed} error={history.error} onRetry={() => void history.refetch()} />;
  }
  const entries = history.data?.pages.flatMap((page) => page.items) ?? [];
  const columns = entries.slice(0, MOST_COLUMNS).flatMap((entry) => {
    const column = revisionColumn(flag, live, entry);
    return column ? [{ title: playgroundMessages.revision.earlier(entry.revision), column }] : [];
  });
  return <Grid flag={flag} users={users} columns={columns} />;
}

interface GridProps {
  readonly flag: FlagWithEnvironments;
  readonly users: readonly PinnedUser[];
  readonly columns: readonly { readonly title: string; readonly column: MatrixColumn }[];
}

function Grid({ flag, users, columns }: GridProps) {
  const { api } = useServices();
  const { project } = useSession();
  const contexts = users.map(({ context }) => context);
  const trials = useQueries({
    queries: columns.map(({ column }) => trialQuery(api, { project, flag: flag.key, ...column.trial, contexts })),
  });
  const answers = columns.map(({ column }, index) => answersOf(trials[index]?.data, column));
  const rows = users.map((user, row) => ({ user, cells: answers.map((column) => column?.[row] ?? null) }));
  const differing = rows.filter(({ cells }) => cells.some((cell) => isDifferent(cell, cells[0]))).length;
  return (
    <>
      <Text size="sm" role="status">
        {differing === 0 ? m.same : m.differs(differing)}
      </Text>
      <div className={classes.frame}>
        <table className={classes.table} aria-label={m.title}>
          <thead>
            <tr>
              <th scope="col">{m.user}</th>
              {columns.map(({ title, column }) => (
                <th key={column.id} scope="col">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ user, cells }) => (
              <tr key={user.name}>
                <th scope="row">{user.name}</th>
                {columns.map(({ column, title }, index) => (
                  <Cell key={column.id} name={title} cell={cells[index] ?? null} first={cells[0] ?? null} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

interface CellProps {
  readonly name: string;
  readonly cell: string | null;
  readonly first: string | null;
}

function Cell({ name, cell, first }: CellProps) {
  const differs = isDifferent(cell, first);
  return (
    <td data-name={name}>
      <span className={classes.cell} data-differs={differs}>
        {differs && '≠ '}
        {cell ?? '–'}
      </span>
    </td>
  );
}

/** What is not known differs from nothing. */
function isDifferent(cell: string | null, first: string | null | undefined): boolean {
  return cell !== null && first !== null && first !== undefined && cell !== first;
}
