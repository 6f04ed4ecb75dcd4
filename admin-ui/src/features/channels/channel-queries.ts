import type { ChannelEvent, ChannelView, NoticeView, Page } from '@glidepath/server/api-types';
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { Api } from '../../lib/api.ts';
import { projectPath } from '../../lib/paths.ts';

const MOST = 200;
const PAGE = 50;
const RENEWED_MS = 3_000;

export const channelsPath = (project: string): string => `${projectPath(project)}/channels`;

export const channelPath = (project: string, id: string): string =>
  `${channelsPath(project)}/${encodeURIComponent(id)}`;

export function channelsQuery(api: Api, project: string) {
  return queryOptions({
    queryKey: ['channels', project],
    queryFn: ({ signal }) => api.get<Page<ChannelView>>(channelsPath(project), { query: { limit: MOST }, signal }),
    refetchInterval: RENEWED_MS,
  });
}

export function channelQuery(api: Api, project: string, id: string) {
  return queryOptions({
    queryKey: ['channel', project, id],
    queryFn: ({ signal }) => api.get<ChannelView>(channelPath(project, id), { signal }),
    refetchInterval: RENEWED_MS,
  });
}

/** What a channel was told, newest first; `state` undefined for all. */
export function noticesQuery(api: Api, project: string, id: string, state: NoticeView['state'] | undefined) {
  return infiniteQueryOptions({
    queryKey: ['notices', project, id, state ?? ''],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<NoticeView>>(`${channelPath(project, id)}/notices`, {
        query: { state, limit: PAGE, cursor: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
    refetchInterval: RENEWED_MS,
  });
}

export interface MessagePreview {
  readonly title: string;
  readonly payload: unknown;
}

/** The message that an event would make; nothing is sent. */
export function messagePreviewQuery(
  api: Api,
  project: string,
  {
    kind,
    event,
    environment,
  }: { readonly kind: ChannelView['kind']; readonly event: ChannelEvent; readonly environment: string | undefined },
) {
  return queryOptions({
    queryKey: ['message-preview', project, kind, event, environment ?? ''],
    queryFn: ({ signal }) =>
      api.post<MessagePreview>(`${channelsPath(project)}/preview`, {
        body: { kind, event, ...(environment !== undefined && { environment }) },
        signal,
      }),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    retry: false,
  });
}
