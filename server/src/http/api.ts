import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyRequest,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Action } from '../auth/permissions.ts';
import type { Actor, Principal } from '../auth/principal.ts';
import type { EnvironmentBody, ProjectBody } from '../store/documents.ts';
import type { Origin, StoredDocument } from '../store/store.ts';
import type { ProblemView } from './api-types.ts';
import type { RoutePolicy } from './route.ts';

/** Where features register their routes: fastify, with zod schemas for what comes in and what goes out. */
export type Api = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>;

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; set by the policy hook before anything of the route runs. */
    principal: Principal;
    /** The project that the path names. Reading it where the policy names none is a bug and throws. */
    project: StoredDocument<ProjectBody>;
    /** The environment that the path names. Reading it where the policy names none is a bug and throws. */
    environment: StoredDocument<EnvironmentBody>;
  }
}

/** Prefix of everything that belongs to a project, and of what belongs to one of its environments. */
export const PROJECT_PATH = '/api/v1/projects/:p';
export const ENVIRONMENT_PATH = '/api/v1/projects/:p/environments/:e';

/** The policy of most routes: members and API tokens whose role reaches the action there. */
export function people(action: Action, object: 'installation' | 'project' | 'environment'): RoutePolicy {
  return { principals: ['member', 'token'], action, object };
}

/** The shape of every answer that is no success. Give it as `4xx` to the schema's `response`. */
export const problemSchema = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.number(),
    code: z.string().describe('Stable, kebab-case'),
    detail: z.string().describe('What is wrong, where, and how to mend it'),
    instance: z.string(),
    errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).exactOptional(),
  })
  .meta({ id: 'Problem' }) satisfies z.ZodType<ProblemView>;

/** A whole number in a query parameter: query strings hold text only. */
export function wholeNumber({ min = 0, max = Number.MAX_SAFE_INTEGER }: { min?: number; max?: number } = {}) {
  return z
    .string()
    .regex(/^\d{1,16}$/, 'must be a whole number')
    .transform(Number)
    .refine((value) => value >= min && value <= max, `must be between ${min} and ${max}`);
}

/** A yes or no in a query parameter. */
export const yesNoSchema = z.enum(['true', 'false']).transform((text) => text === 'true');

/** `GET` of something that may wait until this replica serves a version: spread into the query's schema. */
export const minVersionFields = { minVersion: wholeNumber().exactOptional() };

/** The name of who asks, as the audit log and documents have it. */
export function actorOf(principal: Principal | { readonly kind: 'system' }): Actor {
  switch (principal.kind) {
    case 'member':
      return `member:${principal.id}`;
    case 'token':
      return `token:${principal.id}`;
    case 'system':
      return 'system';
    case 'anonymous':
    case 'server-key':
    case 'client-key':
      throw new Error(`a ${principal.kind} principal acts on nothing`);
  }
}

/** Through which door a request came, for the audit log. */
export function originOf(request: FastifyRequest): Origin {
  if (request.principal.kind === 'member') return 'ui';
  return request.headers['user-agent']?.startsWith('glidepath-cli/') ? 'cli' : 'api';
}

/** A time as the API writes it. */
export function timeOf(at: number): string {
  return new Date(at).toISOString();
}

export function etagOf(revision: number): string {
  return `"${revision}"`;
}
