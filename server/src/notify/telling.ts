import { namesOf } from '../audit/actor-names.ts';
import type { DomainEvent } from '../events.ts';
import type { NoticeRow } from '../store/notices.ts';
import type { Reads } from '../store/store.ts';
import { type Message, mergedMessage, messageOf, repeated, testMessage } from './message.ts';
import type { Telling } from './notifiers/notifier.ts';
import { personsOf } from './slack/slack-links.ts';

export interface TellingOptions {
  readonly reads: Reads;
  /** Where people reach the service; null = nobody has said. */
  readonly publicUrl: string | null;
  readonly hasButtons: boolean;
  readonly at: number;
}

type ToldNotice = Pick<NoticeRow, 'event' | 'title' | 'body' | 'at'>;

/** What one message says of these notices. */
export async function tellingOf(
  notices: readonly ToldNotice[],
  isRepeated: boolean,
  { reads, publicUrl, hasButtons, at }: TellingOptions,
): Promise<Telling> {
  const events = notices.map(({ event, body }) => ({ name: event, event: body as DomainEvent }));
  const [only, ...others] = events;
  const message = only && others.length === 0 ? await single(only.event, reads, publicUrl) : mergedMessage(notices);
  return { message: isRepeated ? repeated(message) : message, events, isRepeated, hasButtons, at };
}

export function testTelling(channel: string, at: number): Telling {
  return { message: testMessage(channel), events: [], isRepeated: false, hasButtons: false, at };
}

async function single(event: DomainEvent, reads: Reads, publicUrl: string | null): Promise<Message> {
  const names = await namesOf(reads, [event.actor]);
  const owner = calledBy(event);
  const persons = owner === null ? [] : await personsOf(reads, owner);
  const personOf = () => persons[0]?.key.split('.')[1] ?? null;
  return messageOf(event, { nameOf: (actor) => names.get(actor) ?? actor, personOf, publicUrl });
}

/** The member whom a message calls by name; null = nobody. */
function calledBy(event: DomainEvent): string | null {
  if (event.kind === 'flag-still-asked') return event.owner?.id ?? null;
  return event.kind === 'owner-nudged' ? event.owner : null;
}
