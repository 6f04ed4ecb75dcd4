import { signatureHeaders } from '../../outbound/signature.ts';
import type { Notifier, Telling } from './notifier.ts';

/** Any receiver of signed JSON, by Standard Webhooks. */
export const webhook: Notifier = {
  label: 'Webhook',
  isSigned: true,
  isSlack: false,
  payloadOf,
  requestOf({ telling, address, secret, id, now }) {
    if (secret === null) throw new Error('a webhook without a secret');
    const body = JSON.stringify(payloadOf(telling));
    return { method: 'POST', url: address, headers: signatureHeaders({ id, at: now, body, secret }), body };
  },
};

function payloadOf({ message, events }: Telling) {
  const [first, ...others] = events;
  const { title, url } = message;
  if (!first) return { type: 'test', title, url, data: {} };
  if (others.length === 0) return { type: first.name, title, url, data: first.event };
  return {
    type: 'several',
    title,
    url,
    data: { events: events.map(({ name, event }) => ({ type: name, data: event })) },
  };
}
