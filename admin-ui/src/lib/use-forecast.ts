import type { FlagConfig, Json } from '@glidepath/core';
import type { FlagWithEnvironments, PreviewView } from '@glidepath/server/api-types';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Forecast, ReadyForecast, ReviewDetails } from '../kit/review-sheet.tsx';
import { configOf, flagOf } from './flag-model.ts';
import { type Outcome, outcomeOf } from './flag-outcome.ts';
import { dependenciesQuery, flagQuery, type PreviewSubject, previewQuery } from './flag-queries.ts';
import type { Friction } from './friction.ts';
import { type PinnedUser, usePinnedUsers } from './pinned-users.ts';
import { isTransient } from './problem.ts';
import { reviewSections } from './review-details.ts';
import { reviewMessages } from './review-messages.ts';
import { useServices } from './services.tsx';

/**
 * What the server says that instructions would do, for the review sheet. `frictionFor` decides how hard the
 * confirmation is, knowing whether the change is toward safe. Null subject: nothing is under review.
 */
export function useForecast(subject: PreviewSubject | null, frictionFor: (towardSafe: boolean) => Friction): Forecast {
  const { api } = useServices();
  const isAsked = subject !== null;
  const asked = subject ?? NOTHING;
  const { users: pinned } = usePinnedUsers(asked.project);
  const contexts = useMemo(() => pinned.map(({ context }) => context), [pinned]);
  const query = useQuery({ ...previewQuery(api, { ...asked, contexts }), enabled: isAsked });
  const flag = useQuery({ ...flagQuery(api, asked.project, asked.flag), enabled: isAsked }).data;
  const outcome = useOutcome(subject, flag);
  const dependencies = useQuery({
    ...dependenciesQuery(api, asked.project, asked.environment, asked.flag),
    enabled: isAsked && outcome !== null && turnsOff(outcome),
  });

  if (query.data) {
    const { summary, before, after, towardSafe } = query.data;
    const takesDown = dependencies.data?.takesDown ?? [];
    const preview = query.data;
    const details = outcome && flag ? detailsOf({ flag, outcome, preview, pinned, takesDown }) : null;
    return { kind: 'ready', summary, before, after, towardSafe, friction: frictionFor(towardSafe), details };
  }
  if (query.isError) {
    const standIn = outcome?.towardSafe && isTransient(query.error) ? standInOf(outcome, frictionFor(true)) : null;
    return { kind: 'failed', error: query.error, retry: () => void query.refetch(), standIn };
  }
  return { kind: 'loading' };
}

const NOTHING: PreviewSubject = { project: '', environment: '', flag: '', revision: 0, instructions: [] };

/** What this page works out by itself; null as long as the flag is not there, or where the change is refused. */
function useOutcome(subject: PreviewSubject | null, flag: FlagWithEnvironments | undefined): Outcome | null {
  const { clock } = useServices();
  return useMemo(() => {
    const config = flag?.environments.find(({ environment }) => environment === subject?.environment);
    if (!subject || !flag || !config) return null;
    const { environment, instructions } = subject;
    return outcomeOf({ flag: flagOf(flag), config: configOf(config), environment, instructions }, clock.now());
  }, [subject, flag, clock]);
}

function turnsOff({ before, after }: Outcome): boolean {
  return before.on && before.killed === null && (!after.on || after.killed !== null);
}

interface Known {
  readonly flag: FlagWithEnvironments;
  readonly outcome: Outcome;
  readonly preview: PreviewView;
  readonly pinned: readonly PinnedUser[];
  readonly takesDown: readonly string[];
}

function detailsOf({ flag, outcome, preview, pinned, takesDown }: Known): ReviewDetails {
  const { before, after } = outcome;
  return {
    heading: reviewMessages.heading(flag.key, preview.revision),
    sections: reviewSections({ flag, before, after, preview, pinned, takesDown }),
    documents: { before: asJson(before), after: asJson(after) },
  };
}

function standInOf({ summary, serves, towardSafe }: Outcome, friction: Friction): ReadyForecast {
  return { kind: 'ready', summary, ...serves, towardSafe, friction };
}

/** A configuration holds nothing but JSON. */
function asJson(config: FlagConfig): Json {
  return config as unknown as Json;
}
