import type { ConfigInstruction } from '@glidepath/core/change';
import type { FlagConfigView, Written } from '@glidepath/server/api-types';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { flagConfigPath } from '../../lib/paths.ts';
import { ApiError } from '../../lib/problem.ts';
import { useServices } from '../../lib/services.tsx';
import { useSession } from '../../lib/session.tsx';
import type { Committed } from '../../lib/use-propagation.ts';

export interface Save {
  readonly base: FlagConfigView;
  readonly instructions: readonly ConfigInstruction[];
  readonly comment: string;
}

export interface Saved {
  readonly revision: number;
  readonly committed: Committed;
}

/** Saves reviewed instructions on top of the revision that was reviewed. A conflict brings the live state in. */
export function useSaveTargeting() {
  const { api, newId } = useServices();
  const { project } = useSession();
  const queries = useQueryClient();
  const refresh = (flag: string) =>
    Promise.all([
      queries.invalidateQueries({ queryKey: ['flag', project, flag] }),
      queries.invalidateQueries({ queryKey: ['flags', project] }),
      queries.invalidateQueries({ queryKey: ['history', project, flag] }),
    ]);
  return useMutation({
    mutationFn: async ({ base, instructions, comment }: Save): Promise<Saved> => {
      const written = await api.patch<Written<FlagConfigView>>(flagConfigPath(project, base.environment, base.flag), {
        body: { instructions, ...(comment === '' ? {} : { comment }) },
        revision: base.revision,
        idempotencyKey: newId(),
        tries: 3,
      });
      return {
        revision: written.document.revision,
        committed: {
          environment: base.environment,
          at: Date.parse(written.document.updatedAt),
          version: written.versions[base.environment] ?? null,
          delivery: written.delivery?.[base.environment] ?? null,
        },
      };
    },
    onSuccess: (_saved, { base }) => refresh(base.flag),
    onError: (error, { base }) => (isConflict(error) ? refresh(base.flag) : undefined),
  });
}

export function isConflict(error: unknown): boolean {
  return error instanceof ApiError && error.status === 412;
}
