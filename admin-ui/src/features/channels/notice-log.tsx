import type { NoticeView } from '@glidepath/server/api-types';
import { Button, NativeSelect, Skeleton, Text } from '@mantine/core';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { EmptyState } from '../../kit/empty-state.tsx';
import { ErrorNotice } from '../../kit/error-notice.tsx';
import { type Column, SimpleTable } from '../../kit/simple-table.tsx';
import { type Status, StatusMark } from '../../kit/status-mark.tsx';
import { TimeText } from '../../kit/time-text.tsx';
import { TitledPart } from '../../kit/titled-part.tsx';
import { useServices } from '../../lib/services.tsx';
import { useSession } from '../../lib/session.tsx';
import { useNow } from '../../lib/use-now.ts';
import { channelPath, noticesQuery } from './channel-queries.ts';
import classes from './channels.module.css';
import { channelMessages } from './messages.ts';

const m = channelMessages.log;

type State = NoticeView['state'];

const MARKS = { waiting: 'waiting', delivered: 'done', failed: 'failed' } as const satisfies Record<State, Status>;

export interface NoticeLogProps {
  readonly channel: string;
  readonly mayRetry: boolean;
}

/** What a channel was told, and what became of it. */
export function NoticeLog({ channel, mayRetry }: NoticeLogProps) {
  const { api } = useServices();
  const { project } = useSession();
  const [state, setState] = useState<State | undefined>(undefined);
  const columns = useColumns(channel, mayRetry);
  const log = useInfiniteQuery(noticesQuery(api, project, channel, state));
  const notices = log.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <TitledPart title={m.title}>
      <div className={classes.stack}>
        <NativeSelect
          className={classes.filter}
          label={m.filter}
          value={state ?? ''}
          data={[{ value: '', label: m.any }, ...Object.entries(m.states).map(([value, label]) => ({ value, label }))]}
          onChange={(event) => setState((event.currentTarget.value || undefined) as State | undefined)}
        />
        {log.error && <ErrorNotice failed={m.failed} error={log.error} onRetry={() => void log.refetch()} />}
        {log.isPending && <Skeleton height={120} />}
        {log.data && notices.length === 0 && <EmptyState title={state === undefined ? m.none : m.noneHere} />}
        {notices.length > 0 && <SimpleTable label={m.list} columns={columns} rows={notices} idOf={({ id }) => id} />}
        {log.hasNextPage && (
          <div>
            <Button variant="default" disabled={log.isFetchingNextPage} onClick={() => void log.fetchNextPage()}>
              {log.isFetchingNextPage ? m.loadingMore : m.more}
            </Button>
          </div>
        )}
      </div>
    </TitledPart>
  );
}

function useColumns(channel: string, mayRetry: boolean): readonly Column<NoticeView>[] {
  const now = useNow();
  return [
    { name: m.when, cell: ({ at }) => <TimeText at={at} now={now} /> },
    { name: m.message, cell: ({ title }) => title },
    { name: m.state, cell: (notice) => <State notice={notice} now={now} /> },
    { name: m.tries, cell: ({ attempts }) => attempts },
    {
      name: m.actions,
      cell: (notice) => notice.state === 'failed' && <Retry channel={channel} notice={notice} disabled={!mayRetry} />,
    },
  ];
}

function State({ notice, now }: { readonly notice: NoticeView; readonly now: number }) {
  const { state, nextAt, lastError, isRepeated } = notice;
  return (
    <div className={classes.stack}>
      <StatusMark state={MARKS[state]} label={m.states[state]} />
      {nextAt !== null && (
        <Text size="sm">
          {m.next} <TimeText at={nextAt} now={now} />
        </Text>
      )}
      {lastError !== null && state !== 'delivered' && (
        <Text size="sm" c="orange">
          {lastError}
        </Text>
      )}
      {isRepeated && (
        <Text size="sm" c="dimmed">
          {m.repeated}
        </Text>
      )}
    </div>
  );
}

interface RetryProps {
  readonly channel: string;
  readonly notice: NoticeView;
  readonly disabled: boolean;
}

function Retry({ channel, notice: { id, title }, disabled }: RetryProps) {
  const { api, newId } = useServices();
  const { project } = useSession();
  const queries = useQueryClient();
  const retry = useMutation({
    mutationFn: () => api.post(`${channelPath(project, channel)}/notices/${id}/retry`, { idempotencyKey: newId() }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['notices', project, channel] }),
  });
  return (
    <>
      <Button
        size="xs"
        variant="default"
        disabled={disabled || retry.isPending}
        aria-label={m.retryOf(title)}
        onClick={() => retry.mutate()}
      >
        {m.retry}
      </Button>
      {retry.isError && <ErrorNotice failed={m.retryFailed} error={retry.error} />}
    </>
  );
}
