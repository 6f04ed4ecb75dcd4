import type { FlagInstruction } from '@glidepath/core/change';
import type { DryRun, FlagView, Written } from '@glidepath/server/api-types';
import { useDebouncedValue } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { flagPath } from '../../lib/paths.ts';
import { ApiError } from '../../lib/problem.ts';
import { useServices } from '../../lib/services.tsx';
import { useSession } from '../../lib/session.tsx';
import { placeOfProblem, type SharedProblem, type SharedReading, type VariationDraft } from './variation-draft.ts';

const PAUSE_MS = 500;

export interface SharedCheck {
  /** What the server would refuse, beside what it is about. */
  readonly problems: readonly SharedProblem[];
  /** One sentence per instruction; null until the server has answered. */
  readonly summary: readonly string[] | null;
  /** Why there is no answer, where that is no refusal of the draft. */
  readonly error: unknown;
  readonly retry: () => void;
}

/** Asks the server, a moment after the last edit, what it would say to a change. Nothing is written. */
export function useSharedCheck(
  flag: Pick<FlagView, 'key' | 'revision'>,
  reading: SharedReading,
  drafts: readonly VariationDraft[],
): SharedCheck {
  const { api } = useServices();
  const { project } = useSession();
  const [settled] = useDebouncedValue(reading, PAUSE_MS);
  const change = settled === reading && settled.kind === 'changed' ? settled : null;
  const { data, error, refetch } = useQuery({
    queryKey: ['variations-check', project, flag.key, flag.revision, change?.instructions ?? []],
    queryFn: ({ signal }) =>
      api.patch<DryRun>(flagPath(project, flag.key), {
        query: { dryRun: true },
        body: { instructions: change?.instructions ?? [] },
        signal,
      }),
    enabled: change !== null,
    retry: false,
    gcTime: 0,
  });
  const refused = change && error instanceof ApiError && error.errors.length > 0 ? error.errors : [];
  return {
    problems: change
      ? refused.map(({ pointer, detail }) => ({ ...placeOfProblem(pointer, change, drafts), detail }))
      : [],
    summary: change && data ? data.summary : null,
    error: change && refused.length === 0 ? error : null,
    retry: () => void refetch(),
  };
}

interface Save {
  readonly revision: number;
  readonly instructions: readonly FlagInstruction[];
  readonly comment: string;
}

/** Saves reviewed instructions on top of the revision that was reviewed. */
export function useSaveShared(flag: string) {
  const { api, newId } = useServices();
  const { project } = useSession();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ revision, instructions, comment }: Save) =>
      api.patch<Written<FlagView>>(flagPath(project, flag), {
        body: { instructions, ...(comment === '' ? {} : { comment }) },
        revision,
        idempotencyKey: newId(),
        tries: 3,
      }),
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ['flag', project, flag] }),
        queries.invalidateQueries({ queryKey: ['flags', project] }),
      ]),
  });
}
