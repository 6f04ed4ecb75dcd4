import { z } from 'zod';
import { causeOf } from '../audit/audited-write.ts';
import { keySchema as answeredKeySchema, pageSchema, versionedFields } from '../http/answer-schemas.ts';
import { type Api, etagOf, PROJECT_PATH, people, timeOf } from '../http/api.ts';
import { commentSchema } from '../http/instruction-schemas.ts';
import { pageOf, pageQuerySchema } from '../http/paging.ts';
import type { ReleasePolicyView } from '../http/release-types.ts';
import { keySchema, nameSchema } from '../http/schemas.ts';
import { plainWrittenSchema, writeHeadersSchema, writeOptionsOf } from '../http/write-options.ts';
import type { Reads } from '../store/store.ts';
import { type PolicyService, policyNamed } from './policy-service.ts';
import type { ReleasePolicy, ReleasePolicyBody } from './release-policy.ts';
import { deployFields } from './report-schema.ts';

export interface PolicyRouteDeps {
  readonly reads: Reads;
  readonly policies: PolicyService;
}

const MINUTES_OF_A_WEEK = 10_080;

const tags = ['Deploys'];
const paramsSchema = z.strictObject({ p: keySchema });
const oneSchema = paramsSchema.extend({ id: z.string().min(1).max(64) });
const POLICIES = `${PROJECT_PATH}/release-policies`;
const POLICY = `${POLICIES}/:id`;

const policyViewSchema: z.ZodType<ReleasePolicyView> = z
  .object({
    id: z.string(),
    name: z.string(),
    environment: answeredKeySchema,
    tag: z.string(),
    service: z.string().nullable(),
    template: z.string(),
    segment: z.string().nullable(),
    coverage: z.number(),
    delayMinutes: z.number(),
    isEnabled: z.boolean(),
    createdAt: z.string(),
    ...versionedFields,
  })
  .meta({ id: 'ReleasePolicy' });

const wanted = {
  name: nameSchema,
  environment: keySchema,
  tag: z.string().min(1).max(64).describe('Flags that have it are released'),
};
const fields = {
  service: deployFields.service.nullable().exactOptional().describe('Only deploys of this service; any where null'),
  template: z.string().min(1).max(64).exactOptional().describe('Id of a plan; `standard` where absent'),
  segment: keySchema.nullable().exactOptional().describe('For plans whose first stage is a segment'),
  coverage: z.number().gt(0).max(100).exactOptional().describe('Percent of the connected instances; 100 where absent'),
  delayMinutes: z.number().min(0).max(MINUTES_OF_A_WEEK).exactOptional(),
  isEnabled: z.boolean().exactOptional(),
  comment: commentSchema.exactOptional(),
};

/** Routes of release policies. */
export function registerPolicyRoutes(api: Api, { reads, policies }: PolicyRouteDeps): void {
  const written = plainWrittenSchema(policyViewSchema);

  api.get(
    POLICIES,
    {
      config: { policy: people('project.read', 'project') },
      schema: {
        tags,
        summary: 'Lists which deploys start which releases, oldest first: of two for one flag the older decides',
        params: paramsSchema,
        querystring: pageQuerySchema,
        response: { 200: pageSchema(policyViewSchema) },
      },
    },
    async ({ project, query }) => {
      const all = await reads.documents<ReleasePolicyBody>('release-policy', project.id);
      const sorted = all.toSorted((a, b) => a.body.createdAt - b.body.createdAt || (a.key < b.key ? -1 : 1));
      const page = pageOf(sorted, query, ({ key }) => key);
      return { ...page, items: page.items.map(viewOf) };
    },
  );

  api.post(
    POLICIES,
    {
      config: { policy: people('plan.edit', 'project') },
      schema: {
        tags,
        summary: 'Makes a policy: deploys release flags of a tag by a plan',
        params: paramsSchema,
        headers: writeHeadersSchema,
        body: z.strictObject({ ...wanted, ...fields }),
        response: { 201: written },
      },
    },
    async (request, reply) => {
      const { comment, ...input } = request.body;
      const cause = causeOf(request, { ...writeOptionsOf(request), comment });
      const { result, changeId } = await policies.create(request.project, input, cause);
      return reply
        .code(201)
        .header('etag', etagOf(result.revision))
        .send({ document: viewOf(result), versions: {}, changeId });
    },
  );

  api.get(
    POLICY,
    {
      config: { policy: people('project.read', 'project') },
      schema: { tags, summary: 'One policy', params: oneSchema, response: { 200: policyViewSchema } },
    },
    async ({ project, params }, reply) => {
      const policy = await policyNamed(reads, project, params.id);
      return reply.header('etag', etagOf(policy.revision)).send(viewOf(policy));
    },
  );

  api.patch(
    POLICY,
    {
      config: { policy: people('plan.edit', 'project') },
      schema: {
        tags,
        summary: 'Edits a policy: what it has started goes on as it began',
        params: oneSchema,
        headers: writeHeadersSchema,
        body: z.strictObject({
          name: wanted.name.exactOptional(),
          environment: wanted.environment.exactOptional(),
          tag: wanted.tag.exactOptional(),
          ...fields,
        }),
        response: { 200: written },
      },
    },
    async (request, reply) => {
      const { comment, ...edit } = request.body;
      const options = writeOptionsOf(request);
      const cause = causeOf(request, { ...options, comment });
      const { id } = request.params;
      const { result, changeId } = await policies.edit(request.project, id, edit, options.expectedRevision, cause);
      return reply.header('etag', etagOf(result.revision)).send({ document: viewOf(result), versions: {}, changeId });
    },
  );

  api.delete(
    POLICY,
    {
      config: { policy: people('plan.edit', 'project') },
      schema: {
        tags,
        summary: 'Removes a policy: what it has started goes on',
        params: oneSchema,
        headers: writeHeadersSchema,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await policies.remove(request.project, request.params.id, causeOf(request, writeOptionsOf(request)));
      return reply.code(204).send(null);
    },
  );
}

function viewOf({ key, body, revision, updatedAt }: ReleasePolicy): ReleasePolicyView {
  const { createdAt, createdBy: _, ...shown } = body;
  return { id: key, ...shown, createdAt: timeOf(createdAt), revision, updatedAt: timeOf(updatedAt) };
}
