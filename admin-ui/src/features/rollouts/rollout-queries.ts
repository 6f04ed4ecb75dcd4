import type {
  FlagPlansView,
  GateSeriesView,
  Page,
  PlanView,
  RolloutRecordView,
  RolloutView,
} from '@glidepath/server/api-types';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { Api } from '../../lib/api.ts';
import { projectPath } from '../../lib/paths.ts';

/** What changes by itself is asked for while the page is seen. */
const LIST_RENEWED_MS = 2_000;
const ONE_RENEWED_MS = 1_000;
/** Gates are asked every ten seconds. */
const SERIES_RENEWED_MS = 10_000;
const MOST = 100;

export const rolloutPath = (project: string, id: string): string =>
  `${projectPath(project)}/rollouts/${encodeURIComponent(id)}`;

export interface RolloutFilter {
  readonly flag?: string;
  readonly environment?: string;
}

/** Those that changed last come first. */
export function rolloutsQuery(api: Api, project: string, filter: RolloutFilter = {}) {
  return queryOptions({
    queryKey: ['rollouts', project, filter],
    queryFn: ({ signal }) =>
      api.get<Page<RolloutView>>(`${projectPath(project)}/rollouts`, { query: { ...filter, limit: MOST }, signal }),
    refetchInterval: LIST_RENEWED_MS,
  });
}

export function rolloutQuery(api: Api, project: string, id: string) {
  return queryOptions({
    queryKey: ['rollout', project, id],
    queryFn: ({ signal }) => api.get<RolloutView>(rolloutPath(project, id), { signal }),
    refetchInterval: ONE_RENEWED_MS,
  });
}

/** `revision` of the rollout: with every transition there is a record more. */
export function recordsQuery(api: Api, project: string, id: string, revision: number) {
  return queryOptions({
    queryKey: ['rollout-records', project, id, revision],
    queryFn: ({ signal }) =>
      api.get<Page<RolloutRecordView>>(`${rolloutPath(project, id)}/records`, { query: { limit: 500 }, signal }),
    placeholderData: keepPreviousData,
  });
}

export function seriesQuery(api: Api, project: string, id: string, gate: string) {
  return queryOptions({
    queryKey: ['gate-series', project, id, gate],
    queryFn: ({ signal }) =>
      api.get<GateSeriesView>(`${rolloutPath(project, id)}/gates/${encodeURIComponent(gate)}/series`, { signal }),
    refetchInterval: SERIES_RENEWED_MS,
  });
}

/** Built-in ones first. */
export function plansQuery(api: Api, project: string) {
  return queryOptions({
    queryKey: ['plans', project],
    queryFn: ({ signal }) =>
      api.get<Page<PlanView>>(`${projectPath(project)}/plans`, { query: { limit: MOST }, signal }),
    staleTime: 30_000,
  });
}

/** The flag's own plans, one per environment that has one. */
export function flagPlansQuery(api: Api, project: string, flag: string) {
  return queryOptions({
    queryKey: ['flag-plans', project, flag],
    queryFn: ({ signal }) =>
      api.get<FlagPlansView>(`${projectPath(project)}/flags/${encodeURIComponent(flag)}/plans`, { signal }),
    staleTime: 30_000,
  });
}
