import type { RolloutForecastView, RolloutView, Written } from '@glidepath/server/api-types';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { flagConfigPath } from '../../lib/paths.ts';
import { useServices } from '../../lib/services.tsx';
import { useSession } from '../../lib/session.tsx';
import { orderOf, type StartDraft } from './start-draft.ts';

const TRIES = 3;

export interface Place {
  readonly environment: string;
  readonly flag: string;
}

/** What a start would do; nothing is written. */
export function useStartCheck({ environment, flag }: Place) {
  const { api } = useServices();
  const { project } = useSession();
  return useMutation({
    mutationFn: (draft: StartDraft) =>
      api.post<RolloutForecastView>(`${flagConfigPath(project, environment, flag)}/rollouts`, {
        query: { dryRun: true },
        body: orderOf(draft),
      }),
  });
}

export interface StartOrder {
  readonly draft: StartDraft;
  readonly comment: string;
}

export function useStartRollout({ environment, flag }: Place) {
  const { api, newId } = useServices();
  const { project } = useSession();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ draft, comment }: StartOrder) =>
      api.post<Written<RolloutView>>(`${flagConfigPath(project, environment, flag)}/rollouts`, {
        body: { ...orderOf(draft), ...(comment === '' ? {} : { comment }) },
        idempotencyKey: newId(),
        tries: TRIES,
      }),
    onSuccess: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ['rollouts', project] }),
        queries.invalidateQueries({ queryKey: ['flag', project, flag] }),
      ]),
  });
}
