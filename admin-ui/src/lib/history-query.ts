import type { HistoryEntry, Page } from '@glidepath/server/api-types';
import { infiniteQueryOptions } from '@tanstack/react-query';
import type { Api } from './api.ts';
import { flagConfigPath } from './paths.ts';

const PAGE = 30;

/** The revisions of a flag in one environment, newest first. */
export function historyQuery(api: Api, project: string, environment: string, flag: string) {
  return infiniteQueryOptions({
    queryKey: ['history', project, flag, environment],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<HistoryEntry>>(`${flagConfigPath(project, environment, flag)}/history`, {
        query: { limit: PAGE, cursor: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
  });
}
