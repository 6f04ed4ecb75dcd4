import { queryOptions } from '@tanstack/react-query';
import type { Services } from '../lib/services.tsx';

/** Who is signed in: one request before the first page. */
export function sessionQuery(services: Services) {
  return queryOptions({
    queryKey: ['session'],
    queryFn: () => services.loadSession(),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
}
