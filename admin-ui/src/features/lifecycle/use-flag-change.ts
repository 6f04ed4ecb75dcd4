import type { FlagView, LifecycleView, Written } from '@glidepath/server/api-types';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { EnvironmentIdentity } from '../../kit/environment-chip.tsx';
import type { Forecast } from '../../kit/review-sheet.tsx';
import { useAnnounce } from '../../lib/announce.tsx';
import { flagQuery } from '../../lib/flag-queries.ts';
import { flagPath } from '../../lib/paths.ts';
import { useServices } from '../../lib/services.tsx';
import { useSession } from '../../lib/session.tsx';
import { actionMessages } from './action-messages.ts';
import { FLAG_CHANGES, type FlagChangeKind } from './flag-changes.ts';
import { renewLives } from './lifecycle-queries.ts';
import { rehearse } from './rehearse.ts';

const TRIES = 3;

/** What environments share goes to all of them at once, so the strictest one decides how careful to be. */
export function useEverywhere(): EnvironmentIdentity {
  const { environments } = useSession();
  return { key: '*', name: actionMessages.everywhere, critical: environments.some(({ critical }) => critical) };
}

/** What a change of a flag's life would do; the server is asked, so that it can refuse. Null: nothing is under review. */
export function useFlagChangeForecast(view: LifecycleView, kind: FlagChangeKind | null): Forecast {
  const { api, clock } = useServices();
  const { project } = useSession();
  const { critical } = useEverywhere();
  const change = FLAG_CHANGES[kind ?? 'archive'];
  const flag = useQuery({ ...flagQuery(api, project, view.flag), enabled: kind !== null });
  const rehearsal = useQuery({
    queryKey: ['flag', project, view.flag, 'rehearsal', kind],
    queryFn: ({ signal }) => rehearse(api, { project, flag: view.flag, instruction: change.instruction, signal }),
    enabled: kind !== null,
    gcTime: 0,
    retry: false,
  });
  const failed = [rehearsal, flag].find(({ isError }) => isError);
  if (failed) return { kind: 'failed', error: failed.error, retry: () => void failed.refetch() };
  if (!rehearsal.data || !flag.data) return { kind: 'loading' };
  const { summary, typedBecause } = rehearsal.data;
  return {
    kind: 'ready',
    summary,
    before: change.before(view),
    after: change.after(clock.now()),
    towardSafe: false,
    friction: {
      confirm: 'click',
      comment: change.reachesSdks && critical ? 'required' : 'optional',
      typedKey: typedBecause !== null,
    },
    details: {
      heading: actionMessages.heading(view.flag, flag.data.revision),
      question: change.words.question,
      ...(typedBecause !== null && { typedBecause }),
      sections: [],
      documents: null,
    },
  };
}

interface Order {
  readonly kind: FlagChangeKind;
  readonly comment: string;
  /** Whether the key of the flag was typed. */
  readonly isTyped: boolean;
}

/** Saves a reviewed change on top of what the page knows of the flag. */
export function useFlagChange(flag: string) {
  const { api, newId } = useServices();
  const { project } = useSession();
  const queries = useQueryClient();
  const announce = useAnnounce();
  return useMutation({
    mutationFn: ({ kind, comment, isTyped }: Order) => {
      const known = queries.getQueryData(flagQuery(api, project, flag).queryKey);
      return api.patch<Written<FlagView>>(flagPath(project, flag), {
        body: {
          instructions: [FLAG_CHANGES[kind].instruction(isTyped ? flag : null)],
          ...(comment !== '' && { comment }),
        },
        ...(known && { revision: known.revision }),
        idempotencyKey: newId(),
        tries: TRIES,
      });
    },
    onSuccess: (_written, { kind }) => announce(FLAG_CHANGES[kind].words.done(flag)),
    onSettled: () => renewLives(queries, project, flag),
  });
}
