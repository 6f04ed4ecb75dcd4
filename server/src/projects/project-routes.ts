import { z } from 'zod';
import { causeOf } from '../audit/audited-write.ts';
import { may } from '../auth/permissions.ts';
import { pageSchema } from '../http/answer-schemas.ts';
import type { Api } from '../http/api.ts';
import { ENVIRONMENT_PATH, etagOf, PROJECT_PATH, people } from '../http/api.ts';
import { commentSchema } from '../http/instruction-schemas.ts';
import { pageOf, pageQuerySchema } from '../http/paging.ts';
import { keySchema, nameSchema } from '../http/schemas.ts';
import { plainWrittenSchema, writeHeadersSchema, writeOptionsOf } from '../http/write-options.ts';
import { environmentsOf, type ProjectBody } from '../store/documents.ts';
import type { Reads } from '../store/store.ts';
import type { ProjectService } from './project-service.ts';
import { versionOf } from './project-service.ts';
import { environmentViewOf, environmentViewSchema, projectViewOf, projectViewSchema } from './views.ts';

export interface ProjectRouteDeps {
  readonly reads: Reads;
  readonly projects: ProjectService;
}

const tags = ['Projects and environments'];
const paramsSchema = z.strictObject({ p: keySchema });
const environmentParamsSchema = paramsSchema.extend({ e: keySchema });
const environmentFields = {
  name: nameSchema.exactOptional(),
  critical: z.boolean().exactOptional().describe('Asks for confirmations, as production should'),
  colour: z
    .string()
    .regex(/^#[0-9a-f]{6}$/i, 'must be a colour such as #b3261e')
    .exactOptional(),
  secureMode: z.enum(['off', 'required']).exactOptional(),
  reasonsInBrowsers: z
    .boolean()
    .exactOptional()
    .describe('Whether pages are told why they get a value: its kind, and the id of the rule'),
};

/** Routes of projects and of their environments. */
export function registerProjectRoutes(api: Api, { reads, projects }: ProjectRouteDeps): void {
  api.get(
    '/api/v1/projects',
    {
      config: { policy: { principals: ['member', 'token'], action: 'signed-in', object: 'none' } },
      schema: {
        tags,
        summary: 'Lists the projects that you may see',
        querystring: pageQuerySchema,
        response: { 200: pageSchema(projectViewSchema) },
      },
    },
    async ({ principal, query }) => {
      const all = await reads.documents<ProjectBody>('project');
      const visible = all.filter(({ id }) => may(principal, 'project.read', { kind: 'project', projectId: id }));
      const page = pageOf(visible, query, ({ key }) => key);
      return { ...page, items: page.items.map(projectViewOf) };
    },
  );

  api.post(
    '/api/v1/projects',
    {
      config: { policy: people('project.edit', 'installation') },
      schema: {
        tags,
        summary: 'Creates a project with the environments development, staging and production',
        headers: writeHeadersSchema,
        body: z.strictObject({
          key: keySchema,
          name: nameSchema.exactOptional(),
          comment: commentSchema.exactOptional(),
        }),
        response: { 201: plainWrittenSchema(projectViewSchema) },
      },
    },
    async (request, reply) => {
      const { comment, ...input } = request.body;
      const { result, changeId } = await projects.create(
        input,
        causeOf(request, { ...writeOptionsOf(request), comment }),
      );
      return reply.code(201).header('etag', etagOf(result.revision)).send({ document: result, versions: {}, changeId });
    },
  );

  api.get(
    PROJECT_PATH,
    {
      config: { policy: people('project.read', 'project') },
      schema: { tags, summary: 'One project', params: paramsSchema, response: { 200: projectViewSchema } },
    },
    async ({ project }, reply) => reply.header('etag', etagOf(project.revision)).send(projectViewOf(project)),
  );

  api.patch(
    PROJECT_PATH,
    {
      config: { policy: people('project.edit', 'project') },
      schema: {
        tags,
        summary: 'Edits a project',
        params: paramsSchema,
        headers: writeHeadersSchema,
        body: z.strictObject({ name: nameSchema.exactOptional(), comment: commentSchema.exactOptional() }),
        response: { 200: plainWrittenSchema(projectViewSchema) },
      },
    },
    async (request, reply) => {
      const { comment, ...edit } = request.body;
      const options = writeOptionsOf(request);
      const cause = causeOf(request, { ...options, comment });
      const { result, changeId } = await projects.edit(request.project, edit, options.expectedRevision, cause);
      return reply.header('etag', etagOf(result.revision)).send({ document: result, versions: {}, changeId });
    },
  );

  registerEnvironmentRoutes(api, { reads, projects });
}

function registerEnvironmentRoutes(api: Api, { reads, projects }: ProjectRouteDeps): void {
  api.get(
    `${PROJECT_PATH}/environments`,
    {
      config: { policy: people('project.read', 'project') },
      schema: {
        tags,
        summary: 'Lists the environments of a project, in their order',
        params: paramsSchema,
        querystring: pageQuerySchema,
        response: { 200: pageSchema(environmentViewSchema) },
      },
    },
    async ({ project, query }) => {
      const environments = await environmentsOf(reads, project.id);
      const heads = await reads.heads(environments.map(({ id }) => id));
      const versions = new Map(heads.map(({ id, version }) => [id, version]));
      const page = pageOf(environments, query, ({ key }) => key);
      return { ...page, items: page.items.map((item) => environmentViewOf(item, versions.get(item.id) ?? 0)) };
    },
  );

  api.post(
    `${PROJECT_PATH}/environments`,
    {
      config: { policy: people('environment.edit', 'project') },
      schema: {
        tags,
        summary: 'Creates an environment; every flag is off in it',
        params: paramsSchema,
        headers: writeHeadersSchema,
        body: z.strictObject({ key: keySchema, ...environmentFields, comment: commentSchema.exactOptional() }),
        response: { 201: plainWrittenSchema(environmentViewSchema) },
      },
    },
    async (request, reply) => {
      const { comment, ...input } = request.body;
      const cause = causeOf(request, { ...writeOptionsOf(request), comment });
      const { result, changeId } = await projects.createEnvironment(request.project, input, cause);
      const versions = { [result.key]: result.version };
      return reply.code(201).header('etag', etagOf(result.revision)).send({ document: result, versions, changeId });
    },
  );

  api.get(
    ENVIRONMENT_PATH,
    {
      config: { policy: people('project.read', 'environment') },
      schema: {
        tags,
        summary: 'One environment',
        params: environmentParamsSchema,
        response: { 200: environmentViewSchema },
      },
    },
    async ({ environment }, reply) => {
      const view = environmentViewOf(environment, await versionOf(reads, environment.id));
      return reply.header('etag', etagOf(environment.revision)).send(view);
    },
  );

  api.patch(
    ENVIRONMENT_PATH,
    {
      config: { policy: people('environment.edit', 'environment') },
      schema: {
        tags,
        summary: 'Edits an environment',
        params: environmentParamsSchema,
        headers: writeHeadersSchema,
        body: z.strictObject({
          ...environmentFields,
          position: z.int().min(0).max(1_000).exactOptional(),
          comment: commentSchema.exactOptional(),
        }),
        response: { 200: plainWrittenSchema(environmentViewSchema) },
      },
    },
    async (request, reply) => {
      const { comment, ...edit } = request.body;
      const { project, environment } = request;
      const options = writeOptionsOf(request);
      const cause = causeOf(request, { ...options, comment });
      const { result, changeId } = await projects.editEnvironment(
        { project, environment },
        edit,
        options.expectedRevision,
        cause,
      );
      return reply.header('etag', etagOf(result.revision)).send({ document: result, versions: {}, changeId });
    },
  );
}
