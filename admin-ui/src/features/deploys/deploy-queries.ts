import type {
  DeployView,
  IntegrationView,
  LiveVersionView,
  Page,
  PlanView,
  ReleasePolicyView,
} from '@glidepath/server/api-types';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { Api } from '../../lib/api.ts';
import { environmentPath, projectPath } from '../../lib/paths.ts';
import type { DeployFilters } from './deploy-search.ts';

const PAGE = 50;
const MOST = 200;
const RENEWED_MS = 5_000;

/** Those that began last come first. */
export function deploysQuery(api: Api, project: string, { env: environment, service, status }: DeployFilters) {
  const filters = { environment, service, status };
  return infiniteQueryOptions({
    queryKey: ['deploys', project, filters],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<DeployView>>(`${projectPath(project)}/deploys`, {
        query: { ...filters, limit: PAGE, cursor: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
    refetchInterval: RENEWED_MS,
  });
}

export function liveVersionsQuery(api: Api, project: string, environment: string) {
  return queryOptions({
    queryKey: ['live-versions', project, environment],
    queryFn: ({ signal }) =>
      api.get<Page<LiveVersionView>>(`${environmentPath(project, environment)}/versions`, { signal }),
    refetchInterval: RENEWED_MS,
  });
}

export const integrationsPath = (project: string): string => `${projectPath(project)}/integrations`;

export function integrationsQuery(api: Api, project: string) {
  return queryOptions({
    queryKey: ['integrations', project],
    queryFn: ({ signal }) =>
      api.get<Page<IntegrationView>>(integrationsPath(project), { query: { limit: MOST }, signal }),
  });
}

export const policiesPath = (project: string): string => `${projectPath(project)}/release-policies`;

/** Oldest first. */
export function policiesQuery(api: Api, project: string) {
  return queryOptions({
    queryKey: ['release-policies', project],
    queryFn: ({ signal }) =>
      api.get<Page<ReleasePolicyView>>(policiesPath(project), { query: { limit: MOST }, signal }),
  });
}

/** The plans that a policy can name. */
export function templatesQuery(api: Api, project: string) {
  return queryOptions({
    queryKey: ['plans', project, 'templates'],
    queryFn: ({ signal }) =>
      api.get<Page<PlanView>>(`${projectPath(project)}/plans`, { query: { limit: MOST }, signal }),
    staleTime: 30_000,
  });
}
