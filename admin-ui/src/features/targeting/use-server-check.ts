import type { ConfigInstruction } from '@glidepath/core/change';
import type { DryRun, FlagConfigView } from '@glidepath/server/api-types';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { flagConfigPath } from '../../lib/paths.ts';
import { ApiError } from '../../lib/problem.ts';
import { useServices } from '../../lib/services.tsx';
import { useSession } from '../../lib/session.tsx';
import { type PlacedProblem, placeOf } from './problem-place.ts';
import type { DraftReading } from './reading.ts';

const PAUSE_MS = 500;
const NONE: readonly PlacedProblem[] = [];

/**
 * What the server would refuse: cycles, segments and flags that are not there, patterns, sizes. Asked for a moment
 * after the last edit; nothing is written. Any other failure is left to the review, which says it.
 */
export function useServerCheck(
  base: FlagConfigView,
  reading: DraftReading,
  enabled: boolean,
): readonly PlacedProblem[] {
  const { api } = useServices();
  const { project } = useSession();
  const [settled] = useDebouncedValue(reading, PAUSE_MS);
  const change = settled === reading && settled.kind === 'changed' ? settled : null;
  const { error } = useQuery({
    queryKey: ['targeting-check', project, base.environment, base.flag, base.revision, change?.instructions ?? []],
    queryFn: ({ signal }) =>
      api.patch<DryRun>(flagConfigPath(project, base.environment, base.flag), {
        query: { dryRun: true },
        body: { instructions: change?.instructions ?? [] },
        signal,
      }),
    enabled: enabled && change !== null,
    retry: false,
    gcTime: 0,
  });
  return change && error instanceof ApiError ? problemsOf(error, change.instructions, change.after.rules) : NONE;
}

function problemsOf(
  error: ApiError,
  instructions: readonly ConfigInstruction[],
  rules: Parameters<typeof placeOf>[2],
): readonly PlacedProblem[] {
  return error.errors.map(({ pointer, detail }) => ({ ...placeOf(pointer, instructions, rules), detail }));
}
