import { signatureHeaders } from '../../outbound/signature.ts';
import type { Notifier, Telling } from './notifier.ts';
import { timeOf, webhookData } from './webhook-data.ts';

/** Any receiver of signed JSON, by Standard Webhooks. */
export const webhook: Notifier = {
  isSigned: true,
  isSlack: false,
  payloadOf,
  requestOf({ telling, address, secret, id }) {
    if (secret === null) throw new Error('a webhook without a secret');
    const body = JSON.stringify(payloadOf(telling));
    return { method: 'POST', url: address, headers: signatureHeaders({ id, at: telling.at, body, secret }), body };
  },
};

function payloadOf({ message, events, isRepeated, at }: Telling) {
  const [first, ...others] = events;
  const { title, url } = message;
  const common = { timestamp: timeOf(first?.event.at ?? at), title, url, isRepeated };
  if (!first) return { type: 'test', ...common, data: {} };
  if (others.length === 0) return { type: first.name, ...common, data: webhookData(first.event) };
  const all = events.map(({ name, event }) => ({ type: name, timestamp: timeOf(event.at), data: webhookData(event) }));
  return { type: 'several', ...common, data: { events: all } };
}
