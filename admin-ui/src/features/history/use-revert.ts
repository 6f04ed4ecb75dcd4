import type { FlagConfigView, Written } from '@glidepath/server/api-types';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { flagConfigPath } from '../../lib/paths.ts';
import { useServices } from '../../lib/services.tsx';
import { useSession } from '../../lib/session.tsx';
import type { Committed } from '../../lib/use-propagation.ts';

export interface Reverted {
  readonly to: number;
  readonly revision: number;
  readonly committed: Committed;
}

interface Revert {
  readonly live: FlagConfigView;
  readonly to: number;
  readonly comment: string;
}

/** Makes a flag do again what it did at an earlier revision, as a new revision. */
export function useRevert() {
  const { api, newId } = useServices();
  const { project } = useSession();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ live, to, comment }: Revert): Promise<Reverted> => {
      const { document, versions } = await api.post<Written<FlagConfigView>>(
        `${flagConfigPath(project, live.environment, live.flag)}/revert`,
        {
          body: { to, ...(comment === '' ? {} : { comment }) },
          revision: live.revision,
          idempotencyKey: newId(),
          tries: 3,
        },
      );
      const committed: Committed = {
        environment: live.environment,
        at: Date.parse(document.updatedAt),
        version: versions[live.environment] ?? null,
        delivery: null,
      };
      return { to, revision: document.revision, committed };
    },
    onSettled: (_reverted, _error, { live }) =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ['flag', project, live.flag] }),
        queries.invalidateQueries({ queryKey: ['flags', project] }),
        queries.invalidateQueries({ queryKey: ['history', project, live.flag] }),
      ]),
  });
}
