import { z } from 'zod';
import { timeOf } from '../http/api.ts';
import type { EnvironmentView, ProjectView } from '../http/api-types.ts';
import type { EnvironmentBody, ProjectBody } from '../store/documents.ts';
import type { StoredDocument } from '../store/store.ts';

const versionedFields = { revision: z.number(), updatedAt: z.string() };

export const projectViewSchema: z.ZodType<ProjectView> = z
  .object({ key: z.string(), name: z.string(), createdAt: z.string(), ...versionedFields })
  .meta({ id: 'Project' });

export const environmentViewSchema: z.ZodType<EnvironmentView> = z
  .object({
    key: z.string(),
    name: z.string(),
    critical: z.boolean(),
    colour: z.string(),
    secureMode: z.enum(['off', 'required']),
    reasonsInBrowsers: z.boolean(),
    position: z.number(),
    version: z.number(),
    createdAt: z.string(),
    ...versionedFields,
  })
  .meta({ id: 'Environment' });

export function projectViewOf({ body, revision, updatedAt }: StoredDocument<ProjectBody>): ProjectView {
  return { ...body, createdAt: timeOf(body.createdAt), revision, updatedAt: timeOf(updatedAt) };
}

/** `version` is the environment's own counter, which the document does not hold. */
export function environmentViewOf(
  { body, revision, updatedAt }: StoredDocument<EnvironmentBody>,
  version: number,
): EnvironmentView {
  const moments = { createdAt: timeOf(body.createdAt), updatedAt: timeOf(updatedAt) };
  return { reasonsInBrowsers: false, ...body, version, revision, ...moments };
}
