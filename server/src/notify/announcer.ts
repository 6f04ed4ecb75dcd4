import type { Json } from '@glidepath/core';
import type { Clock } from '../clock.ts';
import type { DomainEvent } from '../events.ts';
import type { Store } from '../store/store.ts';
import { digestParts } from './digest-parts.ts';
import { routed } from './routing.ts';
import { tableOf } from './routing-engine.ts';
import { type SlackMessage, slackMessage } from './slack/slack-message.ts';
import { tellingOf } from './telling.ts';

export interface AnnouncerDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly publicUrl: string | null;
  readonly hasButtons: boolean;
}

/** Blocks are plain JSON: their types are only closer. */
export function blocksOf({ blocks }: SlackMessage): readonly Json[] {
  return JSON.parse(JSON.stringify(blocks)) as readonly Json[];
}

/** Tells beforehand what becomes of an event; sends nothing. */
export interface Announcer {
  /** Names of the channels that would be told of it. */
  hearersOf(event: DomainEvent): Promise<readonly string[]>;
  /** The messages that a channel at Slack would get that is told of all flags. */
  messagesOf(event: DomainEvent): Promise<readonly SlackMessage[]>;
}

export function createAnnouncer({ store, clock, publicUrl, hasButtons }: AnnouncerDeps): Announcer {
  return {
    async hearersOf(event) {
      const table = await tableOf(store, event);
      const entry = { id: '', topic: event.kind, at: event.at, body: event };
      const told = routed([entry], () => table).flatMap(({ notices }) => notices.map(({ channel }) => channel));
      return table.channels.filter(({ id }) => told.includes(id)).map(({ body }) => body.name);
    },

    async messagesOf(event) {
      const parts = event.kind === 'stale-digest' ? digestParts(event, () => true) : [event];
      const options = { reads: store, publicUrl, hasButtons, at: clock.now() };
      return Promise.all(
        parts.map(async (body) => {
          const notice = { event: body.kind, title: '', body, at: body.at };
          const { message } = await tellingOf([notice], false, options);
          return slackMessage(message, { hasButtons });
        }),
      );
    },
  };
}
