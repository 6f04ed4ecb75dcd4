import type { ConnectionView, FlagRow, KillView, Page } from '@glidepath/server/api-types';
import { queryOptions, useQueries } from '@tanstack/react-query';
import type { Status } from '../../kit/status-mark.tsx';
import type { Api } from '../../lib/api.ts';
import { environmentPath, projectPath } from '../../lib/paths.ts';
import { useServices } from '../../lib/services.tsx';
import { useSession } from '../../lib/session.tsx';

/** A flag as the board shows it: one that can be killed here. */
export interface SwitchState {
  readonly flag: string;
  readonly name: string;
  readonly state: Status;
  readonly killed: KillView | null;
}

const MOST = 500;

function switchRowsQuery(api: Api, project: string, filter: Readonly<Record<string, string>>) {
  return queryOptions({
    queryKey: ['flags', project, 'switches', filter],
    queryFn: ({ signal }) =>
      api.get<Page<FlagRow>>(`${projectPath(project)}/flags`, { query: { ...filter, limit: MOST }, signal }),
    refetchInterval: 5_000,
  });
}

export interface Switches {
  /** Null until the first answer. */
  readonly switches: readonly SwitchState[] | null;
  readonly error: unknown;
  retry(): void;
}

/** Every kill switch, and every other flag that is killed in the environment: what is down must be seen. */
export function useSwitches(environment: string): Switches {
  const { api } = useServices();
  const { project } = useSession();
  const queries = useQueries({
    queries: [
      switchRowsQuery(api, project, { purpose: 'kill-switch' }),
      switchRowsQuery(api, project, { state: 'killed', environment }),
    ],
  });
  const [named, killed] = queries;
  const rows = new Map([...(named.data?.items ?? []), ...(killed.data?.items ?? [])].map((row) => [row.key, row]));
  const switches = [...rows.values()]
    .flatMap((row) => switchOf(row, environment) ?? [])
    .toSorted((a, b) => a.flag.localeCompare(b.flag));
  return {
    switches: named.data === undefined ? null : switches,
    error: named.error ?? killed.error,
    retry: () => {
      for (const query of queries) void query.refetch();
    },
  };
}

function switchOf(row: FlagRow, environment: string): SwitchState | null {
  const here = row.environments.find((state) => state.environment === environment);
  return here ? { flag: row.key, name: row.name, state: here.state, killed: here.killed } : null;
}

export function connectionCountQuery(api: Api, project: string, environment: string) {
  return queryOptions({
    queryKey: ['connections', project, environment, 'count'],
    queryFn: async ({ signal }) => {
      const path = `${environmentPath(project, environment)}/connections`;
      return (await api.get<Page<ConnectionView>>(path, { query: { limit: 1 }, signal })).total;
    },
    refetchInterval: 5_000,
  });
}
