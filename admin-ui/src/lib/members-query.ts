import type { MemberView, Page } from '@glidepath/server/api-types';
import { queryOptions, useQuery } from '@tanstack/react-query';
import type { Api } from './api.ts';
import { useServices } from './services.tsx';

const MOST = 500;

export function membersQuery(api: Api) {
  return queryOptions({
    queryKey: ['members'],
    queryFn: ({ signal }) => api.get<Page<MemberView>>('/api/v1/members', { query: { limit: MOST }, signal }),
    staleTime: 60_000,
  });
}

/** The display name of a member or an actor (`member:<id>`); what was given where it is not known. */
export function useNames(): (id: string) => string {
  const { api } = useServices();
  const members = useQuery(membersQuery(api)).data?.items;
  return (id) => {
    const bare = id.replace(/^member:/, '');
    return members?.find((member) => member.id === bare)?.name ?? id;
  };
}
