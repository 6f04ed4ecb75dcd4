import type { ConnectionView, Page } from '@glidepath/server/api-types';
import { Skeleton, Text } from '@mantine/core';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { EmptyState } from '../../kit/empty-state.tsx';
import { ErrorNotice } from '../../kit/error-notice.tsx';
import { type Column, SimpleTable } from '../../kit/simple-table.tsx';
import { TimeText } from '../../kit/time-text.tsx';
import type { Api } from '../../lib/api.ts';
import { environmentPath } from '../../lib/paths.ts';
import { useServices } from '../../lib/services.tsx';
import { useSession } from '../../lib/session.tsx';
import { useNow } from '../../lib/use-now.ts';
import { connectionMessages as m } from './messages.ts';

const MOST = 500;

function connectionsQuery(api: Api, project: string, environment: string) {
  return queryOptions({
    queryKey: ['connections', project, environment],
    queryFn: ({ signal }) =>
      api.get<Page<ConnectionView>>(`${environmentPath(project, environment)}/connections`, {
        query: { limit: MOST },
        signal,
      }),
    refetchInterval: 2_000,
  });
}

/** The live SDKs of an environment: who is there, and who lags behind. */
export function ConnectionList({ environment }: { readonly environment: string }) {
  const { api } = useServices();
  const { project } = useSession();
  const now = useNow();
  const { data, error, refetch } = useQuery(connectionsQuery(api, project, environment));
  if (!data) {
    if (error) return <ErrorNotice failed={m.failed} error={error} onRetry={() => void refetch()} />;
    return <Skeleton height={200} />;
  }
  if (data.total === 0) {
    return (
      <EmptyState title={m.none}>
        <Text c="dimmed">{m.noneWhy}</Text>
      </EmptyState>
    );
  }
  const newest = Math.max(...data.items.map((connection) => connection.version ?? 0));
  const onLatest = data.items.filter((connection) => connection.version === newest).length;
  return (
    <>
      <Text c="dimmed">{m.lead(data.total, onLatest)}</Text>
      <SimpleTable
        label={m.list}
        columns={columnsFor(newest, now)}
        rows={data.items.toSorted((a, b) => nameOf(a).localeCompare(nameOf(b)))}
        idOf={(connection) => connection.id}
      />
      {data.total > data.items.length && (
        <Text size="sm" c="dimmed">
          {m.more(data.items.length, data.total)}
        </Text>
      )}
    </>
  );
}

function nameOf({ application }: ConnectionView): string {
  return application.name ?? m.unknown;
}

function columnsFor(newest: number, now: number): readonly Column<ConnectionView>[] {
  return [
    { name: m.application, cell: nameOf },
    { name: m.instance, cell: ({ application }) => application.instance ?? application.region ?? '' },
    {
      name: m.sdk,
      cell: ({ sdk, unsupported }) => (
        <>
          {sdk}
          {unsupported.length > 0 && (
            <Text size="sm" c="orange">
              ⚠ {m.unsupported(unsupported.length)}
            </Text>
          )}
        </>
      ),
    },
    {
      name: m.since,
      cell: ({ connectedAt }) => <TimeText at={new Date(connectedAt).toISOString()} now={now} />,
    },
    { name: m.applied, cell: ({ version }) => appliedWords(version, newest) },
    { name: m.seen, cell: ({ lastSeenMs }) => m.silent(Math.round(lastSeenMs / 1000)) },
  ];
}

function appliedWords(version: number | null, newest: number): string {
  if (version === null) return m.nothingApplied;
  return version < newest ? m.behind(version, newest - version) : m.current(version);
}
