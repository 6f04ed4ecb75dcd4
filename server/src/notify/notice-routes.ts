import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { pageSchema } from '../http/answer-schemas.ts';
import { type Api, actorOf, people } from '../http/api.ts';
import { DEFAULT_LIMIT, decodeCursor, encodeCursor, pageQueryFields } from '../http/paging.ts';
import { keySchema } from '../http/schemas.ts';
import { writeHeadersSchema } from '../http/write-options.ts';
import type { Store } from '../store/store.ts';
import { CHANNEL, CHANNELS, oneChannelSchema } from './channel-routes.ts';
import { type ChannelService, channelNamed } from './channel-service.ts';
import { channelEventSchema, noticeViewOf, noticeViewSchema, notifierKindSchema } from './channel-views.ts';
import { titleOf } from './message.ts';
import { notifiers } from './notifiers/index.ts';
import { sampleEvent } from './samples.ts';
import { tellingOf } from './telling.ts';

export interface NoticeRouteDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly channels: ChannelService;
  readonly publicUrl: string | null;
  readonly hasButtons: boolean;
}

const tags = ['Channels'];
const NOTICES = `${CHANNEL}/notices`;

/** Routes of what channels were told: the log of deliveries, trying again, and looking at messages before. */
export function registerNoticeRoutes(
  api: Api,
  { store, clock, channels, publicUrl, hasButtons }: NoticeRouteDeps,
): void {
  api.get(
    NOTICES,
    {
      config: { policy: people('project.read', 'project') },
      schema: {
        tags,
        summary: 'What a channel was told in the last thirty days, newest first',
        params: oneChannelSchema,
        querystring: z.strictObject({
          ...pageQueryFields,
          state: z.enum(['waiting', 'delivered', 'failed']).exactOptional(),
        }),
        response: { 200: pageSchema(noticeViewSchema) },
      },
    },
    async ({ project, params, query: { limit = DEFAULT_LIMIT, cursor, state } }) => {
      const { id } = await channelNamed(store, project, params.id);
      const filter = { channel: id, ...(state && { state }) };
      const before = cursor === undefined ? {} : { before: decodeCursor(cursor, z.int().min(0)) };
      const found = await store.notices({ ...filter, ...before, limit: limit + 1 });
      const items = found.slice(0, limit);
      const last = items.at(-1);
      return {
        items: items.map(noticeViewOf),
        total: await store.noticeCount(filter),
        ...(found.length > limit && last && { next: encodeCursor(last.id) }),
      };
    },
  );

  api.post(
    `${NOTICES}/:notice/retry`,
    {
      config: { policy: people('channel.edit', 'project') },
      schema: {
        tags,
        summary: 'Lets a message that could not be delivered wait again',
        params: oneChannelSchema.extend({ notice: z.string().regex(/^\d{1,15}$/, 'must be the id of a message') }),
        headers: writeHeadersSchema,
        response: { 204: z.null() },
      },
    },
    async ({ project, params }, reply) => {
      await channels.retry(project, params.id, Number(params.notice));
      return reply.code(204).send(null);
    },
  );

  api.post(
    `${CHANNEL}/test`,
    {
      config: { policy: people('channel.edit', 'project') },
      schema: {
        tags,
        summary: 'Sends a test message now, and tells what came of it',
        params: oneChannelSchema,
        headers: writeHeadersSchema,
        response: { 200: z.object({ delivered: z.boolean(), detail: z.string() }) },
      },
    },
    async ({ project, params }) => channels.test(project, params.id),
  );

  api.post(
    `${CHANNELS}/preview`,
    {
      config: { policy: people('channel.edit', 'project') },
      schema: {
        tags,
        summary: 'The message that an event would make; nothing is sent',
        params: oneChannelSchema.omit({ id: true }),
        body: z.strictObject({
          kind: notifierKindSchema,
          event: channelEventSchema,
          environment: keySchema.exactOptional(),
          flag: keySchema.exactOptional(),
        }),
        response: {
          200: z.object({ title: z.string(), payload: z.unknown().describe('The JSON that would be sent') }),
        },
      },
    },
    async ({ project, principal, body: { kind, event: name, environment = 'production', flag = 'checkout' } }) => {
      const words = { project: project.key, environment, flag, actor: actorOf(principal), at: clock.now() };
      const event = sampleEvent(name, words);
      const notice = { event: name, title: titleOf(event), body: event, at: words.at };
      const telling = await tellingOf([notice], false, { reads: store, publicUrl, hasButtons, at: words.at });
      return { title: telling.message.title, payload: notifiers[kind].payloadOf(telling) };
    },
  );
}
