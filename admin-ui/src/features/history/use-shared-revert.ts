import type { DryRun, FlagView, HistoryEntry, Page, Written } from '@glidepath/server/api-types';
import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { Api } from '../../lib/api.ts';
import { flagPath } from '../../lib/paths.ts';
import { useServices } from '../../lib/services.tsx';
import { useSession } from '../../lib/session.tsx';

const PAGE = 30;

/** The revisions of what environments share of a flag, newest first. */
export function sharedHistoryQuery(api: Api, project: string, flag: string) {
  return infiniteQueryOptions({
    queryKey: ['history', project, flag, null],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<HistoryEntry>>(`${flagPath(project, flag)}/history`, {
        query: { limit: PAGE, cursor: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
  });
}

interface RevertSubject {
  readonly flag: string;
  /** The live revision. */
  readonly revision: number;
  readonly to: number;
}

/** What a revert would change; nothing is written. */
export function sharedRevertQuery(api: Api, project: string, { flag, revision, to }: RevertSubject) {
  return queryOptions({
    queryKey: ['shared-revert', project, flag, revision, to],
    queryFn: ({ signal }) =>
      api.post<DryRun>(`${flagPath(project, flag)}/revert`, { query: { dryRun: true }, body: { to }, signal }),
    retry: false,
    gcTime: 0,
  });
}

/** Makes what environments share what it was, as a new revision. */
export function useSharedRevert() {
  const { api, newId } = useServices();
  const { project } = useSession();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ flag, revision, to, comment }: RevertSubject & { readonly comment: string }) =>
      api.post<Written<FlagView>>(`${flagPath(project, flag)}/revert`, {
        body: { to, ...(comment === '' ? {} : { comment }) },
        revision,
        idempotencyKey: newId(),
        tries: 3,
      }),
    onSettled: (_written, _error, { flag }) =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ['flag', project, flag] }),
        queries.invalidateQueries({ queryKey: ['flags', project] }),
        queries.invalidateQueries({ queryKey: ['history', project, flag] }),
      ]),
  });
}
