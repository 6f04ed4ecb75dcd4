import type { Page, SegmentRow } from '@glidepath/server/api-types';
import { queryOptions } from '@tanstack/react-query';
import type { Api } from './api.ts';
import { projectPath } from './paths.ts';

const MOST = 500;

/** The segments of a project, with their sizes in every environment. */
export function segmentsQuery(api: Api, project: string) {
  return queryOptions({
    queryKey: ['segments', project],
    queryFn: ({ signal }) =>
      api.get<Page<SegmentRow>>(`${projectPath(project)}/segments`, { query: { limit: MOST }, signal }),
    staleTime: 30_000,
  });
}
