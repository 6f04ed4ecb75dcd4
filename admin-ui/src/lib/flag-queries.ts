import type { ConfigInstruction } from '@glidepath/core/change';
import type { DependenciesView, FlagWithEnvironments, PreviewView } from '@glidepath/server/api-types';
import { queryOptions } from '@tanstack/react-query';
import type { Api } from './api.ts';
import { flagConfigPath, flagPath } from './paths.ts';
import type { UserContext } from './user-context.ts';

/** A flag with what it does in every environment. */
export function flagQuery(api: Api, project: string, flag: string) {
  return queryOptions({
    queryKey: ['flag', project, flag],
    queryFn: ({ signal }) =>
      api.get<FlagWithEnvironments>(flagPath(project, flag), { query: { include: 'environments' }, signal }),
    refetchInterval: 10_000,
  });
}

export interface PreviewSubject {
  readonly project: string;
  readonly environment: string;
  readonly flag: string;
  /** Of the state that the instructions were made for. */
  readonly revision: number;
  readonly instructions: readonly ConfigInstruction[];
}

export interface Preview extends PreviewSubject {
  /** Evaluated before and after; at most 100. */
  readonly contexts: readonly UserContext[];
}

/** What instructions would do; nothing is written. */
export function previewQuery(api: Api, preview: Preview) {
  const { project, environment, flag, revision, instructions, contexts } = preview;
  return queryOptions({
    queryKey: ['preview', project, environment, flag, revision, instructions, contexts],
    queryFn: ({ signal }) =>
      api.post<PreviewView>(`${flagConfigPath(project, environment, flag)}/preview`, {
        body: { instructions, contexts },
        signal,
      }),
    gcTime: 0,
    retry: false,
  });
}

/** What a flag needs and what needs it in one environment. */
export function dependenciesQuery(api: Api, project: string, environment: string, flag: string) {
  return queryOptions({
    queryKey: ['flag', project, flag, 'dependencies', environment],
    queryFn: ({ signal }) =>
      api.get<DependenciesView>(`${flagConfigPath(project, environment, flag)}/dependencies`, { signal }),
    retry: false,
  });
}
