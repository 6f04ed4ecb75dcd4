import type { FlagRow, Page } from '@glidepath/server/api-types';
import { queryOptions, useQueries } from '@tanstack/react-query';
import type { Api } from '../../lib/api.ts';
import { projectPath } from '../../lib/paths.ts';
import { useServices } from '../../lib/services.tsx';
import { useSession } from '../../lib/session.tsx';
import type { FlagFilters } from './flag-search.ts';

/** Rows that one request brings. */
const WINDOW = 100;

interface FlagWindow {
  readonly project: string;
  readonly filters: FlagFilters;
  /** The window's number: its first row is this times `WINDOW`. */
  readonly index: number;
  /** The member that `owner: me` means. */
  readonly me: string;
}

function flagWindowQuery(api: Api, { project, filters, index, me }: FlagWindow) {
  const owner = filters.owner === 'me' ? me : filters.owner;
  return queryOptions({
    queryKey: ['flags', project, filters, index],
    queryFn: ({ signal }) =>
      api.get<Page<FlagRow>>(`${projectPath(project)}/flags`, {
        query: { ...filters, owner, offset: index * WINDOW, limit: WINDOW },
        signal,
      }),
    // While another filter loads, the same window of the last one stays; never the rows of another window.
    placeholderData: (before: Page<FlagRow> | undefined, query) => (query?.queryKey[3] === index ? before : undefined),
    refetchInterval: 10_000,
  });
}

export interface FlagRows {
  /** Null until the first answer. */
  readonly total: number | null;
  readonly error: unknown;
  row(index: number): FlagRow | undefined;
  retry(): void;
}

/** The rows from `first` to `last`, loaded in windows; rows in between that nobody looks at are not loaded. */
export function useFlagRows(filters: FlagFilters, first: number, last: number): FlagRows {
  const { api } = useServices();
  const { project, session } = useSession();
  // The first window is always there: it says how many rows exist.
  const indexes = [...new Set([0, Math.floor(first / WINDOW), Math.floor(last / WINDOW)])];
  const windows = useQueries({
    queries: indexes.map((index) => flagWindowQuery(api, { project, filters, index, me: session.member.id })),
  });
  return {
    total: windows[0]?.data?.total ?? null,
    error: windows.find((window) => window.isError)?.error ?? null,
    row: (index) => windows[indexes.indexOf(Math.floor(index / WINDOW))]?.data?.items[index % WINDOW],
    retry: () => {
      for (const window of windows) void window.refetch();
    },
  };
}
