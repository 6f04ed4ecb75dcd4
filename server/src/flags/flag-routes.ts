import type { Flag, FlagConfig } from '@glidepath/core';
import { diffFlag } from '@glidepath/core/change';
import { LIFECYCLE_STAGES, type LifecycleStage } from '@glidepath/core/lifecycle';
import { z } from 'zod';
import {
  flagRowSchema,
  flagViewSchema,
  flagWithEnvironmentsSchema,
  historyEntrySchema,
  pageSchema,
  writtenSchema,
} from '../http/answer-schemas.ts';
import type { Api } from '../http/api.ts';
import { etagOf, PROJECT_PATH, people, problemSchema, wholeNumber, yesNoSchema } from '../http/api.ts';
import type { FlagView } from '../http/api-types.ts';
import { commentSchema, flagInputSchema, flagInstructionSchema, patchSchema } from '../http/instruction-schemas.ts';
import { pageOf, pageQueryFields, pageQuerySchema } from '../http/paging.ts';
import { keySchema, purposeSchema } from '../http/schemas.ts';
import { writeHeadersSchema, writeQuerySchema } from '../http/write-options.ts';
import { environmentsOf, type MemberBody, type ProjectBody } from '../store/documents.ts';
import type { StoredDocument } from '../store/store.ts';
import type { FlagIndex } from './flag-index.ts';
import type { FlagOrder } from './flag-list.ts';
import { listed, SORTS } from './flag-list.ts';
import { historyOf } from './history.ts';
import { flagOf } from './reading.ts';
import { flagConfigViewOf, flagDefinitionOf, flagRowOf, flagViewOf } from './views.ts';
import type { WriteDeps } from './write-answer.ts';
import { answerOne } from './write-answer.ts';
import { revertTarget } from './write-path/change-record.ts';

const FLAGS = `${PROJECT_PATH}/flags`;
const FLAG = `${FLAGS}/:f`;
const paramsSchema = z.strictObject({ p: keySchema });
const flagParamsSchema = paramsSchema.extend({ f: keySchema });
const tags = ['Flags'];
const writeSchemas = { querystring: writeQuerySchema, headers: writeHeadersSchema };

/** Several words separated by commas. */
const wordsSchema = z
  .string()
  .min(1)
  .max(1_024)
  .transform((text) => text.split(','));

const stateSchema = wordsSchema.pipe(z.array(z.enum(['on', 'off', 'partial', 'killed'])));

const listQuerySchema = z.strictObject({
  ...pageQueryFields,
  offset: wholeNumber().exactOptional(),
  q: z.string().min(1).max(256).exactOptional(),
  state: stateSchema.exactOptional(),
  environment: keySchema.exactOptional().describe('Where the state is looked at; any environment if absent'),
  purpose: wordsSchema.pipe(z.array(purposeSchema)).exactOptional(),
  owner: z.string().min(1).max(128).exactOptional(),
  tag: wordsSchema.exactOptional(),
  stage: wordsSchema
    .pipe(z.array(z.enum(LIFECYCLE_STAGES)))
    .exactOptional()
    .describe('Where they are in their lives'),
  stale: yesNoSchema.exactOptional().describe('Only stale flags, or only those that are not'),
  archived: yesNoSchema.exactOptional().describe('Archived flags instead of live ones'),
  sort: z
    .string()
    .transform((text) => ({ by: text.replace(/^-/, ''), descending: text.startsWith('-') }))
    .pipe(z.object({ by: z.enum(SORTS), descending: z.boolean() }))
    .exactOptional()
    .describe(`One of ${SORTS.join(', ')}; with "-" in front descending`),
  include: z.literal('definitions').exactOptional().describe('Adds all that environments share to each'),
});

const BY_KEY: FlagOrder = { by: 'key', descending: false };

/** What is known of the lives of flags, as far as a list is asked for it. */
export interface LifeFilter {
  readonly stage?: readonly LifecycleStage[];
  readonly stale?: boolean;
}

export interface FlagRouteDeps extends WriteDeps {
  readonly flags: FlagIndex;
  /** Keys of the flags of a project whose lives fit. */
  readonly keysByLife: (project: StoredDocument<ProjectBody>, filter: LifeFilter) => Promise<ReadonlySet<string>>;
}

