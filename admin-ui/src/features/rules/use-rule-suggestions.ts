import type { Clause } from '@glidepath/core';
import { useQueries, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { segmentsQuery } from '../../lib/segments-query.ts';
import { useServices } from '../../lib/services.tsx';
import { useSession } from '../../lib/session.tsx';
import { DEFAULT_KIND } from './rule-draft.ts';
import type { RuleSuggestions } from './rule-list.tsx';
import { seenContextsQuery } from './seen-contexts-query.ts';

/** What every context can have, whether or not a rule has ever looked at it. */
const COMMON_ATTRIBUTES = ['key', 'anonymous'];

/** The segments of the project, and the kinds and attributes that these clauses look at or applications have told. */
export function useRuleSuggestions(used: readonly Clause[]): RuleSuggestions {
  const { api } = useServices();
  const { project, environments } = useSession();
  const segments = useQuery(segmentsQuery(api, project)).data?.items;
  const seen = useQueries({
    queries: environments.map(({ key }) => seenContextsQuery(api, project, key)),
    combine: (answers) => answers.flatMap(({ data }) => data?.items ?? []),
  });
  return useMemo(
    () => ({
      kinds: unique([DEFAULT_KIND, ...used.map(({ kind = DEFAULT_KIND }) => kind), ...seen.map(({ kind }) => kind)]),
      attributes: unique([
        ...used.map(({ attribute }) => attribute),
        ...COMMON_ATTRIBUTES,
        ...seen.flatMap(({ attributes }) => attributes),
      ]),
      segments: (segments ?? []).map(({ key }) => key),
    }),
    [used, segments, seen],
  );
}

const unique = (words: readonly string[]): readonly string[] => [...new Set(words)].filter((word) => word !== '');
