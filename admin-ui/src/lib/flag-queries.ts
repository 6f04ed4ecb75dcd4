import type { ConfigInstruction } from '@glidepath/core/change';
import type { FlagWithEnvironments, PreviewView } from '@glidepath/server/api-types';
import { queryOptions } from '@tanstack/react-query';
import type { Api } from './api.ts';
import { flagConfigPath, flagPath } from './paths.ts';

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

/** What instructions would do; nothing is written. */
export function previewQuery(api: Api, { project, environment, flag, revision, instructions }: PreviewSubject) {
  return queryOptions({
    queryKey: ['preview', project, environment, flag, revision, instructions],
    queryFn: ({ signal }) =>
      api.post<PreviewView>(`${flagConfigPath(project, environment, flag)}/preview`, {
        body: { instructions },
        signal,
      }),
    gcTime: 0,
    retry: false,
  });
}
