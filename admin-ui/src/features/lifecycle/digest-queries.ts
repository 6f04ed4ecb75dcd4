import type { DigestPreviewView, DigestTimesView, LifecycleSettingsView } from '@glidepath/server/api-types';
import { queryOptions } from '@tanstack/react-query';
import type { Api } from '../../lib/api.ts';
import { lifecyclePath } from '../../lib/lifecycle-query.ts';

export const settingsPath = (project: string): string => `${lifecyclePath(project)}/settings`;

export function lifecycleSettingsQuery(api: Api, project: string) {
  return queryOptions({
    queryKey: ['lifecycle', project, 'settings'],
    queryFn: ({ signal }) => api.get<LifecycleSettingsView>(settingsPath(project), { signal }),
  });
}

/** What the next digest and the next reminders would say; nothing is sent. */
export function digestQuery(api: Api, project: string) {
  return queryOptions({
    queryKey: ['lifecycle', project, 'digest'],
    queryFn: ({ signal }) => api.get<DigestPreviewView>(`${lifecyclePath(project)}/digest`, { signal }),
  });
}

/** When a digest would come, whether it is saved or not. */
export function digestTimesQuery(
  api: Api,
  project: string,
  { cron, zone }: { readonly cron: string; readonly zone: string },
) {
  return queryOptions({
    queryKey: ['digest-times', project, cron, zone],
    queryFn: ({ signal }) =>
      api.get<DigestTimesView>(`${lifecyclePath(project)}/digest-times`, { query: { cron, zone }, signal }),
    retry: false,
    staleTime: 60_000,
  });
}
