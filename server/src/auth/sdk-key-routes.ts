import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { causeOf, type Written } from '../audit/audited-write.ts';
import { pageSchema } from '../http/answer-schemas.ts';
import type { Api } from '../http/api.ts';
import { ENVIRONMENT_PATH, etagOf, people } from '../http/api.ts';
import type { SdkKeyView } from '../http/api-types.ts';
import { pageOf, pageQuerySchema } from '../http/paging.ts';
import { keySchema, nameSchema } from '../http/schemas.ts';
import { writeHeadersSchema, writeOptionsOf } from '../http/write-options.ts';
import type { SdkKeyBody } from '../store/documents.ts';
import type { Reads } from '../store/store.ts';
import type { SdkKeyService } from './sdk-key-service.ts';
import { createdSchema, sdkKeyViewOf, sdkKeyViewSchema } from './views.ts';

export interface SdkKeyRouteDeps {
  readonly reads: Reads;
  readonly sdkKeys: SdkKeyService;
}

const HOUR = 3_600_000;
const OVERLAP_HOURS = { usual: 24, longest: 7 * 24 } as const;

const tags = ['SDK keys'];
const paramsSchema = z.strictObject({ p: keySchema, e: keySchema });
const idParamsSchema = paramsSchema.extend({ id: z.string().min(1).max(64) });
const KEYS = `${ENVIRONMENT_PATH}/sdk-keys`;
const KEY = `${KEYS}/:id`;

const originSchema = z
  .string()
  .max(256)
  .regex(/^https?:\/\/[a-z0-9.-]+(:\d{1,5})?$/, 'must be an origin such as https://app.example, without a path');

/** Routes of SDK keys. */
export function registerSdkKeyRoutes(api: Api, { reads, sdkKeys }: SdkKeyRouteDeps): void {
  api.get(
    KEYS,
    {
      config: { policy: people('key.read', 'environment') },
      schema: {
        tags,
        summary: 'Lists the SDK keys of an environment, newest first',
        params: paramsSchema,
        querystring: pageQuerySchema,
        response: { 200: pageSchema(sdkKeyViewSchema) },
      },
    },
    async ({ environment, query }) => {
      const all = await reads.documents<SdkKeyBody>('sdk-key', environment.id);
      const sorted = all.toSorted((a, b) => b.body.createdAt - a.body.createdAt || (a.id < b.id ? -1 : 1));
      const page = pageOf(sorted, query, ({ id }) => id);
      return { ...page, items: page.items.map(sdkKeyViewOf) };
    },
  );

  api.post(
    KEYS,
    {
      config: { policy: people('key.edit', 'environment') },
      schema: {
        tags,
        summary: 'Makes an SDK key; its secret is in this answer and nowhere else',
        params: paramsSchema,
        headers: writeHeadersSchema,
        body: z.strictObject({
          name: nameSchema,
          kind: z.enum(['server', 'client']),
          origins: z.array(originSchema).max(50).exactOptional().describe('Where browsers may use a client key from'),
        }),
        response: { 201: createdSchema(sdkKeyViewSchema) },
      },
    },
    async (request, reply) => {
      const { origins = [], ...input } = request.body;
      const cause = causeOf(request, writeOptionsOf(request));
      return answerCreated(reply, await sdkKeys.create(request, { ...input, origins }, cause));
    },
  );

  api.post(
    `${KEY}/rotate`,
    {
      config: { policy: people('key.edit', 'environment') },
      schema: {
        tags,
        summary: 'Makes a successor; the old key works on for the overlap',
        params: idParamsSchema,
        headers: writeHeadersSchema,
        body: z.strictObject({ overlapHours: z.number().min(0).max(OVERLAP_HOURS.longest).exactOptional() }).nullable(),
        response: { 201: createdSchema(sdkKeyViewSchema) },
      },
    },
    async (request, reply) => {
      const overlapMs = (request.body?.overlapHours ?? OVERLAP_HOURS.usual) * HOUR;
      const cause = causeOf(request, writeOptionsOf(request));
      return answerCreated(reply, await sdkKeys.rotate(request, request.params.id, overlapMs, cause));
    },
  );

  api.delete(
    KEY,
    {
      config: { policy: people('key.edit', 'environment') },
      schema: {
        tags,
        summary: 'Revokes a key at once; streams that it opened are closed',
        params: idParamsSchema,
        headers: writeHeadersSchema,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await sdkKeys.revoke(request, request.params.id, causeOf(request, writeOptionsOf(request)));
      return reply.code(204).send(null);
    },
  );
}

function answerCreated(reply: FastifyReply, { result, secret }: Written<SdkKeyView>) {
  if (secret === undefined) throw new Error('a key was made without a secret');
  return reply.code(201).header('etag', etagOf(result.revision)).send({ document: result, secret });
}
