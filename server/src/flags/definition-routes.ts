import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { RefusedError } from '../errors.ts';
import { membersPageSchema, segmentConfigViewSchema, writtenSchema } from '../http/answer-schemas.ts';
import type { Api } from '../http/api.ts';
import { ENVIRONMENT_PATH, etagOf, minVersionFields, people, problemSchema } from '../http/api.ts';
import type { SegmentConfigView } from '../http/api-types.ts';
import { patchSchema, segmentConfigInstructionSchema } from '../http/instruction-schemas.ts';
import { pageOf, pageQueryFields } from '../http/paging.ts';
import { keySchema } from '../http/schemas.ts';
import { writeHeadersSchema, writeQuerySchema } from '../http/write-options.ts';
import { instructionsOf, membersOf, parseMembers } from './members.ts';
import { reach, segmentConfigOf } from './reading.ts';
import { segmentConfigViewOf } from './views.ts';
import type { WriteDeps } from './write-answer.ts';
import { answerOne } from './write-answer.ts';

const DEFINITION = `${ENVIRONMENT_PATH}/segments/:s`;
const MEMBERS_BYTES = 10 * 1024 * 1024;
const definitionParamsSchema = z.strictObject({ p: keySchema, e: keySchema, s: keySchema });
const tags = ['Segments'];
const writeSchemas = { querystring: writeQuerySchema, headers: writeHeadersSchema };

/** Routes of who belongs to a segment in one environment. */
export function registerDefinitionRoutes(api: Api, deps: WriteDeps): void {
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
