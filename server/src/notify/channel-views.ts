import { z } from 'zod';
import { timeOf } from '../http/api.ts';
import { CHANNEL_EVENTS, type ChannelView, type NoticeView } from '../http/release-types.ts';
import type { NoticeRow } from '../store/notices.ts';
import type { Store } from '../store/store.ts';
import type { ShownChannel } from './channel-service.ts';
import { NOTIFIER_KINDS } from './notifiers/index.ts';

export const channelEventSchema = z.enum(CHANNEL_EVENTS);
export const notifierKindSchema = z.enum(NOTIFIER_KINDS);

export const channelViewSchema: z.ZodType<ChannelView> = z
  .object({
    id: z.string(),
    name: z.string(),
    kind: notifierKindSchema,
    address: z.string().describe('Host and last characters: addresses are secrets'),
    events: z.array(channelEventSchema),
    environments: z.array(z.string()).describe('Empty = all'),
    tags: z.array(z.string()).describe('Tags of flags; empty = all'),
    isEnabled: z.boolean(),
    createdAt: z.string(),
    waiting: z.number(),
    lastError: z.string().nullable().describe('Why the last message that was tried was not delivered; null = it was'),
    revision: z.number(),
    updatedAt: z.string(),
  })
  .meta({ id: 'Channel' });

export const noticeViewSchema: z.ZodType<NoticeView> = z
  .object({
    id: z.string(),
    at: z.string(),
    event: z.string(),
    title: z.string(),
    state: z.enum(['waiting', 'delivered', 'failed']),
    attempts: z.number(),
    isRepeated: z.boolean().describe('An earlier attempt may have arrived as well'),
    deliveredAt: z.string().nullable(),
    nextAt: z.string().nullable(),
    lastError: z.string().nullable(),
  })
  .meta({ id: 'Notice' });

/** As far as the last error is looked for. */
const LATEST = 50;

export async function channelViewOf(
  store: Pick<Store, 'notices' | 'noticeCount'>,
  { id, key, body, revision, updatedAt }: ShownChannel,
): Promise<ChannelView> {
  const { name, kind, shown, events, environments, tags, isEnabled, createdAt } = body;
  const tried = (await store.notices({ channel: id, limit: LATEST })).find(({ attempts }) => attempts > 0);
  return {
    id: key,
    name,
    kind,
    address: shown,
    events,
    environments,
    tags,
    isEnabled,
    createdAt: timeOf(createdAt),
    waiting: await store.noticeCount({ channel: id, state: 'waiting' }),
    lastError: tried?.lastError ?? null,
    revision,
    updatedAt: timeOf(updatedAt),
  };
}

export function noticeViewOf(notice: NoticeRow): NoticeView {
  const { id, at, event, title, state, attempts, doubts, dueAt, settledAt, lastError } = notice;
  return {
    id: String(id),
    at: timeOf(at),
    event,
    title,
    state,
    attempts,
    isRepeated: doubts > 0 && attempts > 1,
    deliveredAt: state === 'delivered' && settledAt !== null ? timeOf(settledAt) : null,
    nextAt: state === 'waiting' ? timeOf(dueAt) : null,
    lastError,
  };
}
