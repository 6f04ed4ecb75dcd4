import type { ConfigInstruction } from '@glidepath/core/change';
import type { DryRun } from '@glidepath/server/api-types';
import { useQuery } from '@tanstack/react-query';
import type { Forecast } from '../../kit/review-sheet.tsx';
import { frictionOfRestore } from '../../lib/friction.ts';
import { flagConfigPath } from '../../lib/paths.ts';
import { useServices } from '../../lib/services.tsx';
import { type SessionEnvironment, useSession } from '../../lib/session.tsx';
import { useForecast } from '../../lib/use-forecast.ts';
import type { RestoreWay } from './use-switch.ts';

interface Restore {
  readonly environment: SessionEnvironment;
  readonly flag: string;
  readonly way: RestoreWay;
}

const AT_ONCE: readonly ConfigInstruction[] = [{ kind: 'restore' }];

/** What the end of a kill would do at once; by a rollout, also what would follow. Null: nothing is under review. */
export function useRestoreForecast(restore: Restore | null): Forecast {
  const { project } = useSession();
  const rehearsal = useRehearsal(restore?.way === 'rollout' ? restore : null);
  const instructions = restore?.way === 'before' ? AT_ONCE : instructionsOf(rehearsal.data);
  const subject =
    restore === null || instructions === null
      ? null
      : { project, environment: restore.environment.key, flag: restore.flag, revision: 0, instructions };
  const forecast = useForecast(subject, () => frictionOfRestore(restore?.environment.critical ?? true));
  if (restore?.way !== 'rollout') return forecast;
  if (rehearsal.isError)
    return { kind: 'failed', error: rehearsal.error, retry: () => void rehearsal.refetch(), standIn: null };
  return forecast.kind === 'ready' && rehearsal.data ? { ...forecast, summary: rehearsal.data.summary } : forecast;
}

/** What the server would do first, and what it says would follow; a restore by a rollout may be refused. */
function useRehearsal(restore: Restore | null) {
  const { api } = useServices();
  const { project } = useSession();
  const environment = restore?.environment.key ?? '';
  const flag = restore?.flag ?? '';
  return useQuery({
    queryKey: ['restore-rehearsal', project, environment, flag],
    queryFn: ({ signal }) =>
      api.post<DryRun>(`${flagConfigPath(project, environment, flag)}/restore`, {
        query: { dryRun: true },
        body: { reason: 'dry run', as: 'rollout' },
        signal,
      }),
    enabled: restore !== null,
    gcTime: 0,
    retry: false,
  });
}

/** A dry run answers the instructions that it would carry out. */
function instructionsOf(rehearsal: DryRun | undefined): readonly ConfigInstruction[] | null {
  return rehearsal ? (rehearsal.diff.flatMap(({ diff }) => diff) as readonly ConfigInstruction[]) : null;
}
