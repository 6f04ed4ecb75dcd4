import type { CleanUpView, LifecycleView } from '@glidepath/server/api-types';
import { queryOptions } from '@tanstack/react-query';
import type { Api } from './api.ts';
import { flagPath, projectPath } from './paths.ts';

/** What is known of lives changes by days. */
const RENEWED_MS = 60_000;

export const lifecyclePath = (project: string): string => `${projectPath(project)}/lifecycle`;

/** How many flags live, are stale and may go. */
export function lifecycleCountsQuery(api: Api, project: string) {
  return queryOptions({
    queryKey: ['lifecycle', project, 'counts'],
    queryFn: async ({ signal }) => {
      const { counts } = await api.get<CleanUpView>(lifecyclePath(project), { query: { limit: 1 }, signal });
      return counts;
    },
    refetchInterval: RENEWED_MS,
    staleTime: RENEWED_MS,
  });
}

/** Where one flag is in its life. */
export function flagLifecycleQuery(api: Api, project: string, flag: string) {
  return queryOptions({
    queryKey: ['flag', project, flag, 'lifecycle'],
    queryFn: ({ signal }) => api.get<LifecycleView>(`${flagPath(project, flag)}/lifecycle`, { signal }),
    refetchInterval: RENEWED_MS,
  });
}
