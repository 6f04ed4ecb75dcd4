import type { Page, UnknownKeyView, UsageView } from '@glidepath/server/api-types';
import { queryOptions } from '@tanstack/react-query';
import type { Api } from '../../lib/api.ts';
import { environmentPath, flagConfigPath } from '../../lib/paths.ts';

/** SDKs report every ten seconds. */
const RENEWED_MS = 10_000;
const MOST_KEYS = 100;

export interface UsageSubject {
  readonly project: string;
  readonly environment: string;
  readonly flag: string;
  readonly interval: UsageView['interval'];
}

export function usageQuery(api: Api, { project, environment, flag, interval }: UsageSubject) {
  return queryOptions({
    queryKey: ['usage', project, environment, flag, interval],
    queryFn: ({ signal }) =>
      api.get<UsageView>(`${flagConfigPath(project, environment, flag)}/usage`, { query: { interval }, signal }),
    refetchInterval: RENEWED_MS,
  });
}

export function unknownKeysQuery(api: Api, project: string, environment: string) {
  return queryOptions({
    queryKey: ['unknown-keys', project, environment],
    queryFn: ({ signal }) =>
      api.get<Page<UnknownKeyView>>(`${environmentPath(project, environment)}/usage/unknown`, {
        query: { limit: MOST_KEYS },
        signal,
      }),
    refetchInterval: RENEWED_MS,
  });
}
