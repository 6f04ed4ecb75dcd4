import { z } from 'zod';
import { causeOf } from '../audit/audited-write.ts';
import type { Clock } from '../clock.ts';
import { RefusedError } from '../errors.ts';
import { pageSchema } from '../http/answer-schemas.ts';
import { type Api, ENVIRONMENT_PATH, etagOf, PROJECT_PATH, people } from '../http/api.ts';
import { commentSchema } from '../http/instruction-schemas.ts';
import { DEFAULT_LIMIT, decodeCursor, encodeCursor, pageQueryFields } from '../http/paging.ts';
import { keySchema } from '../http/schemas.ts';
import { plainWrittenSchema, writeHeadersSchema, writeOptionsOf } from '../http/write-options.ts';
import type { DeployRow } from '../store/deploys.ts';
import type { EnvironmentBody } from '../store/documents.ts';
import type { Reads } from '../store/store.ts';
import { type DeployService, deployNamed } from './deploy-service.ts';
import {
  DEPLOY_STATUSES,
  deployViewSchema,
  deployViewsOf,
  liveVersionViewOf,
  liveVersionViewSchema,
} from './deploy-views.ts';
import { deployFields, reportFrom } from './report-schema.ts';

export interface DeployRouteDeps {
  readonly reads: Reads;
  readonly deploys: DeployService;
  readonly clock: Pick<Clock, 'now'>;
}

const tags = ['Deploys'];
const paramsSchema = z.strictObject({ p: keySchema });
const oneSchema = paramsSchema.extend({ id: z.string().min(1).max(64) });
const cursorSchema = z.tuple([z.int(), z.string()]);
const DEPLOYS = `${PROJECT_PATH}/deploys`;

/** Routes of deploys, and of what is connected. */
export function registerDeployRoutes(api: Api, { reads, deploys, clock }: DeployRouteDeps): void {
  const viewOf = async (deploy: DeployRow) => {
    const [view] = await deployViewsOf(reads, [deploy], clock.now());
    if (view === undefined) throw new Error('one deploy has one view');
    return view;
  };

  api.get(
    DEPLOYS,
    {
      config: { policy: people('project.read', 'project') },
      schema: {
        tags,
        summary: 'Lists deploys, those that began last first',
        params: paramsSchema,
        querystring: z.strictObject({
          ...pageQueryFields,
          environment: keySchema.exactOptional(),
          service: deployFields.service.exactOptional(),
          status: z.enum(DEPLOY_STATUSES).exactOptional(),
        }),
        response: { 200: pageSchema(deployViewSchema) },
      },
    },
    async ({ project, query }) => {
      const { limit = DEFAULT_LIMIT, cursor, environment, service, status } = query;
      const filter = {
        project: project.id,
        ...(environment !== undefined && { environment: (await environmentNamed(reads, project.id, environment)).id }),
        ...(service !== undefined && { service }),
        ...(status !== undefined && { status }),
      };
      const [startedAt, id] = cursor === undefined ? [] : decodeCursor(cursor, cursorSchema);
      const after = startedAt === undefined || id === undefined ? {} : { after: { startedAt, id } };
      const rows = await reads.deploys({ ...filter, ...after, limit });
      const last = rows.at(-1);
      const more = rows.length === limit && last !== undefined;
      return {
        items: [...(await deployViewsOf(reads, rows, clock.now()))],
        total: await reads.deployCount(filter),
        ...(more && { next: encodeCursor([last.startedAt, last.id]) }),
      };
    },
  );

  api.post(
    DEPLOYS,
    {
      config: { policy: people('deploy.record', 'project') },
      schema: {
        tags,
        summary: 'Reports a deploy, or how one goes on: the same report again changes nothing',
        params: paramsSchema,
        headers: writeHeadersSchema,
        body: z.strictObject({ ...deployFields, environment: keySchema, comment: commentSchema.exactOptional() }),
        response: { 200: reportedSchema, 201: reportedSchema },
      },
    },
    async (request, reply) => {
      const { environment: key, comment, ...told } = request.body;
      const environment = await environmentNamed(reads, request.project.id, key, '/environment');
      const cause = causeOf(request, { ...writeOptionsOf(request), comment });
      const reported = await deploys.report({ project: request.project, environment }, reportFrom(told), cause);
      if (reported.kind === 'repeated') throw new Error('only messages of integrations are repeated');
      const answer = {
        document: await viewOf(reported.deploy),
        versions: {},
        changeId: reported.kind === 'unchanged' ? null : reported.changeId,
        repeated: reported.kind === 'unchanged',
      };
      return reply
        .code(reported.kind === 'new' ? 201 : 200)
        .header('etag', etagOf(reported.deploy.revision))
        .send(answer);
    },
  );

  api.get(
    `${DEPLOYS}/:id`,
    {
      config: { policy: people('project.read', 'project') },
      schema: { tags, summary: 'One deploy', params: oneSchema, response: { 200: deployViewSchema } },
    },
    async ({ project, params }, reply) => {
      const deploy = await deployNamed(reads, project, params.id);
      return reply.header('etag', etagOf(deploy.revision)).send(await viewOf(deploy));
    },
  );

  api.patch(
    `${DEPLOYS}/:id`,
    {
      config: { policy: people('deploy.record', 'project') },
      schema: {
        tags,
        summary: 'Corrects what was reported of a deploy',
        params: oneSchema,
        headers: writeHeadersSchema,
        body: z.strictObject({
          status: deployFields.status.exactOptional(),
          finishedAt: deployFields.finishedAt,
          commit: deployFields.commit,
          url: deployFields.url,
          comment: commentSchema.exactOptional(),
        }),
        response: { 200: plainWrittenSchema(deployViewSchema) },
      },
    },
    async (request, reply) => {
      const { comment, ...edit } = request.body;
      const options = writeOptionsOf(request);
      const cause = causeOf(request, { ...options, comment });
      const { id } = request.params;
      const { result, changeId } = await deploys.edit(request.project, id, edit, options.expectedRevision, cause);
      return reply
        .header('etag', etagOf(result.revision))
        .send({ document: await viewOf(result), versions: {}, changeId });
    },
  );

  api.get(
    `${ENVIRONMENT_PATH}/versions`,
    {
      config: { policy: people('project.read', 'environment') },
      schema: {
        tags,
        summary: 'Which versions of which applications are connected now',
        params: paramsSchema.extend({ e: keySchema }),
        response: { 200: pageSchema(liveVersionViewSchema) },
      },
    },
    async ({ environment }) => {
      const [head] = await reads.heads([environment.id]);
      const live = await reads.liveVersions(environment.id, clock.now());
      return { items: live.map((one) => liveVersionViewOf(one, head?.version ?? 0)), total: live.length };
    },
  );
}

const reportedSchema = plainWrittenSchema(deployViewSchema).extend({
  changeId: z.string().nullable().describe('Null where the report told nothing new'),
  repeated: z.boolean().describe('Whether all of it was known'),
});

async function environmentNamed(reads: Reads, project: string, key: string, pointer = '?environment') {
  const environment = await reads.document<EnvironmentBody>({ kind: 'environment', parent: project, key });
  if (environment !== null) return environment;
  const detail = `There is no environment \`${key}\` in this project. Name one of its environments by its key.`;
  throw new RefusedError({ code: 'unknown-reference', detail, errors: [{ pointer, detail }] });
}
