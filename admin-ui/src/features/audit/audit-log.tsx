import type { AuditView, Page } from '@glidepath/server/api-types';
import { Button, Skeleton, Text } from '@mantine/core';
import { infiniteQueryOptions, useInfiniteQuery } from '@tanstack/react-query';
import { EmptyState } from '../../kit/empty-state.tsx';
import { ErrorNotice } from '../../kit/error-notice.tsx';
import { Sentence } from '../../kit/sentence.tsx';
import { type Column, SimpleTable } from '../../kit/simple-table.tsx';
import { TimeText } from '../../kit/time-text.tsx';
import type { Api } from '../../lib/api.ts';
import { useNames } from '../../lib/members-query.ts';
import { useServices } from '../../lib/services.tsx';
import { useSession } from '../../lib/session.tsx';
import { useNow } from '../../lib/use-now.ts';
import { auditWords } from './audit-entry.ts';
import classes from './audit-log.module.css';
import type { AuditSearch } from './audit-search.ts';
import { auditMessages as m } from './messages.ts';

const PAGE = 50;

export type AuditFilters = Omit<AuditSearch, 'ignored'>;

function auditQuery(api: Api, filters: Readonly<Record<string, string | undefined>>) {
  return infiniteQueryOptions({
    queryKey: ['audit', filters],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<AuditView>>('/api/v1/audit', { query: { ...filters, limit: PAGE, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
  });
}

/** What happened, newest first. Whoever may not read the whole installation reads the project's part. */
export function AuditLog({ filters }: { readonly filters: AuditFilters }) {
  const { api } = useServices();
  const { project } = useSession();
  const now = useNow();
  const nameOf = useNames();
  const log = useInfiniteQuery(auditQuery(api, { project, ...filters }));
  if (log.isPending) return <Skeleton height={320} />;
  if (log.isError) return <ErrorNotice failed={m.failed} error={log.error} onRetry={() => void log.refetch()} />;
  const entries = log.data.pages.flatMap((page) => page.items);
  if (entries.length === 0) return <EmptyState title={m.none} />;
  return (
    <>
      <SimpleTable label={m.list} columns={columnsFor(now, nameOf)} rows={entries} idOf={(entry) => entry.seq} />
      {log.hasNextPage && (
        <Button variant="default" disabled={log.isFetchingNextPage} onClick={() => void log.fetchNextPage()}>
          {log.isFetchingNextPage ? m.loadingMore : m.more}
        </Button>
      )}
    </>
  );
}

function columnsFor(now: number, nameOf: (id: string) => string): readonly Column<AuditView>[] {
  return [
    { name: '#', cell: (entry) => <span className={classes.figure}>{entry.seq}</span> },
    { name: m.when, cell: (entry) => <TimeText at={entry.at} now={now} /> },
    { name: m.who, cell: (entry) => <span className={classes.who}>{`${nameOf(entry.actor)} (${entry.origin})`}</span> },
    { name: m.what, cell: (entry) => <What entry={entry} /> },
    {
      name: m.where,
      cell: (entry) => (
        <div className={classes.figure}>
          {entry.environments.map(({ key, from, to }) => (
            <div key={key}>{m.step(key, from, to)}</div>
          ))}
        </div>
      ),
    },
  ];
}

function What({ entry }: { readonly entry: AuditView }) {
  const { sentences, comment, subjects } = auditWords(entry);
  return (
    <div>
      {subjects.length > 0 && (
        <Text span inherit fw={600}>
          {subjects.join(', ')}:{' '}
        </Text>
      )}
      <Sentence text={sentences.join('; ')} />
      {comment !== null && (
        <Text size="sm" c="dimmed">
          “{comment}”
        </Text>
      )}
    </div>
  );
}
