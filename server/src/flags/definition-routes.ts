import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { RefusedError } from '../errors.ts';
import { historyEntrySchema, pageSchema, writtenSchema } from '../http/answer-schemas.ts';
import type { Api } from '../http/api.ts';
import { ENVIRONMENT_PATH, etagOf, minVersionFields, people, problemSchema, wholeNumber } from '../http/api.ts';
import type { DryRun, SegmentConfigView } from '../http/api-types.ts';
import { commentSchema, patchSchema, segmentConfigInstructionSchema } from '../http/instruction-schemas.ts';
import { pageOf, pageQueryFields, pageQuerySchema } from '../http/paging.ts';
import { contextKindSchema, keySchema } from '../http/schemas.ts';
import { membersPageSchema, membersWrittenSchema, segmentConfigViewSchema } from '../http/segment-schemas.ts';
import { writeHeadersSchema, writeQuerySchema } from '../http/write-options.ts';
import { historyOf } from './history.ts';
import { instructionsOf, membersEffectOf, membersOf, parseMembers } from './members.ts';
import { reach, segmentConfigOf } from './reading.ts';
import { segmentConfigViewOf } from './views.ts';
import type { WriteDeps } from './write-answer.ts';
import { answerOne } from './write-answer.ts';
import { recordedInstruction } from './write-path/change-record.ts';

const DEFINITION = `${ENVIRONMENT_PATH}/segments/:s`;
const MEMBERS_BYTES = 10 * 1024 * 1024;
const definitionParamsSchema = z.strictObject({ p: keySchema, e: keySchema, s: keySchema });
const tags = ['Segments'];
const writeSchemas = { querystring: writeQuerySchema, headers: writeHeadersSchema };

const membersQuerySchema = z.strictObject({
  ...pageQueryFields,
  ...minVersionFields,
  offset: wholeNumber().exactOptional(),
  q: z.string().min(1).max(256).exactOptional().describe('Part of the key, whatever its case'),
  list: z.enum(['included', 'excluded']).exactOptional(),
  contextKind: contextKindSchema.exactOptional(),
});

const importQuerySchema = writeQuerySchema.extend({
  comment: commentSchema.exactOptional().describe('Why; it stays in the history'),
});

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
        querystring: membersQuerySchema,
        response: { 200: membersPageSchema, '4xx': problemSchema },
      },
    },
    async (request) => {
      const { minVersion, q, list, contextKind, offset = 0, ...query } = request.query;
      await reach(delivery, request.environment.id, minVersion);
      const config = await segmentConfigOf(reads, request, request.params.s);
      const page = pageOf(
        membersOf(config.body, { q, list, contextKind }),
        { ...query, offset },
        ({ list, contextKind, key }) => `${list}\t${contextKind}\t${key}`,
      );
      return { ...page, revision: config.revision };
    },
  );

  api.get(
    `${DEFINITION}/history`,
    {
      config: { policy: people('audit.read', 'environment') },
      schema: {
        tags,
        summary: 'What happened to a segment in an environment, newest first; members as counts only',
        params: definitionParamsSchema,
        querystring: pageQuerySchema,
        response: { 200: pageSchema(historyEntrySchema), '4xx': problemSchema },
      },
    },
    async (request) => {
      const config = await segmentConfigOf(reads, request, request.params.s);
      return historyOf(reads, { ...config, kind: 'segment-config' }, request.query, request.environment.key);
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
        querystring: importQuerySchema,
        headers: writeHeadersSchema,
        response: { 200: membersWrittenSchema, '4xx': problemSchema },
      },
    },
    async (request, reply) => {
      const { s: segment, e: environment } = request.params;
      const instructions = instructionsOf(parseMembers(textOf(request)));
      const change = { segment, environment, instructions };
      const answer = await answerOne<SegmentConfigView>(deps, request, reply, {
        change,
        comment: request.query.comment,
      });
      if ('document' in answer) return answer;
      const config = await segmentConfigOf(deps.reads, request, segment);
      return { ...withoutKeys(answer), members: membersEffectOf(config.body, instructions) };
    },
  );
}

/** The keys are what was sent: they do not travel back. */
function withoutKeys({ diff, summary }: DryRun): DryRun {
  return {
    diff: diff.map((part) => ({ ...part, diff: part.diff.map((one) => recordedInstruction('segment-config', one)) })),
    summary,
  };
}

function textOf({ body }: FastifyRequest): string {
  if (typeof body === 'string' && body.trim() !== '') return body;
  throw new RefusedError({
    code: 'validation',
    detail: 'The body is empty. Send one member per line, or one JSON array of them.',
  });
}
