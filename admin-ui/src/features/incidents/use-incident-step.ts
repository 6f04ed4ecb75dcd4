import type { IncidentView, Written } from '@glidepath/server/api-types';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { incidentsPath } from '../../lib/incidents-query.ts';
import { useServices } from '../../lib/services.tsx';
import { useSession } from '../../lib/session.tsx';

/** What a person does with an incident. */
export type IncidentStep =
  | {
      readonly kind: 'edit';
      readonly revision: number;
      readonly edit: Partial<Pick<IncidentView, 'title' | 'severity' | 'flags' | 'lead'>>;
    }
  | { readonly kind: 'note'; readonly text: string }
  | { readonly kind: 'resolve' | 'reopen'; readonly comment: string };

export function incidentKey(project: string, id: string) {
  return ['incident', project, id] as const;
}

export function useIncidentStep(id: string, onDone: () => void = () => undefined) {
  const { api, newId } = useServices();
  const { project } = useSession();
  const queries = useQueryClient();
  const path = `${incidentsPath(project)}/${encodeURIComponent(id)}`;
  return useMutation({
    mutationFn(step: IncidentStep) {
      const idempotencyKey = newId();
      switch (step.kind) {
        case 'edit':
          return api.patch<Written<IncidentView>>(path, { body: step.edit, revision: step.revision, idempotencyKey });
        case 'note':
          return api.post<Written<IncidentView>>(`${path}/notes`, { body: { text: step.text }, idempotencyKey });
        case 'resolve':
        case 'reopen':
          return api.post<Written<IncidentView>>(`${path}/${step.kind}`, {
            body: step.comment === '' ? {} : { comment: step.comment },
            idempotencyKey,
          });
      }
    },
    onSuccess({ document }) {
      queries.setQueryData(incidentKey(project, id), document);
      onDone();
    },
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: incidentKey(project, id) }),
        queries.invalidateQueries({ queryKey: ['incidents', project] }),
      ]),
  });
}
