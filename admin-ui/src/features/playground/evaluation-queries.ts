import type { ConfigInstruction } from '@glidepath/core/change';
import type { EvaluationView, PreviewView } from '@glidepath/server/api-types';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { Api } from '../../lib/api.ts';
import { environmentPath, flagConfigPath } from '../../lib/paths.ts';
import type { UserContext } from '../../lib/user-context.ts';

const STALE_MS = 10_000;

export interface EvaluationSubject {
  readonly project: string;
  readonly environment: string;
  readonly flag: string;
  readonly context: UserContext;
  /** An earlier revision; null for the live one. */
  readonly revision: number | null;
}

/** What one context gets, and every step of the way. */
export function evaluationQuery(api: Api, { project, environment, flag, context, revision }: EvaluationSubject) {
  return queryOptions({
    queryKey: ['evaluation', project, flag, environment, revision, context],
    queryFn: ({ signal }) =>
      api.post<EvaluationView>(`${flagConfigPath(project, environment, flag)}/evaluate`, {
        body: evaluationBody(context, revision),
        signal,
      }),
    staleTime: STALE_MS,
    // The last answer stands until the next one is there: nothing jumps while somebody types.
    placeholderData: keepPreviousData,
  });
}

export function evaluationBody(context: UserContext, revision: number | null): object {
  return revision === null ? { context } : { context, revision };
}

/** What one context gets from every flag of an environment. */
export function allEvaluationsQuery(api: Api, project: string, environment: string, context: UserContext) {
  return queryOptions({
    queryKey: ['evaluations', project, environment, context],
    queryFn: ({ signal }) =>
      api.post<{ readonly items: readonly EvaluationView[] }>(`${environmentPath(project, environment)}/evaluate`, {
        body: { context },
        signal,
      }),
    staleTime: STALE_MS,
  });
}

export interface TrialSubject {
  readonly project: string;
  readonly environment: string;
  readonly flag: string;
  /** Of the state that the instructions are for. */
  readonly revision: number;
  readonly instructions: readonly ConfigInstruction[];
  readonly contexts: readonly UserContext[];
}

/** What several contexts get before and after instructions, in one request; nothing is written. */
export function trialQuery(api: Api, { project, environment, flag, ...trial }: TrialSubject) {
  const { revision, instructions, contexts } = trial;
  return queryOptions({
    queryKey: ['trial', project, flag, environment, revision, instructions, contexts],
    queryFn: ({ signal }) =>
      api.post<PreviewView>(`${flagConfigPath(project, environment, flag)}/preview`, {
        body: { instructions, contexts },
        signal,
      }),
    staleTime: STALE_MS,
    retry: false,
    placeholderData: keepPreviousData,
  });
}
