import type { FlagConfigView, Written } from '@glidepath/server/api-types';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { flagConfigPath } from '../../lib/paths.ts';
import { useServices } from '../../lib/services.tsx';
import { useSession } from '../../lib/session.tsx';
import type { Committed } from '../../lib/use-propagation.ts';

export type Verb = 'kill' | 'restore';

/** How a kill ends: all get at once what they got before, or a rollout leads there. */
export type RestoreWay = 'before' | 'rollout';

type Throw =
  | { readonly verb: 'kill'; readonly reason: string }
  | { readonly verb: 'restore'; readonly reason: string; readonly as: RestoreWay };

const TRIES = 3;

/**
 * Kills or restores a flag in one environment. Each gesture has a key of its own, so that what is sent again after
 * a lost answer is still one change.
 */
export function useSwitch(environment: string, flag: string) {
  const { api, newId } = useServices();
  const { project } = useSession();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ verb, ...body }: Throw): Promise<Committed> => {
      const { document, versions } = await api.post<Written<FlagConfigView>>(
        `${flagConfigPath(project, environment, flag)}/${verb}`,
        { body, idempotencyKey: newId(), tries: TRIES },
      );
      return {
        environment,
        at: Date.parse(verb === 'kill' ? (document.killed?.at ?? document.updatedAt) : document.updatedAt),
        version: versions[environment] ?? null,
        delivery: null,
      };
    },
    onSuccess: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ['flags', project] }),
        queries.invalidateQueries({ queryKey: ['flag', project, flag] }),
        queries.invalidateQueries({ queryKey: ['history', project, flag] }),
        queries.invalidateQueries({ queryKey: ['rollouts', project] }),
      ]),
  });
}
