import type { IncidentView, Page } from '@glidepath/server/api-types';
import { queryOptions } from '@tanstack/react-query';
import type { Api } from './api.ts';
import { projectPath } from './paths.ts';

const MOST = 200;
const RENEWED_MS = 5_000;

export const incidentsPath = (project: string): string => `${projectPath(project)}/incidents`;

/** Newest first; `open` for those only that are not resolved. */
export function incidentsQuery(api: Api, project: string, filter: { readonly open?: boolean } = {}) {
  return queryOptions({
    queryKey: ['incidents', project, filter],
    queryFn: ({ signal }) =>
      api.get<Page<IncidentView>>(incidentsPath(project), { query: { ...filter, limit: MOST }, signal }),
    refetchInterval: RENEWED_MS,
  });
}
