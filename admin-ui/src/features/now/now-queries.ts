import type {
  Delivery,
  EnvironmentChangeView,
  EnvironmentView,
  FlagRow,
  LiveVersionView,
  Page,
} from '@glidepath/server/api-types';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { Api } from '../../lib/api.ts';
import { environmentPath, projectPath } from '../../lib/paths.ts';

export const SHOWN_CHANGES = 15;
const OFTEN_MS = 2_000;
const SELDOM_MS = 5_000;
/** Whoever has not applied a change by then will not do so within the next seconds. */
const FOLLOWED_MS = 60_000;

/** With the version of each: it says whether there is anything new to ask for. */
export function environmentsQuery(api: Api, project: string) {
  return queryOptions({
    queryKey: ['environments', project],
    queryFn: ({ signal }) =>
      api.get<Page<EnvironmentView>>(`${projectPath(project)}/environments`, { query: { limit: 100 }, signal }),
    refetchInterval: OFTEN_MS,
  });
}

/** The newest versions of an environment, up to `version`, oldest first. */
export function recentChangesQuery(
  api: Api,
  project: string,
  { key, version }: Pick<EnvironmentView, 'key' | 'version'>,
) {
  return queryOptions({
    queryKey: ['recent-changes', project, key, version],
    queryFn: ({ signal }) =>
      api.get<Page<EnvironmentChangeView>>(`${environmentPath(project, key)}/changes`, {
        query: { after: Math.max(0, version - SHOWN_CHANGES), limit: SHOWN_CHANGES },
        signal,
      }),
    // A version never changes; the one before stays while the next is asked for.
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: keepPreviousData,
  });
}

/** Who has applied a version; not known of those that are long past. */
export function deliveryQuery(
  api: Api,
  project: string,
  { environment, version, at }: { readonly environment: string; readonly version: number; readonly at: string },
  now: () => number,
) {
  return queryOptions({
    queryKey: ['delivery', project, environment, version],
    queryFn: ({ signal }) =>
      api.get<Delivery>(`${environmentPath(project, environment)}/changes/${version}/delivery`, { signal }),
    staleTime: FOLLOWED_MS,
    refetchInterval: ({ state: { data } }) =>
      data !== undefined && !data.complete && now() - Date.parse(at) < FOLLOWED_MS ? OFTEN_MS : false,
    retry: false,
  });
}

/** Flags that are killed somewhere. */
export function killedQuery(api: Api, project: string) {
  return queryOptions({
    queryKey: ['flags', project, 'killed'],
    queryFn: ({ signal }) =>
      api.get<Page<FlagRow>>(`${projectPath(project)}/flags`, { query: { state: 'killed', limit: 100 }, signal }),
    refetchInterval: SELDOM_MS,
  });
}

export function connectedQuery(api: Api, project: string, environment: string) {
  return queryOptions({
    queryKey: ['live-versions', project, environment],
    queryFn: ({ signal }) =>
      api.get<Page<LiveVersionView>>(`${environmentPath(project, environment)}/versions`, { signal }),
    refetchInterval: SELDOM_MS,
  });
}
