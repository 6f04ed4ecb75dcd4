import type { SegmentOutline } from '@glidepath/core/change';
import { describeMembership } from '@glidepath/core/change';
import type { HistoryEntry, SegmentView } from '@glidepath/server/api-types';
import { Badge, Button, Group, Skeleton, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { DiffView } from '../../kit/diff-view.tsx';
import { ErrorNotice } from '../../kit/error-notice.tsx';
import { Sentence } from '../../kit/sentence.tsx';
import { TimeText } from '../../kit/time-text.tsx';
import { useServices } from '../../lib/services.tsx';
import { type SessionEnvironment, useSession } from '../../lib/session.tsx';
import { useNow } from '../../lib/use-now.ts';
import { segmentMessages } from './messages.ts';
import classes from './segment-history.module.css';
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
      <ol className={classes.entries} aria-label={m.list}>
        {entries.map((entry, index) => (
          <Entry key={entry.seq} entry={entry} isLive={index === 0} />
        ))}
      </ol>
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

function Entry({ entry, isLive }: { readonly entry: HistoryEntry; readonly isLive: boolean }) {
  const now = useNow();
  const diffId = useId();
  const [isOpen, setOpen] = useState(false);
  const { version } = entry;
  const hasVersion = version !== null && version.from !== version.to;
  return (
    <li className={classes.entry}>
      <Group gap="xs">
        <Text span fw={700} className={classes.revision}>
          {segmentMessages.segment.revision(entry.revision)}
        </Text>
        {isLive && (
          <Badge variant="light" color="green" tt="none">
            {m.live}
          </Badge>
        )}
        <Text span>{entry.by}</Text>
        <Text span c="dimmed" size="sm">
          <TimeText at={entry.at} now={now} />
          {entry.origin !== 'ui' && ` · ${m.origin(entry.origin)}`}
          {` · ${hasVersion ? m.version(version.to) : m.sameVersion}`}
        </Text>
      </Group>
      <ul className={classes.summary}>
        {entry.summary.map((sentence) => (
          <li key={sentence}>
            <Sentence text={sentence} />
          </li>
        ))}
      </ul>
      {entry.comment !== null && <blockquote className={classes.comment}>{entry.comment}</blockquote>}
      <Group gap="xs">
        <Button
          size="compact-sm"
          variant="subtle"
          aria-expanded={isOpen}
          aria-controls={diffId}
          onClick={() => setOpen(!isOpen)}
        >
          {isOpen ? m.hide(entry.revision) : m.show(entry.revision)}
        </Button>
      </Group>
      <div id={diffId}>
        {isOpen && (
          <DiffView before={recorded(entry.before)} after={recorded(entry.after)} label={m.diff(entry.revision)} />
        )}
      </div>
    </li>
  );
}

/** Who belonged, as an entry recorded it; nothing where there was none, or its record is blanked by retention. */
function recorded(body: unknown): readonly string[] {
  const isRecorded = body !== null && typeof body === 'object' && 'included' in body && 'rules' in body;
  return isRecorded ? describeMembership(body as SegmentOutline) : [];
}
