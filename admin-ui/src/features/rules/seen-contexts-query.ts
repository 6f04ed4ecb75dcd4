import type { Page, SeenKindView } from '@glidepath/server/api-types';
import { queryOptions } from '@tanstack/react-query';
import type { Api } from '../../lib/api.ts';
import { environmentPath } from '../../lib/paths.ts';

const MOST_KINDS = 100;

/** What contexts are made of, where applications tell. */
export function seenContextsQuery(api: Api, project: string, environment: string) {
  return queryOptions({
    queryKey: ['seen-contexts', project, environment],
    queryFn: ({ signal }) =>
      api.get<Page<SeenKindView>>(`${environmentPath(project, environment)}/usage/contexts`, {
        query: { limit: MOST_KINDS },
        signal,
      }),
    staleTime: 60_000,
  });
}
