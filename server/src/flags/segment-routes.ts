import { usersOfSegments } from '@glidepath/core/change';
import { z } from 'zod';
import { historyEntrySchema, pageSchema, writtenSchema } from '../http/answer-schemas.ts';
import type { Api } from '../http/api.ts';
import { etagOf, PROJECT_PATH, people, problemSchema } from '../http/api.ts';
import type { SegmentView } from '../http/api-types.ts';
import { patchSchema, segmentInputSchema, segmentInstructionSchema } from '../http/instruction-schemas.ts';
import { pageOf, pageQueryFields, pageQuerySchema } from '../http/paging.ts';
import { keySchema } from '../http/schemas.ts';
import { segmentRowSchema, segmentUserSchema, segmentViewSchema } from '../http/segment-schemas.ts';
import { writeHeadersSchema, writeQuerySchema } from '../http/write-options.ts';
import { compareText } from '../store/canonical.ts';
import { environmentsOf } from '../store/documents.ts';
import type { FlagIndex } from './flag-index.ts';
import { historyOf } from './history.ts';
import { segmentOf } from './reading.ts';
import type { SegmentIndex } from './segment-index.ts';
import { rulesOf } from './segment-index.ts';
import { segmentRowOf, segmentUsersOf, segmentViewOf } from './views.ts';
import type { WriteDeps } from './write-answer.ts';
import { answerOne } from './write-answer.ts';

const SEGMENTS = `${PROJECT_PATH}/segments`;
const SEGMENT = `${SEGMENTS}/:s`;
const paramsSchema = z.strictObject({ p: keySchema });
const segmentParamsSchema = paramsSchema.extend({ s: keySchema });
const tags = ['Segments'];
const writeSchemas = { querystring: writeQuerySchema, headers: writeHeadersSchema };

export interface SegmentRouteDeps extends WriteDeps {
  readonly flags: FlagIndex;
  readonly segments: SegmentIndex;
}

/** Routes of what environments share of segments. */
export function registerSegmentRoutes(api: Api, deps: SegmentRouteDeps): void {
  const { reads, flags, segments } = deps;

  /** All segments and flags of a project, and who of them uses which segment. */
  const allOf = async (projectId: string) => {
    const environments = (await environmentsOf(reads, projectId)).map(({ key }) => key);
    const [allFlags, allSegments] = [await flags.flagsOf(projectId), await segments.segmentsOf(projectId)];
    return {
      flags: allFlags,
      segments: allSegments,
      users: usersOfSegments(rulesOf(environments, allFlags, allSegments)),
    };
  };

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
      const { segments: listed, users } = await allOf(project.id);
      const wanted = q?.toLowerCase();
      const found = listed
        .filter(
          ({ segment: { body } }) =>
            wanted === undefined || `${body.key}\n${body.name}\n${body.description}`.toLowerCase().includes(wanted),
        )
        .toSorted((a, b) => compareText(a.segment.key, b.segment.key));
      const { items, ...rest } = pageOf(found, page, ({ segment }) => segment.key);
      return { ...rest, items: items.map((row) => segmentRowOf(row, users.get(row.segment.key) ?? [])) };
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

  api.get(
    `${SEGMENT}/users`,
    {
      config: { policy: people('flag.read', 'project') },
      schema: {
        tags,
        summary: 'Rules of flags and of other segments that name a segment, in every environment',
        params: segmentParamsSchema,
        querystring: pageQuerySchema,
        response: { 200: pageSchema(segmentUserSchema), '4xx': problemSchema },
      },
    },
    async (request) => {
      const { key } = await segmentOf(reads, request, request.params.s);
      const all = await allOf(request.project.id);
      const users = segmentUsersOf(all.users.get(key) ?? [], all.flags, all.segments);
      return pageOf(users, request.query, (user) => `${user.environment}\t${user.kind}\t${user.key}\t${user.ruleId}`);
    },
  );

  api.get(
    `${SEGMENT}/history`,
    {
      config: { policy: people('audit.read', 'project') },
      schema: {
        tags,
        summary: 'What happened to what environments share of a segment, newest first',
        params: segmentParamsSchema,
        querystring: pageQuerySchema,
        response: { 200: pageSchema(historyEntrySchema), '4xx': problemSchema },
      },
    },
    async (request) => {
      const segment = await segmentOf(reads, request, request.params.s);
      return historyOf(reads, { ...segment, kind: 'segment' }, request.query, null);
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
