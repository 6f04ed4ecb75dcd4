import { z } from 'zod';
import { causeOf } from '../audit/audited-write.ts';
import { pageSchema } from '../http/answer-schemas.ts';
import type { Api } from '../http/api.ts';
import { etagOf } from '../http/api.ts';
import { pageOf, pageQuerySchema } from '../http/paging.ts';
import type { RoutePolicy } from '../http/route.ts';
import { keySchema, nameSchema } from '../http/schemas.ts';
import { writeHeadersSchema, writeOptionsOf } from '../http/write-options.ts';
import type { ApiTokenService } from './api-token-service.ts';
import { PIPELINE_RIGHTS, type Principal } from './principal.ts';
import { sessionOf } from './sessions.ts';
import { apiTokenViewSchema, createdSchema, roleSchema } from './views.ts';

const DEFAULT_DAYS = 90;
const MOST_DAYS = 366;

/** Only people make tokens: a leaked one must not be able to make others. */
const BY_MEMBERS: RoutePolicy = { principals: ['member'], action: 'signed-in', object: 'none' };

const BY_ITSELF: RoutePolicy = { principals: ['token'], action: 'signed-in', object: 'none' };

const tags = ['API tokens'];
const TOKENS = '/api/v1/api-tokens';
const OWN = '/api/v1/token';

/** What somebody says of a new token. */
export const tokenInputSchema = z.strictObject({
  name: nameSchema,
  role: roleSchema,
  only: z
    .array(z.enum(PIPELINE_RIGHTS))
    .min(1)
    .max(PIPELINE_RIGHTS.length)
    .exactOptional()
    .describe('Of what the role may, only this and to read flags'),
  projects: z.array(keySchema).min(1).max(100).exactOptional(),
  environments: z.array(keySchema).min(1).max(100).exactOptional(),
  expiresInDays: z.int().min(1).max(MOST_DAYS).default(DEFAULT_DAYS),
});

/** Routes of API tokens. */
export function registerApiTokenRoutes(api: Api, { apiTokens }: { readonly apiTokens: ApiTokenService }): void {
  api.get(
    TOKENS,
    {
      config: { policy: BY_MEMBERS },
      schema: {
        tags,
        summary: 'Lists your API tokens, or everybody’s for an administrator',
        querystring: pageQuerySchema,
        response: { 200: pageSchema(apiTokenViewSchema) },
      },
    },
    async (request) => pageOf(await apiTokens.list(sessionOf(request)), request.query, ({ id }) => id),
  );

  api.post(
    TOKENS,
    {
      config: { policy: BY_MEMBERS },
      schema: {
        tags,
        summary: 'Makes an API token; its secret is in this answer and nowhere else',
        headers: writeHeadersSchema,
        body: tokenInputSchema,
        response: { 201: createdSchema(apiTokenViewSchema) },
      },
    },
    async (request, reply) => {
      const cause = causeOf(request, writeOptionsOf(request));
      const { result, secret } = await apiTokens.create(sessionOf(request), request.body, cause);
      if (secret === undefined) throw new Error('a token was made without a secret');
      return reply.code(201).header('etag', etagOf(result.revision)).send({ document: result, secret });
    },
  );

  api.delete(
    `${TOKENS}/:id`,
    {
      config: { policy: BY_MEMBERS },
      schema: {
        tags,
        summary: 'Removes an API token at once',
        params: z.strictObject({ id: z.string().min(1).max(64) }),
        headers: writeHeadersSchema,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await apiTokens.remove(sessionOf(request), request.params.id, causeOf(request, writeOptionsOf(request)));
      return reply.code(204).send(null);
    },
  );

  api.get(
    OWN,
    {
      config: { policy: BY_ITSELF },
      schema: { tags, summary: 'What the token is that asks', response: { 200: apiTokenViewSchema } },
    },
    ({ principal }) => apiTokens.own(tokenIdOf(principal)),
  );

  api.delete(
    OWN,
    {
      config: { policy: BY_ITSELF },
      schema: { tags, summary: 'Ends the token that asks', response: { 204: z.null() } },
    },
    async (request, reply) => {
      await apiTokens.removeOwn(tokenIdOf(request.principal), causeOf(request));
      return reply.code(204).send(null);
    },
  );
}

function tokenIdOf(principal: Principal): string {
  if (principal.kind !== 'token') throw new Error(`this route's policy lets a ${principal.kind} principal in`);
  return principal.id;
}
