import type { SegmentConfigInstruction } from '@glidepath/core/change';
import type {
  HistoryEntry,
  MembersDryRun,
  MembersPage,
  Page,
  SegmentConfigView,
  SegmentPreviewView,
  SegmentRow,
  SegmentUserView,
  SegmentView,
} from '@glidepath/server/api-types';
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { Api } from '../../lib/api.ts';
import { projectPath, segmentConfigPath, segmentPath } from '../../lib/paths.ts';
import { type KeyDraft, type KeyPlace, linesOf } from './key-draft.ts';

const ROWS = 100;
const ENTRIES = 30;
/** Rules that are named one by one. */
const USERS = 200;
export const KEYS_PER_PAGE = 20;
export const NDJSON = 'application/x-ndjson';

export function segmentListQuery(api: Api, project: string, q: string) {
  return infiniteQueryOptions({
    queryKey: ['segments', project, q],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<SegmentRow>>(`${projectPath(project)}/segments`, {
        query: { q, limit: ROWS, cursor: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
  });
}

export function segmentQuery(api: Api, project: string, segment: string) {
  return queryOptions({
    queryKey: ['segment', project, segment, 'shared'],
    queryFn: ({ signal }) => api.get<SegmentView>(segmentPath(project, segment), { signal }),
    retry: false,
  });
}

export interface SegmentPlace {
  readonly project: string;
  readonly environment: string;
  readonly segment: string;
}

/** Who belongs to it in one environment, the keys only counted. */
export function definitionQuery(api: Api, { project, environment, segment }: SegmentPlace) {
  return queryOptions({
    queryKey: ['segment', project, segment, 'definition', environment],
    queryFn: ({ signal }) => api.get<SegmentConfigView>(segmentConfigPath(project, environment, segment), { signal }),
    refetchInterval: 10_000,
  });
}

export function usersQuery(api: Api, project: string, segment: string) {
  return queryOptions({
    queryKey: ['segment', project, segment, 'users'],
    queryFn: ({ signal }) =>
      api.get<Page<SegmentUserView>>(`${segmentPath(project, segment)}/users`, { query: { limit: USERS }, signal }),
  });
}

export interface KeysShown extends KeyPlace {
  readonly q: string;
  /** From 0. */
  readonly page: number;
}

export function keysQuery(api: Api, { project, environment, segment }: SegmentPlace, shown: KeysShown) {
  const { list, contextKind, q, page } = shown;
  return queryOptions({
    queryKey: ['segment', project, segment, 'keys', environment, list, contextKind, q, page],
    queryFn: ({ signal }) =>
      api.get<MembersPage>(`${segmentConfigPath(project, environment, segment)}/members`, {
        query: { list, contextKind, q, offset: page * KEYS_PER_PAGE, limit: KEYS_PER_PAGE },
        signal,
      }),
    placeholderData: keepPreviousData,
  });
}

/** How many keys of a draft are new; nothing is written. */
export function checkQuery(api: Api, place: SegmentPlace, draft: KeyDraft, revision: number) {
  const { project, environment, segment } = place;
  return queryOptions({
    queryKey: ['segment-check', project, segment, environment, revision, draft.id],
    queryFn: ({ signal }) =>
      api.post<MembersDryRun>(`${segmentConfigPath(project, environment, segment)}/members`, {
        query: { dryRun: true },
        text: { type: NDJSON, content: linesOf(draft) },
        signal,
      }),
    gcTime: 0,
    retry: false,
  });
}

export interface SegmentPreviewSubject extends SegmentPlace {
  readonly revision: number;
  /** Names the instructions: a hundred thousand keys are not compared. */
  readonly id: string;
  readonly instructions: readonly SegmentConfigInstruction[];
}

/** What instructions would do to the flags that use the segment; nothing is written. */
export function segmentPreviewQuery(api: Api, subject: SegmentPreviewSubject) {
  const { project, environment, segment, revision, id, instructions } = subject;
  return queryOptions({
    queryKey: ['segment-preview', project, segment, environment, revision, id],
    queryFn: ({ signal }) =>
      api.post<SegmentPreviewView>(`${segmentConfigPath(project, environment, segment)}/preview`, {
        body: { instructions },
        signal,
      }),
    gcTime: 0,
    retry: false,
  });
}

export function segmentHistoryQuery(api: Api, { project, environment, segment }: SegmentPlace) {
  return infiniteQueryOptions({
    queryKey: ['segment', project, segment, 'history', environment],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<HistoryEntry>>(`${segmentConfigPath(project, environment, segment)}/history`, {
        query: { limit: ENTRIES, cursor: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
  });
}
