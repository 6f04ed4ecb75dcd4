import type { SegmentConfigInstruction } from '@glidepath/core/change';
import type { SegmentConfigView, Written } from '@glidepath/server/api-types';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { segmentConfigPath } from '../../lib/paths.ts';
import { useServices } from '../../lib/services.tsx';
import type { Committed } from '../../lib/use-propagation.ts';
import { NDJSON, type SegmentPlace } from './segment-queries.ts';

/** How a reviewed change is sent: keys line by line, for there may be a hundred thousand. */
export type SegmentWrite =
  | { readonly kind: 'keys'; readonly lines: string }
  | { readonly kind: 'instructions'; readonly instructions: readonly SegmentConfigInstruction[] };

export interface SegmentSave {
  readonly write: SegmentWrite;
  /** That was reviewed. */
  readonly revision: number;
  readonly comment: string;
}

export interface SegmentSaved {
  readonly revision: number;
  readonly committed: Committed;
}

/** Saves a reviewed change as one, on top of the revision that was reviewed. */
export function useSaveSegment({ project, environment, segment }: SegmentPlace) {
  const { api, newId } = useServices();
  const queries = useQueryClient();
  const path = segmentConfigPath(project, environment, segment);
  return useMutation({
    mutationFn: async ({ write, revision, comment }: SegmentSave): Promise<SegmentSaved> => {
      const options = { revision, idempotencyKey: newId(), tries: 3 };
      const said = comment === '' ? {} : { comment };
      const written =
        write.kind === 'keys'
          ? await api.post<Written<SegmentConfigView>>(`${path}/members`, {
              ...options,
              query: said,
              text: { type: NDJSON, content: write.lines },
            })
          : await api.patch<Written<SegmentConfigView>>(path, {
              ...options,
              body: { ...said, instructions: write.instructions },
            });
      return {
        revision: written.document.revision,
        committed: {
          environment,
          at: Date.parse(written.document.updatedAt),
          version: written.versions[environment] ?? null,
          delivery: written.delivery?.[environment] ?? null,
        },
      };
    },
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ['segment', project, segment] }),
        queries.invalidateQueries({ queryKey: ['segments', project] }),
      ]),
  });
}
