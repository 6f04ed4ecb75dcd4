import type { SegmentView } from '@glidepath/server/api-types';
import { Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { segmentMessages } from '../features/segments/messages.ts';
import { segmentQuery } from '../features/segments/segment-queries.ts';
import { SegmentTabs } from '../features/segments/segment-tabs.tsx';
import { type EnvironmentIdentity, environmentWord } from '../kit/environment-chip.tsx';
import { ErrorNotice } from '../kit/error-notice.tsx';
import { Page } from '../kit/page.tsx';
import { useServices } from '../lib/services.tsx';
import { useSession } from '../lib/session.tsx';

const m = segmentMessages.segment;

export interface SegmentFrameProps {
  readonly segmentKey: string;
  /** The part of the segment that is shown. */
  readonly part: string;
  /** Where the part belongs to one environment. */
  readonly environment?: EnvironmentIdentity | undefined;
  readonly children: (segment: SegmentView) => ReactNode;
}

/** What surrounds every part of a segment: its key, its name, and the ways to its other parts. */
export function SegmentFrame({ segmentKey, part, environment, children }: SegmentFrameProps) {
  const { api } = useServices();
  const { project } = useSession();
  const { data: segment, error, refetch } = useQuery(segmentQuery(api, project, segmentKey));
  const place = environment ? ` · ${environmentWord(environment)}` : '';
  return (
    <Page
      name={`${segmentKey} · ${part}${place}`}
      critical={environment?.critical ?? false}
      title={segmentKey}
      lead={segment && segment.name !== segment.key && <Text span>{segment.name}</Text>}
    >
      <SegmentTabs segment={segmentKey} />
      {segment && children(segment)}
      {!segment && error && <ErrorNotice failed={m.failed} error={error} onRetry={() => void refetch()} />}
      {!segment && !error && (
        <Stack role="status" aria-label={m.loading}>
          <Skeleton height={140} />
          <Skeleton height={140} />
        </Stack>
      )}
    </Page>
  );
}
