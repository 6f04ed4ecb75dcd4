import type { Segment, SegmentConfig } from '@glidepath/core';
import { z } from 'zod';
import { pageSchema, segmentRowSchema, segmentViewSchema, writtenSchema } from '../http/answer-schemas.ts';
import type { Api } from '../http/api.ts';
import { etagOf, PROJECT_PATH, people, problemSchema } from '../http/api.ts';
import type { SegmentView } from '../http/api-types.ts';
import { patchSchema, segmentInputSchema, segmentInstructionSchema } from '../http/instruction-schemas.ts';
import { pageOf, pageQueryFields } from '../http/paging.ts';
import { keySchema } from '../http/schemas.ts';
import { writeHeadersSchema, writeQuerySchema } from '../http/write-options.ts';
import { environmentsOf } from '../store/documents.ts';
import { segmentOf } from './reading.ts';
import { segmentRowOf, segmentViewOf } from './views.ts';
import type { WriteDeps } from './write-answer.ts';
import { answerOne } from './write-answer.ts';

const SEGMENTS = `${PROJECT_PATH}/segments`;
const SEGMENT = `${SEGMENTS}/:s`;
const paramsSchema = z.strictObject({ p: keySchema });
const segmentParamsSchema = paramsSchema.extend({ s: keySchema });
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
}
