import { z } from 'zod';
import { causeOf } from '../audit/audited-write.ts';
import { createdSchema } from '../auth/views.ts';
import { pageSchema } from '../http/answer-schemas.ts';
import { type Api, etagOf, PROJECT_PATH, people, timeOf } from '../http/api.ts';
import { commentSchema } from '../http/instruction-schemas.ts';
import { pageOf, pageQuerySchema } from '../http/paging.ts';
import type { IntegrationView } from '../http/release-types.ts';
import { keySchema, nameSchema } from '../http/schemas.ts';
import { plainWrittenSchema, writeHeadersSchema, writeOptionsOf } from '../http/write-options.ts';
import type { Reads } from '../store/store.ts';
import { HOOK_PATH } from './hook-routes.ts';
import { HOOK_KINDS } from './hooks/index.ts';
import type { IntegrationBody } from './integration.ts';
import { type Integration, type IntegrationService, integrationNamed } from './integration-service.ts';
import { deployFields } from './report-schema.ts';

export interface IntegrationRouteDeps {
  readonly reads: Reads;
  readonly integrations: IntegrationService;
}

const HOUR = 3_600_000;
const OVERLAP_HOURS = { usual: 24, longest: 7 * 24 } as const;

const tags = ['Deploys'];
const paramsSchema = z.strictObject({ p: keySchema });
const oneSchema = paramsSchema.extend({ id: z.string().min(1).max(64) });
const INTEGRATIONS = `${PROJECT_PATH}/integrations`;
const INTEGRATION = `${INTEGRATIONS}/:id`;

const integrationViewSchema: z.ZodType<IntegrationView> = z
  .object({
    id: z.string(),
    name: z.string(),
    kind: z.enum(HOOK_KINDS),
    service: z.string().nullable(),
    environment: z.string().nullable(),
    path: z.string().describe('Where it sends its messages'),
    lastFour: z.string().describe('Of its newest secret'),
    createdAt: z.string(),
    lastUsedAt: z.string().nullable().describe('Of the last thirty days'),
    revision: z.number(),
    updatedAt: z.string(),
  })
  .meta({ id: 'Integration' });

const fields = {
  service: deployFields.service.nullable().exactOptional().describe('Where its messages name none, or another'),
  environment: keySchema.nullable().exactOptional().describe('Where its messages name none'),
  comment: commentSchema.exactOptional(),
};

/** Routes of webhooks that report deploys. */
export function registerIntegrationRoutes(api: Api, { reads, integrations }: IntegrationRouteDeps): void {
  const created = createdSchema(integrationViewSchema);

  api.get(
    INTEGRATIONS,
    {
      config: { policy: people('project.read', 'project') },
      schema: {
        tags,
        summary: 'Lists who may report deploys by webhook, newest first',
        params: paramsSchema,
        querystring: pageQuerySchema,
        response: { 200: pageSchema(integrationViewSchema) },
      },
    },
    async ({ project, query }) => {
      const all = await reads.documents<IntegrationBody>('integration', project.id);
      const sorted = all.toSorted((a, b) => b.body.createdAt - a.body.createdAt || (a.key < b.key ? -1 : 1));
      const page = pageOf(sorted, query, ({ key }) => key);
      return { ...page, items: await Promise.all(page.items.map((item) => viewOf(reads, item))) };
    },
  );

  api.post(
    INTEGRATIONS,
    {
      config: { policy: people('integration.edit', 'project') },
      schema: {
        tags,
        summary: 'Makes a webhook that reports deploys; its secret is in this answer and nowhere else',
        params: paramsSchema,
        headers: writeHeadersSchema,
        body: z.strictObject({ name: nameSchema, kind: z.enum(HOOK_KINDS), ...fields }),
        response: { 201: created },
      },
    },
    async (request, reply) => {
      const { comment, service = null, environment = null, ...input } = request.body;
      const cause = causeOf(request, { ...writeOptionsOf(request), comment });
      const { result, secret } = await integrations.create(request.project, { ...input, service, environment }, cause);
      return reply
        .code(201)
        .header('etag', etagOf(result.revision))
        .send(await createdOf(result, secret));
    },
  );

  api.get(
    INTEGRATION,
    {
      config: { policy: people('project.read', 'project') },
      schema: { tags, summary: 'One webhook', params: oneSchema, response: { 200: integrationViewSchema } },
    },
    async ({ project, params }, reply) => {
      const integration = await integrationNamed(reads, project, params.id);
      return reply.header('etag', etagOf(integration.revision)).send(await viewOf(reads, integration));
    },
  );

  api.patch(
    INTEGRATION,
    {
      config: { policy: people('integration.edit', 'project') },
      schema: {
        tags,
        summary: 'Edits a webhook; its secret stays',
        params: oneSchema,
        headers: writeHeadersSchema,
        body: z.strictObject({ name: nameSchema.exactOptional(), ...fields }),
        response: { 200: plainWrittenSchema(integrationViewSchema) },
      },
    },
    async (request, reply) => {
      const { comment, ...edit } = request.body;
      const options = writeOptionsOf(request);
      const cause = causeOf(request, { ...options, comment });
      const { id } = request.params;
      const { result, changeId } = await integrations.edit(request.project, id, edit, options.expectedRevision, cause);
      return reply
        .header('etag', etagOf(result.revision))
        .send({ document: await viewOf(reads, result), versions: {}, changeId });
    },
  );

  api.post(
    `${INTEGRATION}/rotate`,
    {
      config: { policy: people('integration.edit', 'project') },
      schema: {
        tags,
        summary: 'Makes a new secret; the one before works on for the overlap',
        params: oneSchema,
        headers: writeHeadersSchema,
        body: z.strictObject({ overlapHours: z.number().min(0).max(OVERLAP_HOURS.longest).exactOptional() }).nullable(),
        response: { 201: created },
      },
    },
    async (request, reply) => {
      const overlapMs = (request.body?.overlapHours ?? OVERLAP_HOURS.usual) * HOUR;
      const cause = causeOf(request, writeOptionsOf(request));
      const { result, secret } = await integrations.rotate(request.project, request.params.id, overlapMs, cause);
      return reply
        .code(201)
        .header('etag', etagOf(result.revision))
        .send(await createdOf(result, secret));
    },
  );

  api.delete(
    INTEGRATION,
    {
      config: { policy: people('integration.edit', 'project') },
      schema: {
        tags,
        summary: 'Removes a webhook: its messages are refused from now on',
        params: oneSchema,
        headers: writeHeadersSchema,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await integrations.remove(request.project, request.params.id, causeOf(request, writeOptionsOf(request)));
      return reply.code(204).send(null);
    },
  );

  async function createdOf(integration: Integration, secret: string | undefined) {
    if (secret === undefined) throw new Error('an integration was given no secret');
    return { document: await viewOf(reads, integration), secret };
  }
}

async function viewOf(reads: Reads, integration: Integration): Promise<IntegrationView> {
  const { key, body, revision, updatedAt } = integration;
  const { name, kind, service, environment, secrets, createdAt } = body;
  const usedAt = await reads.hookUsedAt(key);
  return {
    id: key,
    name,
    kind,
    service,
    environment,
    path: `${HOOK_PATH}/${key}`,
    lastFour: secrets[0]?.lastFour ?? '',
    createdAt: timeOf(createdAt),
    lastUsedAt: usedAt === null ? null : timeOf(usedAt),
    revision,
    updatedAt: timeOf(updatedAt),
  };
}
