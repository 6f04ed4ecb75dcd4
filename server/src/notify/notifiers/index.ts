import type { Notifier } from './notifier.ts';
import { slack } from './slack.ts';
import { webhook } from './webhook.ts';

/** Every kind of channel that there is: a new one is a file beside these, and a line here. */
export const notifiers = { slack, webhook } as const satisfies Record<string, Notifier>;

export type NotifierKind = keyof typeof notifiers;
export const NOTIFIER_KINDS = Object.keys(notifiers) as readonly NotifierKind[];
