import type { CleanUpView, FlagAskersView } from '@glidepath/server/api-types';
import { infiniteQueryOptions, type QueryClient, queryOptions } from '@tanstack/react-query';
import type { Api } from '../../lib/api.ts';
import { lifecyclePath } from '../../lib/lifecycle-query.ts';
import { flagPath } from '../../lib/paths.ts';
import type { CleanUpFilters } from './cleanup-search.ts';

const PAGE = 25;
const RENEWED_MS = 30_000;

export interface CleanUpSubject {
  readonly project: string;
  readonly filters: CleanUpFilters;
  /** The member that `owner: me` means. */
  readonly me: string;
}

export function cleanUpQuery(api: Api, { project, filters, me }: CleanUpSubject) {
  const owner = filters.owner === 'me' ? me : filters.owner;
  return infiniteQueryOptions({
    queryKey: ['lifecycle', project, 'list', filters],
    queryFn: ({ pageParam, signal }) =>
      api.get<CleanUpView>(lifecyclePath(project), {
        query: { ...filters, owner, limit: PAGE, cursor: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
    refetchInterval: RENEWED_MS,
    placeholderData: (before) => before,
  });
}

/** Who still asks for an archived flag, the last first. */
export function flagAskersQuery(api: Api, project: string, flag: string) {
  return queryOptions({
    queryKey: ['flag', project, flag, 'askers'],
    queryFn: ({ signal }) => api.get<FlagAskersView>(`${flagPath(project, flag)}/askers`, { signal }),
    refetchInterval: RENEWED_MS,
  });
}

/** After something was done about a flag. */
export function renewLives(queries: QueryClient, project: string, flag: string): Promise<unknown> {
  return Promise.all([
    queries.invalidateQueries({ queryKey: ['lifecycle', project] }),
    queries.invalidateQueries({ queryKey: ['flag', project, flag] }),
    queries.invalidateQueries({ queryKey: ['flags', project] }),
    queries.invalidateQueries({ queryKey: ['history', project, flag] }),
  ]);
}
