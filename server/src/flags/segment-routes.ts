import type { Segment, SegmentConfig } from '@glidepath/core';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { RefusedError } from '../errors.ts';
import {
  membersPageSchema,
  pageSchema,
  segmentConfigViewSchema,
  segmentRowSchema,
  segmentViewSchema,
  writtenSchema,
} from '../http/answer-schemas.ts';
import type { Api } from '../http/api.ts';
import { ENVIRONMENT_PATH, etagOf, minVersionFields, PROJECT_PATH, people, problemSchema } from '../http/api.ts';
import type { SegmentConfigView, SegmentView } from '../http/api-types.ts';
import {
  patchSchema,
  segmentConfigInstructionSchema,
  segmentInputSchema,
  segmentInstructionSchema,
} from '../http/instruction-schemas.ts';
import { pageOf, pageQueryFields } from '../http/paging.ts';
import { keySchema } from '../http/schemas.ts';
import { writeHeadersSchema, writeQuerySchema } from '../http/write-options.ts';
import { instructionsOf, membersOf, parseMembers } from './members.ts';
import { reach, segmentConfigOf, segmentOf } from './reading.ts';
import { segmentConfigViewOf, segmentRowOf, segmentViewOf } from './views.ts';
import type { WriteDeps } from './write-answer.ts';
import { answerOne, environmentsOf } from './write-answer.ts';

const SEGMENTS = `${PROJECT_PATH}/segments`;
const SEGMENT = `${SEGMENTS}/:s`;
const DEFINITION = `${ENVIRONMENT_PATH}/segments/:s`;
const MEMBERS_BYTES = 10 * 1024 * 1024;
const paramsSchema = z.strictObject({ p: keySchema });
const segmentParamsSchema = paramsSchema.extend({ s: keySchema });
const definitionParamsSchema = segmentParamsSchema.extend({ e: keySchema });
const tags = ['Segments'];
const writeSchemas = { querystring: writeQuerySchema, headers: writeHeadersSchema };

/** Routes of what environments share of segments. */
export function registerSegmentRoutes(api: Api, deps: WriteDeps): void {
  const { reads } = deps;

  api.get(
    SEGMENTS,
    {
      config: { policy: people('flag.read', 'project') },
      schema: {
        tags,
        summary: 'Lists segments with their sizes in every environment',
        params: paramsSchema,
        querystring: z.strictObject({ ...pageQueryFields, q: z.string().min(1).max(256).exactOptional() }),
        response: { 200: pageSchema(segmentRowSchema), '4xx': problemSchema },
      },
    },
    async ({ project, query: { q, ...page } }) => {
      const wanted = q?.toLowerCase();
      const segments = (await reads.documents<Segment>('segment', project.id)).filter(
        ({ body }) => wanted === undefined || `${body.key}\n${body.name}`.toLowerCase().includes(wanted),
      );
      const { items, ...rest } = pageOf(segments, page, ({ key }) => key);
      const environments = await environmentsOf(reads, project.id);
      const rows = items.map(async (segment) => {
        const configs = await Promise.all(
          environments.map(async ({ id, key }) => ({
            environment: key,
            config: await reads.document<SegmentConfig>({ kind: 'segment-config', parent: id, key: segment.key }),
          })),
        );
        return segmentRowOf(
          segment,
          configs.flatMap(({ environment, config }) => (config === null ? [] : [{ environment, config: config.body }])),
        );
      });
      return { ...rest, items: await Promise.all(rows) };
    },
  );

  api.post(
    SEGMENTS,
    {
      config: { policy: people('segment.edit', 'project') },
      schema: {
        tags,
        summary: 'Creates a segment; it is empty in every environment',
        params: paramsSchema,
        ...writeSchemas,
        body: segmentInputSchema,
        response: {
          200: writtenSchema(segmentViewSchema),
          201: writtenSchema(segmentViewSchema),
          '4xx': problemSchema,
        },
      },
    },
    async (request, reply) => {
      const answer = await answerOne<SegmentView>(deps, request, reply, {
        change: { create: 'segment', segment: request.body },
      });
      return reply.code('document' in answer ? 201 : 200).send(answer);
    },
  );

  api.get(
    SEGMENT,
    {
      config: { policy: people('flag.read', 'project') },
      schema: {
        tags,
        summary: 'What environments share of a segment',
        params: segmentParamsSchema,
        querystring: z.strictObject({}),
        response: { 200: segmentViewSchema, '4xx': problemSchema },
      },
    },
    async (request, reply) => {
      const segment = await segmentOf(reads, request, request.params.s);
      reply.header('etag', etagOf(segment.revision));
      return segmentViewOf(segment);
    },
  );

  api.patch(
    SEGMENT,
    {
      config: { policy: people('segment.edit', 'project') },
      schema: {
        tags,
        summary: 'Changes what environments share of a segment',
        params: segmentParamsSchema,
        ...writeSchemas,
        body: patchSchema(segmentInstructionSchema),
        response: { 200: writtenSchema(segmentViewSchema), '4xx': problemSchema },
      },
    },
    (request, reply) => {
      const { comment, instructions } = request.body;
      return answerOne<SegmentView>(deps, request, reply, {
        change: { segment: request.params.s, instructions },
        comment,
      });
    },
  );

  api.delete(
    SEGMENT,
    {
      config: { policy: people('segment.edit', 'project') },
      schema: {
        tags,
        summary: 'Deletes a segment that nothing uses; its key is never given again',
        params: segmentParamsSchema,
        ...writeSchemas,
        response: { 200: writtenSchema(z.null()), '4xx': problemSchema },
      },
    },
    (request, reply) =>
      answerOne<null>(deps, request, reply, { change: { delete: 'segment', segment: request.params.s } }),
  );

  registerDefinitionRoutes(api, deps);
}

