import type { Delivery } from '@glidepath/server/api-types';
import { useQueries, useQuery } from '@tanstack/react-query';
import { useServices } from '../../lib/services.tsx';
import { useSession } from '../../lib/session.tsx';
import { deliveryQuery, environmentsQuery, recentChangesQuery, SHOWN_CHANGES } from './now-queries.ts';
import { newestOf, type PlacedChange } from './situation.ts';

export interface DeliveredChange extends PlacedChange {
  /** Null where it is not known, or not yet. */
  readonly delivery: Delivery | null;
}

export interface RecentChanges {
  /** Newest first; null until the first answer. */
  readonly changes: readonly DeliveredChange[] | null;
  readonly error: unknown;
}

/** The last changes in these environments, with who has applied each. */
export function useRecentChanges(keys: readonly string[]): RecentChanges {
  const { api, clock } = useServices();
  const { project } = useSession();
  const environments = useQuery(environmentsQuery(api, project));
  const shown = environments.data?.items.filter(({ key }) => keys.includes(key)) ?? [];
  const lists = useQueries({ queries: shown.map((environment) => recentChangesQuery(api, project, environment)) });
  const placed = lists.flatMap(({ data }, index) => {
    const environment = shown[index]?.key ?? '';
    return data?.items.map((change) => ({ ...change, environment })) ?? [];
  });
  const newest = newestOf(placed, SHOWN_CHANGES);
  const deliveries = useQueries({
    queries: newest.map((change) => deliveryQuery(api, project, change, clock.now)),
  });
  const isLoaded = environments.data !== undefined && lists.every(({ data }) => data !== undefined);
  return {
    changes: isLoaded
      ? newest.map((change, index) => ({ ...change, delivery: deliveries[index]?.data ?? null }))
      : null,
    error: environments.error ?? lists.find(({ error }) => error)?.error,
  };
}
