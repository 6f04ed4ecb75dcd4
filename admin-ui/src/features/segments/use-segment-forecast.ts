import type { FlagEffect, SegmentPreviewView } from '@glidepath/server/api-types';
import { useQuery } from '@tanstack/react-query';
import type { ReviewLine, ReviewSection } from '../../kit/review-sections.tsx';
import type { Forecast } from '../../kit/review-sheet.tsx';
import { frictionOfSegment } from '../../lib/friction.ts';
import { useServices } from '../../lib/services.tsx';
import { segmentMessages } from './messages.ts';
import { type SegmentPreviewSubject, segmentPreviewQuery } from './segment-queries.ts';

const m = segmentMessages.effect;

/** What the server says that a change would do to a segment and to the flags that use it. Null: nothing is reviewed. */
export function useSegmentForecast(subject: SegmentPreviewSubject | null, critical: boolean): Forecast {
  const { api } = useServices();
  const query = useQuery({ ...segmentPreviewQuery(api, subject ?? NOTHING), enabled: subject !== null });
  if (query.data && subject) {
    const { summary, before, after, revision } = query.data;
    return {
      kind: 'ready',
      summary,
      before,
      after,
      towardSafe: false,
      friction: frictionOfSegment({ critical, moved: movedBy(query.data) }),
      details: {
        heading: m.heading(subject.segment, revision),
        question: segmentMessages.segment.belongs,
        sections: effectSections(query.data),
        documents: null,
      },
    };
  }
  if (query.isError) return { kind: 'failed', error: query.error, retry: () => void query.refetch() };
  return { kind: 'loading' };
}

const NOTHING: SegmentPreviewSubject = {
  project: '',
  environment: '',
  segment: '',
  revision: 0,
  id: '',
  instructions: [],
};

/** The largest share of made-up users whom one flag answers otherwise. */
function movedBy({ flags }: SegmentPreviewView): number {
  const shares = flags.map(({ effect }) => (effect.sampled === 0 ? 0 : 1 - effect.unchanged / effect.sampled));
  return Math.max(0, ...shares);
}

/** Which flags answer otherwise, and to how many. */
function effectSections({ sentence, flags }: SegmentPreviewView): readonly ReviewSection[] {
  const changed = flags.filter(({ effect }) => effect.moves.length > 0);
  const unchanged = flags.length - changed.length;
  const lines: readonly ReviewLine[] = [
    { kind: 'fact', text: sentence },
    ...changed.map((flag): ReviewLine => ({ kind: 'fact', text: flagLine(flag) })),
    ...(changed.length > 0 && unchanged > 0 ? [{ kind: 'fact', text: m.same(unchanged) } as const] : []),
  ];
  return [{ title: m.title, lines }];
}

function flagLine({ flag, effect }: FlagEffect): string {
  const moves = effect.moves.map(({ count, from, to }) => m.move(count, from ?? m.error, to ?? m.error));
  return m.flag(flag, effect.sampled, moves);
}