/** Routes of who belongs to a segment in one environment. */
function registerDefinitionRoutes(api: Api, deps: WriteDeps): void {
  const { reads, delivery } = deps;

  api.get(
    DEFINITION,
    {
      config: { policy: people('flag.read', 'environment') },
      schema: {
        tags,
        summary: 'Who belongs to a segment in an environment; members as counts only',
        params: definitionParamsSchema,
        querystring: z.strictObject(minVersionFields),
        response: { 200: segmentConfigViewSchema, '4xx': problemSchema },
      },
    },
    async (request, reply) => {
      await reach(delivery, request.environment.id, request.query.minVersion);
      const config = await segmentConfigOf(reads, request, request.params.s);
      reply.header('etag', etagOf(config.revision));
      return segmentConfigViewOf(request.environment.key, config);
    },
  );

  api.patch(
    DEFINITION,
    {
      config: { policy: people('segment.edit', 'environment') },
      schema: {
        tags,
        summary: 'Changes who belongs to a segment in an environment',
        params: definitionParamsSchema,
        ...writeSchemas,
        body: patchSchema(segmentConfigInstructionSchema),
        response: { 200: writtenSchema(segmentConfigViewSchema), '4xx': problemSchema },
      },
    },
    (request, reply) => {
      const { comment, instructions } = request.body;
      const change = { segment: request.params.s, environment: request.params.e, instructions };
      return answerOne<SegmentConfigView>(deps, request, reply, { change, comment });
    },
  );

  api.get(
    `${DEFINITION}/members`,
    {
      config: { policy: people('flag.read', 'environment') },
      schema: {
        tags,
        summary: 'Pages through the keys of a segment',
        params: definitionParamsSchema,
        querystring: z.strictObject({ ...pageQueryFields, ...minVersionFields }),
        response: { 200: membersPageSchema, '4xx': problemSchema },
      },
    },
    async (request) => {
      const { minVersion, ...query } = request.query;
      await reach(delivery, request.environment.id, minVersion);
      const config = await segmentConfigOf(reads, request, request.params.s);
      const page = pageOf(
        membersOf(config.body),
        query,
        ({ list, contextKind, key }) => `${list}\t${contextKind}\t${key}`,
      );
      return { ...page, revision: config.revision };
    },
  );

  void api.register((members, _options, done) => {
    acceptMembers(members);
    registerMembersImport(members as Api, deps);
    done();
  });
}

/** Members come as text: a parser of their own, for these content types and this route only. */
function acceptMembers(api: Pick<Api, 'removeAllContentTypeParsers' | 'addContentTypeParser'>): void {
  api.removeAllContentTypeParsers();
  api.addContentTypeParser(
    ['application/x-ndjson', 'application/jsonl', 'application/json'],
    { parseAs: 'string', bodyLimit: MEMBERS_BYTES },
    (_request, body, done) => done(null, body),
  );
}

function registerMembersImport(api: Api, deps: WriteDeps): void {
  api.post(
    `${DEFINITION}/members`,
    {
      bodyLimit: MEMBERS_BYTES,
      config: { policy: people('segment.edit', 'environment'), rawBody: true },
      schema: {
        tags,
        summary: 'Adds and removes many keys as one change',
        description:
          'One object per line, or one JSON array: `{ "op": "add", "list": "included", "contextKind": "user", "key": "u1" }`',
        params: definitionParamsSchema,
        ...writeSchemas,
        response: { 200: writtenSchema(segmentConfigViewSchema), '4xx': problemSchema },
      },
    },
    (request, reply) => {
      const lines = parseMembers(textOf(request));
      const change = {
        segment: request.params.s,
        environment: request.params.e,
        instructions: instructionsOf(lines),
      };
      return answerOne<SegmentConfigView>(deps, request, reply, { change });
    },
  );
}

function textOf({ body }: FastifyRequest): string {
  if (typeof body === 'string' && body.trim() !== '') return body;
  throw new RefusedError({
    code: 'validation',
    detail: 'The body is empty. Send one member per line, or one JSON array of them.',
  });
}
