import type { DomainEvent } from '../../events.ts';
import type { OutboundRequest } from '../../outbound/outbound.ts';
import type { Message } from '../message.ts';

/** A kind of channel: how a message becomes a request. Sending, repeating and ordering are alike for all. */
export interface Notifier {
  /** Whether receivers check a signature, with a secret of the channel's own. */
  readonly isSigned: boolean;
  /** Only Slack's host, or the one that stands in for it. */
  readonly isSlack: boolean;
  /** The JSON that is sent. */
  payloadOf(telling: Telling): unknown;
  requestOf(delivery: NotifierDelivery): OutboundRequest;
}

/** One message with what it tells of. */
export interface Telling {
  readonly message: Message;
  /** The events themselves, with their names; several where they were merged, none in a test. */
  readonly events: readonly { readonly name: string; readonly event: DomainEvent }[];
  /** Whether an earlier attempt may have arrived. */
  readonly isRepeated: boolean;
  /** When it is told. */
  readonly at: number;
  /** Whether pressing its buttons would do anything. */
  readonly hasButtons: boolean;
}

export interface NotifierDelivery {
  readonly telling: Telling;
  readonly address: string;
  readonly secret: string | null;
  /** The same for every attempt. */
  readonly id: string;
}
