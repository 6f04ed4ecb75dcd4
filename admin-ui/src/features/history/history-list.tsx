import type { HistoryEntry, Page } from '@glidepath/server/api-types';
import { Button, Skeleton, Text } from '@mantine/core';
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import { useEffect } from 'react';
import { ErrorNotice } from '../../kit/error-notice.tsx';
import { RevisionEntries } from '../../kit/revision-entry.tsx';
import { Comparison } from './comparison.tsx';
import { HistoryRow } from './history-row.tsx';
import { historyMessages as m } from './messages.ts';
import type { Describe } from './recorded.ts';
import { isSelected, type Selection, toggled } from './selection.ts';

export interface HistoryListProps {
  readonly history: UseInfiniteQueryResult<InfiniteData<Page<HistoryEntry>>>;
  readonly liveRevision: number;
  readonly describe: Describe;
  readonly mayRevert: boolean;
  readonly selection: Selection;
  readonly onSelect: (selection: Selection) => void;
  readonly onRevert: (entry: HistoryEntry) => void;
}

/** The revisions of a document, newest first; two of them can be compared. */
export function HistoryList(props: HistoryListProps) {
  const { history, liveRevision, describe, mayRevert, selection, onSelect, onRevert } = props;
  const entries = history.data?.pages.flatMap((page) => page.items) ?? [];
  const from = entries.find(({ revision }) => revision === selection.from);
  const to = entries.find(({ revision }) => revision === selection.to);
  const isMissing = (selection.from !== undefined && !from) || (selection.to !== undefined && !to);
  const { hasNextPage, isFetching, fetchNextPage } = history;
  useEffect(() => {
    // An address may name revisions that are on a later page.
    if (isMissing && hasNextPage && !isFetching) void fetchNextPage();
  }, [isMissing, hasNextPage, isFetching, fetchNextPage]);

  if (history.isPending) return <Skeleton height={320} />;
  if (history.isError) {
    return <ErrorNotice failed={m.failed} error={history.error} onRetry={() => void history.refetch()} />;
  }
  const revertOf = (entry: HistoryEntry) =>
    mayRevert && entry.revision !== liveRevision && describe(entry.after).document !== null
      ? () => onRevert(entry)
      : null;
  return (
    <>
      {from && to ? (
        <Comparison from={from} to={to} describe={describe} onClose={() => onSelect({})} onRevert={revertOf(from)} />
      ) : (
        <Text size="sm" c="dimmed">
          {from || to ? m.chooseAnother : m.chooseTwo}
        </Text>
      )}
      <RevisionEntries>
        {entries.map((entry) => (
          <HistoryRow
            key={entry.seq}
            entry={entry}
            isLive={entry.revision === liveRevision}
            isSelected={isSelected(selection, entry.revision)}
            describe={describe}
            onSelect={() => onSelect(toggled(selection, entry.revision))}
            onRevert={revertOf(entry)}
          />
        ))}
      </RevisionEntries>
      {hasNextPage && (
        <Button variant="default" disabled={history.isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {history.isFetchingNextPage ? m.loadingMore : m.more}
        </Button>
      )}
    </>
  );
}
