import type { RolloutView, Written } from '@glidepath/server/api-types';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useServices } from '../../lib/services.tsx';
import { useSession } from '../../lib/session.tsx';
import { rolloutPath } from './rollout-queries.ts';
import type { Verb } from './rollout-state.ts';

/** What a person does with a rollout, with what the server has to know for it. */
export type RolloutCommand =
  | { readonly verb: Exclude<Verb, 'advance'>; readonly comment: string }
  /** `confirm`: the flag's key, typed where something is skipped; `stage`: the one that is shown. */
  | {
      readonly verb: 'advance';
      readonly comment: string;
      readonly confirm: string | null;
      readonly stage: number | null;
    }
  | { readonly verb: 'approve' | 'restart'; readonly comment: string }
  | { readonly verb: 'check' | 'uncheck'; readonly line: string };

const TRIES = 3;

/** Each gesture has a key of its own, so that what is sent again after a lost answer is done once. */
export function useRolloutCommand(id: string) {
  const { api, newId } = useServices();
  const { project } = useSession();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (command: RolloutCommand) =>
      api.post<Written<RolloutView>>(`${rolloutPath(project, id)}/${command.verb}`, {
        body: bodyOf(command),
        idempotencyKey: newId(),
        tries: TRIES,
      }),
    // What the server has answered is shown at once, not with the next look.
    onSuccess: ({ document }) => queries.setQueryData(['rollout', project, document.id], document),
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ['rollout', project, id] }),
        queries.invalidateQueries({ queryKey: ['rollouts', project] }),
      ]),
  });
}

function bodyOf(command: RolloutCommand): Record<string, string | number> {
  if ('line' in command) return { line: command.line };
  const comment: Record<string, string> = command.comment === '' ? {} : { comment: command.comment };
  if (command.verb !== 'advance') return comment;
  const { confirm, stage } = command;
  return { ...comment, ...(confirm !== null && { confirm }), ...(stage !== null && { stage }) };
}