/** Routes of what environments share of flags. */
export function registerFlagRoutes(api: Api, deps: FlagRouteDeps): void {
  const { reads, flags: index } = deps;

  api.get(
    FLAGS,
    {
      config: { policy: people('flag.read', 'project') },
      schema: {
        tags,
        summary: 'Lists flags with their state in every environment',
        params: paramsSchema,
        querystring: listQuerySchema,
        response: { 200: pageSchema(flagRowSchema), '4xx': problemSchema },
      },
    },
    async ({ project, query }) => {
      const { limit, cursor, offset, include, stage, stale, sort = BY_KEY, ...filter } = query;
      const life = { ...(stage === undefined ? {} : { stage }), ...(stale === undefined ? {} : { stale }) };
      const keys = Object.keys(life).length === 0 ? null : await deps.keysByLife(project, life);
      const all = await index.flagsOf(project.id);
      const found = listed(keys === null ? all : all.filter(({ flag }) => keys.has(flag.key)), filter, sort);
      const page = pageOf(
        found,
        { ...(limit === undefined ? {} : { limit }), ...(cursor === undefined ? {} : { cursor }), offset: offset ?? 0 },
        ({ flag }) => flag.key,
      );
      const items = page.items.map(({ flag, configs }) => flagRowOf(flag, configs));
      if (include === undefined) return { ...page, items };
      const members = await reads.documents<MemberBody>('member');
      const names = new Map(members.map(({ id, body }) => [id, body.name]));
      const definitions = page.items.map((item) => ({ definition: flagDefinitionOf(item, names) }));
      return { ...page, items: items.map((item, index) => ({ ...item, ...definitions[index] })) };
    },
  );

  api.post(
    FLAGS,
    {
      config: { policy: people('flag.edit', 'project') },
      schema: {
        tags,
        summary: 'Creates a flag; it is off in every environment',
        params: paramsSchema,
        ...writeSchemas,
        body: flagInputSchema,
        response: { 200: writtenSchema(flagViewSchema), 201: writtenSchema(flagViewSchema), '4xx': problemSchema },
      },
    },
    async (request, reply) => {
      const answer = await answerOne<FlagView>(deps, request, reply, {
        change: { create: 'flag', flag: request.body },
      });
      return reply.code('document' in answer ? 201 : 200).send(answer);
    },
  );

  api.get(
    FLAG,
    {
      config: { policy: people('flag.read', 'project') },
      schema: {
        tags,
        summary: 'What environments share of a flag; with include=environments every configuration too',
        params: flagParamsSchema,
        querystring: z.strictObject({ include: z.literal('environments').exactOptional() }),
        response: { 200: flagWithEnvironmentsSchema, '4xx': problemSchema },
      },
    },
    async (request, reply) => {
      const flag = await flagOf(reads, request, request.params.f);
      reply.header('etag', etagOf(flag.revision));
      if (request.query.include === undefined) return flagViewOf(flag);
      return { ...flagViewOf(flag), environments: await configViewsOf(deps, request.project.id, flag) };
    },
  );

  api.patch(
    FLAG,
    {
      config: { policy: people('flag.edit', 'project') },
      schema: {
        tags,
        summary: 'Changes what environments share of a flag',
        params: flagParamsSchema,
        ...writeSchemas,
        body: patchSchema(flagInstructionSchema),
        response: { 200: writtenSchema(flagViewSchema), '4xx': problemSchema },
      },
    },
    (request, reply) => {
      const { comment, instructions } = request.body;
      return answerOne<FlagView>(deps, request, reply, { change: { flag: request.params.f, instructions }, comment });
    },
  );

  api.get(
    `${FLAG}/history`,
    {
      config: { policy: people('audit.read', 'project') },
      schema: {
        tags,
        summary: 'What happened to the shared part of a flag, newest first',
        params: flagParamsSchema,
        querystring: pageQuerySchema,
        response: { 200: pageSchema(historyEntrySchema), '4xx': problemSchema },
      },
    },
    async (request) => {
      const flag = await flagOf(reads, request, request.params.f);
      return historyOf(reads, { ...flag, kind: 'flag' }, request.query, null);
    },
  );

  api.post(
    `${FLAG}/revert`,
    {
      config: { policy: people('flag.edit', 'project') },
      schema: {
        tags,
        summary: 'Makes the shared part what it was at an earlier revision, as a new change',
        params: flagParamsSchema,
        ...writeSchemas,
        body: z.strictObject({ to: z.int().min(1), comment: commentSchema.exactOptional() }),
        response: { 200: writtenSchema(flagViewSchema), '4xx': problemSchema },
      },
    },
    async (request, reply) => {
      const flag = await flagOf(reads, request, request.params.f);
      const { to, comment = `revert to revision ${to}` } = request.body;
      const target = await revertTarget<Flag>(reads, { ...flag, kind: 'flag' }, to);
      const change = { flag: flag.key, expectedRevision: flag.revision, instructions: diffFlag(flag.body, target) };
      return answerOne<FlagView>(deps, request, reply, { change, comment });
    },
  );
}

async function configViewsOf({ reads }: WriteDeps, projectId: string, flag: StoredDocument<Flag>) {
  const environments = await environmentsOf(reads, projectId);
  const configs = await Promise.all(
    environments.map(async ({ id, key }) => ({
      key,
      config: await reads.document<FlagConfig>({ kind: 'flag-config', parent: id, key: flag.key }),
    })),
  );
  return configs.flatMap(({ key, config }) => (config === null ? [] : [flagConfigViewOf(flag.body, key, config)]));
}
