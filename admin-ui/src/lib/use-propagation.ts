import type { Delivery } from '@glidepath/server/api-types';
import { useQuery } from '@tanstack/react-query';
import { environmentPath } from './paths.ts';
import { useServices } from './services.tsx';
import { useSession } from './session.tsx';

/** A change that the server has committed. */
export interface Committed {
  readonly environment: string;
  /** Milliseconds since epoch, the server's. */
  readonly at: number;
  /** The environment's version that carries it; null when no SDK receives anything new. */
  readonly version: number | null;
  /** What the write's own answer said. */
  readonly delivery: Delivery | null;
}

export interface Progress {
  readonly delivery: Delivery | null;
  readonly slow: boolean;
}

/** Four times a second while most changes arrive, then seldom: whoever waits must not use up the API's rate limit. */
const ASK_OFTEN_MS = 250;
const ASK_OFTEN_UNTIL_MS = 5_000;
const ASK_SELDOM_MS = 2_000;
const ASK_UNTIL_MS = 60_000;
const SLOW_AFTER_MS = 4_500;

/** Follows a committed change until everybody connected has applied it, for a minute at most. */
export function useProgress(committed: Committed | null): Progress {
  const { api, clock } = useServices();
  const { project } = useSession();
  const isFollowed = committed?.version != null && committed.delivery?.complete !== true;
  const age = () => (committed === null ? 0 : clock.now() - committed.at);
  const { data, dataUpdatedAt } = useQuery({
    queryKey: ['delivery', project, committed?.environment, committed?.version],
    queryFn: ({ signal }) =>
      api.get<Delivery>(
        `${environmentPath(project, committed?.environment ?? '')}/changes/${committed?.version}/delivery`,
        { signal },
      ),
    enabled: isFollowed,
    refetchInterval: (query) => (query.state.data?.complete ? false : pauseAt(age())),
    retry: false,
  });
  const delivery = data ?? committed?.delivery ?? null;
  // Judged anew with every report, also with one that says nothing new.
  const isLate = dataUpdatedAt > 0 && age() > SLOW_AFTER_MS;
  return { delivery, slow: isLate && delivery !== null && !delivery.complete };
}

function pauseAt(ageMs: number): number | false {
  if (ageMs > ASK_UNTIL_MS) return false;
  return ageMs < ASK_OFTEN_UNTIL_MS ? ASK_OFTEN_MS : ASK_SELDOM_MS;
}
