import type { SegmentOutline } from '@glidepath/core/change';
import { describeMembership } from '@glidepath/core/change';
import type { SegmentView } from '@glidepath/server/api-types';
import { Button, Skeleton, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { DiffView } from '../../kit/diff-view.tsx';
import { ErrorNotice } from '../../kit/error-notice.tsx';
import { RevisionEntries, RevisionEntry } from '../../kit/revision-entry.tsx';
import { useServices } from '../../lib/services.tsx';
import { type SessionEnvironment, useSession } from '../../lib/session.tsx';
import { segmentMessages } from './messages.ts';
import { segmentHistoryQuery } from './segment-queries.ts';

const m = segmentMessages.history;

export interface SegmentHistoryProps {
  readonly segment: SegmentView;
  readonly environment: SessionEnvironment;
}

/** Every revision of a segment in one environment, newest first. */
export function SegmentHistory({ segment, environment }: SegmentHistoryProps) {
  const { api } = useServices();
  const { project } = useSession();
  const history = useInfiniteQuery(
    segmentHistoryQuery(api, { project, environment: environment.key, segment: segment.key }),
  );
  if (history.isPending) return <Skeleton height={320} />;
  if (history.isError) {
    return <ErrorNotice failed={m.failed} error={history.error} onRetry={() => void history.refetch()} />;
  }
  const entries = history.data.pages.flatMap((page) => page.items);
  return (
    <>
      <RevisionEntries>
        {entries.map((entry, index) => (
          <RevisionEntry
            key={entry.seq}
            entry={entry}
            isLive={index === 0}
            renderChange={() => (
              <DiffView before={recorded(entry.before)} after={recorded(entry.after)} label={m.diff(entry.revision)} />
            )}
          />
        ))}
      </RevisionEntries>
      <Text size="sm" c="dimmed">
        {m.keysAreCounts}
      </Text>
      {history.hasNextPage && (
        <Button variant="default" disabled={history.isFetchingNextPage} onClick={() => void history.fetchNextPage()}>
          {history.isFetchingNextPage ? m.loadingMore : m.more}
        </Button>
      )}
    </>
  );
}

/** Who belonged, as an entry recorded it; nothing where there was none, or its record is blanked by retention. */
function recorded(body: unknown): readonly string[] {
  const isRecorded = body !== null && typeof body === 'object' && 'included' in body && 'rules' in body;
  return isRecorded ? describeMembership(body as SegmentOutline) : [];
}
