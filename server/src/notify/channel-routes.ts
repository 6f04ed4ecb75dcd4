import { z } from 'zod';
import { causeOf, type Written } from '../audit/audited-write.ts';
import { pageSchema } from '../http/answer-schemas.ts';
import { type Api, etagOf, PROJECT_PATH, people } from '../http/api.ts';
import { commentSchema } from '../http/instruction-schemas.ts';
import { pageOf, pageQuerySchema } from '../http/paging.ts';
import { keySchema, nameSchema, tagsSchema } from '../http/schemas.ts';
import { plainWrittenSchema, writeHeadersSchema, writeOptionsOf } from '../http/write-options.ts';
import type { Store } from '../store/store.ts';
import type { ChannelBody } from './channel.ts';
import { type ChannelService, channelNamed, type ShownChannel } from './channel-service.ts';
import { channelEventSchema, channelViewOf, channelViewSchema, notifierKindSchema } from './channel-views.ts';

export interface ChannelRouteDeps {
  readonly store: Store;
  readonly channels: ChannelService;
}

const tags = ['Channels'];
const paramsSchema = z.strictObject({ p: keySchema });
export const oneChannelSchema = paramsSchema.extend({ id: z.string().min(1).max(64) });
export const CHANNELS = `${PROJECT_PATH}/channels`;
export const CHANNEL = `${CHANNELS}/:id`;

const addressSchema = z.string().min(1).max(2_048).describe('Write-only: it is never shown again');
const eventsSchema = z.array(channelEventSchema).max(20).describe('What it is told of');
const choiceFields = {
  environments: z.array(keySchema).max(100).exactOptional().describe('Empty = all'),
  tags: tagsSchema.exactOptional().describe('Tags of flags; empty = all'),
  isEnabled: z.boolean().exactOptional().describe('While it is not, nothing new is routed to it and what waits rests'),
  comment: commentSchema.exactOptional(),
};

/** Routes of channels. */
export function registerChannelRoutes(api: Api, { store, channels }: ChannelRouteDeps): void {
  const written = plainWrittenSchema(channelViewSchema);
  const answerOf = async ({ result, changeId }: Written<ShownChannel>) => ({
    document: await channelViewOf(store, result),
    versions: {},
    changeId,
  });

  api.get(
    CHANNELS,
    {
      config: { policy: people('project.read', 'project') },
      schema: {
        tags,
        summary: 'Lists where messages go, by name',
        params: paramsSchema,
        querystring: pageQuerySchema,
        response: { 200: pageSchema(channelViewSchema) },
      },
    },
    async ({ project, query }) => {
      const all = await store.documents<ChannelBody>('channel', project.id);
      const sorted = all.toSorted((a, b) => a.body.name.localeCompare(b.body.name, 'en') || (a.key < b.key ? -1 : 1));
      const page = pageOf(sorted, query, ({ key }) => key);
      return { ...page, items: await Promise.all(page.items.map((channel) => channelViewOf(store, channel))) };
    },
  );

  api.post(
    CHANNELS,
    {
      config: { policy: people('channel.edit', 'project') },
      schema: {
        tags,
        summary: 'Makes a channel; the signing secret of a webhook is in this answer and nowhere else',
        params: paramsSchema,
        headers: writeHeadersSchema,
        body: z.strictObject({
          name: nameSchema,
          kind: notifierKindSchema,
          address: addressSchema,
          events: eventsSchema,
          ...choiceFields,
        }),
        response: { 201: written.extend({ secret: z.string().exactOptional() }) },
      },
    },
    async (request, reply) => {
      const { comment, ...input } = request.body;
      const cause = causeOf(request, { ...writeOptionsOf(request), comment });
      const made = await channels.create(request.project, input, cause);
      const answer = { ...(await answerOf(made)), ...(made.secret !== undefined && { secret: made.secret }) };
      return reply.code(201).header('etag', etagOf(answer.document.revision)).send(answer);
    },
  );

  api.get(
    CHANNEL,
    {
      config: { policy: people('project.read', 'project') },
      schema: { tags, summary: 'One channel', params: oneChannelSchema, response: { 200: channelViewSchema } },
    },
    async ({ project, params }, reply) => {
      const channel = await channelNamed(store, project, params.id);
      return reply.header('etag', etagOf(channel.revision)).send(await channelViewOf(store, channel));
    },
  );

  api.patch(
    CHANNEL,
    {
      config: { policy: people('channel.edit', 'project') },
      schema: {
        tags,
        summary: 'Edits a channel; one that is given a new address keeps its signing secret',
        params: oneChannelSchema,
        headers: writeHeadersSchema,
        body: z.strictObject({
          name: nameSchema.exactOptional(),
          address: addressSchema.exactOptional(),
          events: eventsSchema.exactOptional(),
          ...choiceFields,
        }),
        response: { 200: written },
      },
    },
    async (request, reply) => {
      const { comment, ...edit } = request.body;
      const options = writeOptionsOf(request);
      const cause = causeOf(request, { ...options, comment });
      const { project, params } = request;
      const answer = await answerOf(await channels.edit(project, params.id, edit, options.expectedRevision, cause));
      return reply.header('etag', etagOf(answer.document.revision)).send(answer);
    },
  );

  api.delete(
    CHANNEL,
    {
      config: { policy: people('channel.edit', 'project') },
      schema: {
        tags,
        summary: 'Removes a channel; what still waits for it is not delivered any more',
        params: oneChannelSchema,
        headers: writeHeadersSchema,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const options = writeOptionsOf(request);
      await channels.remove(request.project, request.params.id, options.expectedRevision, causeOf(request, options));
      return reply.code(204).send(null);
    },
  );
}
