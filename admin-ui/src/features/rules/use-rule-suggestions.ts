import type { Clause } from '@glidepath/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { segmentsQuery } from '../../lib/segments-query.ts';
import { useServices } from '../../lib/services.tsx';
import { useSession } from '../../lib/session.tsx';
import { DEFAULT_KIND } from './rule-draft.ts';
import type { RuleSuggestions } from './rule-list.tsx';

/** What every context can have, whether or not a rule has ever looked at it. */
const COMMON_ATTRIBUTES = ['key', 'anonymous'];

/** The segments of the project, and the kinds and attributes that these clauses look at. */
export function useRuleSuggestions(used: readonly Clause[]): RuleSuggestions {
  const { api } = useServices();
  const { project } = useSession();
  const segments = useQuery(segmentsQuery(api, project)).data?.items;
  return useMemo(
    () => ({
      kinds: unique([DEFAULT_KIND, ...used.map(({ kind = DEFAULT_KIND }) => kind)]),
      attributes: unique([...used.map(({ attribute }) => attribute), ...COMMON_ATTRIBUTES]),
      segments: (segments ?? []).map(({ key }) => key),
    }),
    [used, segments],
  );
}

const unique = (words: readonly string[]): readonly string[] => [...new Set(words)].filter((word) => word !== '');
