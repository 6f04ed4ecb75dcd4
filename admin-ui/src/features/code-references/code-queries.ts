import type { CodeReferencesView } from '@glidepath/server/api-types';
import { queryOptions } from '@tanstack/react-query';
import type { Api } from '../../lib/api.ts';
import { flagPath } from '../../lib/paths.ts';

const RENEWED_MS = 60_000;

export function codeReferencesQuery(api: Api, project: string, flag: string) {
  return queryOptions({
    queryKey: ['flag', project, flag, 'code-references'],
    queryFn: ({ signal }) => api.get<CodeReferencesView>(`${flagPath(project, flag)}/code-references`, { signal }),
    refetchInterval: RENEWED_MS,
  });
}
