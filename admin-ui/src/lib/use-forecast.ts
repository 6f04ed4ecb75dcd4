import { useQuery } from '@tanstack/react-query';
import type { Forecast } from '../kit/review-sheet.tsx';
import { type PreviewSubject, previewQuery } from './flag-queries.ts';
import type { Friction } from './friction.ts';
import { useServices } from './services.tsx';

/**
 * What the server says that instructions would do, for the review sheet. `frictionFor` decides how hard the
 * confirmation is, knowing whether the change is toward safe. Null subject: nothing is under review.
 */
export function useForecast(subject: PreviewSubject | null, frictionFor: (towardSafe: boolean) => Friction): Forecast {
  const { api } = useServices();
  const query = useQuery({
    ...previewQuery(api, subject ?? NOTHING),
    enabled: subject !== null,
  });
  if (query.data) {
    const { summary, before, after, towardSafe } = query.data;
    return { kind: 'ready', summary, before, after, towardSafe, friction: frictionFor(towardSafe) };
  }
  if (query.isError) return { kind: 'failed', error: query.error, retry: () => void query.refetch() };
  return { kind: 'loading' };
}

const NOTHING: PreviewSubject = { project: '', environment: '', flag: '', revision: 0, instructions: [] };
