import type { DomainEvent } from '../events.ts';
import type { NoticeInput, RoutedEvent } from '../store/notices.ts';
import type { OutboxEntry, StoredDocument } from '../store/store.ts';
import { type ChannelBody, factsFor, isAlone, wants } from './channel.ts';
import { digestParts } from './digest-parts.ts';
import { titleOf } from './message.ts';

type Channel = StoredDocument<ChannelBody>;

/** What routing knows of one project. */
export interface RoutingTable {
  readonly channels: readonly Channel[];
  readonly tagsOf: (flag: string) => readonly string[];
}

/** Which channels are told of which events: of one that is disabled or knows none of its names, nothing. */
export function routed(
  entries: readonly OutboxEntry[],
  tableOf: (project: string) => RoutingTable,
): readonly RoutedEvent[] {
  const told = entries.map(({ id, body }) => ({ id, event: body as DomainEvent }));
  const closer = changesToldOtherwise(told.map(({ event }) => event));
  return told.map(({ id, event }) => {
    const { channels, tagsOf } = tableOf(event.project);
    const notices = channels.flatMap((channel) => {
      if (event.kind === 'changed' && (closer.get(event.changeId) ?? NONE).some((kind) => hears(channel, kind)))
        return [];
      return noticeFor(channel, event, tagsOf);
    });
    return { entry: id, notices };
  });
}

const NONE: readonly ('flag-killed' | 'flag-restored')[] = [];

/** Kills and restores are changes too, and come with the same transaction: who is told of the one needs no other. */
function changesToldOtherwise(events: readonly DomainEvent[]): ReadonlyMap<string, typeof NONE> {
  const kinds = new Map<string, typeof NONE>();
  for (const event of events) {
    if (event.kind === 'flag-killed' || event.kind === 'flag-restored')
      kinds.set(event.changeId, [...(kinds.get(event.changeId) ?? []), event.kind]);
  }
  return kinds;
}

function hears({ body }: Channel, kind: 'flag-killed' | 'flag-restored'): boolean {
  return body.events.includes(kind);
}

function noticeFor(channel: Channel, event: DomainEvent, tagsOf: RoutingTable['tagsOf']): readonly NoticeInput[] {
  const { body } = channel;
  const facts = body.isEnabled ? factsFor(body, event) : null;
  if (facts === null || !wants(body, facts, tagsOf)) return [];
  const { name } = facts;
  return messagesOf(event, body.tags, tagsOf).map((told) => ({
    channel: channel.id,
    event: name,
    title: titleOf(told),
    body: told,
    at: told.at,
    isAlone: isAlone(told),
  }));
}

/** A list is narrowed to what the channel asks for, and told in as many messages as it takes. */
function messagesOf(
  event: DomainEvent,
  tags: readonly string[],
  tagsOf: RoutingTable['tagsOf'],
): readonly DomainEvent[] {
  if (event.kind !== 'stale-digest') return [event];
  return digestParts(event, (flag) => tags.length === 0 || tagsOf(flag).some((tag) => tags.includes(tag)));
}
