import { z } from 'zod';
import { timeOf } from '../http/api.ts';
import type { ApiTokenView, MemberView, SdkKeyView } from '../http/api-types.ts';
import type { ApiTokenBody, MemberBody, ProjectBody, SdkKeyBody } from '../store/documents.ts';
import type { Reads, StoredDocument } from '../store/store.ts';
import { PIPELINE_RIGHTS, ROLES, type Role } from './principal.ts';

/** How people, tokens and keys are shown: never with their hashes. */

const versionedFields = { revision: z.number(), updatedAt: z.string() };
export const roleSchema = z.enum(ROLES);

export const memberViewSchema: z.ZodType<MemberView> = z
  .object({
    id: z.string(),
    email: z.string(),
    name: z.string(),
    roles: z.record(z.string(), roleSchema),
    disabledAt: z.string().nullable(),
    createdAt: z.string(),
    ...versionedFields,
  })
  .meta({ id: 'Member' });

export const sdkKeyViewSchema: z.ZodType<SdkKeyView> = z
  .object({
    id: z.string(),
    name: z.string(),
    kind: z.enum(['server', 'client']),
    lastFour: z.string(),
    origins: z.array(z.string()),
    createdAt: z.string(),
    expiresAt: z.string().nullable(),
    ...versionedFields,
  })
  .meta({ id: 'SdkKey' });

export const apiTokenViewSchema: z.ZodType<ApiTokenView> = z
  .object({
    id: z.string(),
    name: z.string(),
    role: roleSchema,
    only: z.array(z.enum(PIPELINE_RIGHTS)).nullable().describe('Of what the role may; null = all of it'),
    lastFour: z.string(),
    projects: z.array(z.string()).nullable(),
    environments: z.array(z.string()).nullable(),
    createdAt: z.string(),
    expiresAt: z.string(),
    ...versionedFields,
  })
  .meta({ id: 'ApiToken' });

export function createdSchema<D extends z.ZodType>(document: D) {
  return z.object({ document, secret: z.string().describe('Shown now and never again') });
}

/** Keys of projects by their ids, for documents that hold ids. */
export type ProjectKeys = ReadonlyMap<string, string>;

export async function projectKeysOf(reads: Reads): Promise<ProjectKeys> {
  const projects = await reads.documents<ProjectBody>('project');
  return new Map(projects.map(({ id, key }) => [id, key]));
}

export const EVERY_PROJECT = '*';

export function memberViewOf(
  { id, body, revision, updatedAt }: StoredDocument<MemberBody>,
  keys: ProjectKeys,
): MemberView {
  const { email, name, roles, disabledAt, createdAt } = body;
  return {
    id,
    email,
    name,
    roles: rolesByKey(roles, keys),
    disabledAt: disabledAt === null ? null : timeOf(disabledAt),
    createdAt: timeOf(createdAt),
    revision,
    updatedAt: timeOf(updatedAt),
  };
}

function rolesByKey(roles: Readonly<Record<string, Role>>, keys: ProjectKeys): Readonly<Record<string, Role>> {
  const named = Object.entries(roles).map(([id, role]) => [id === EVERY_PROJECT ? id : keys.get(id), role] as const);
  return Object.fromEntries(named.filter(([key]) => key !== undefined));
}

export function sdkKeyViewOf({ id, body, revision, updatedAt }: StoredDocument<SdkKeyBody>): SdkKeyView {
  const { name, kind, lastFour, origins, createdAt, expiresAt } = body;
  return {
    id,
    name,
    kind,
    lastFour,
    origins,
    createdAt: timeOf(createdAt),
    expiresAt: expiresAt === null ? null : timeOf(expiresAt),
    revision,
    updatedAt: timeOf(updatedAt),
  };
}

export function apiTokenViewOf(
  { id, body, revision, updatedAt }: StoredDocument<ApiTokenBody>,
  keys: ProjectKeys,
): ApiTokenView {
  const { name, role, only = null, lastFour, projects, environments, createdAt, expiresAt } = body;
  return {
    id,
    name,
    role,
    only,
    lastFour,
    projects: projects?.map((project) => keys.get(project) ?? project) ?? null,
    environments,
    createdAt: timeOf(createdAt),
    expiresAt: timeOf(expiresAt),
    revision,
    updatedAt: timeOf(updatedAt),
  };
}
