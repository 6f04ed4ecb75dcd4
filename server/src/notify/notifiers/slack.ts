import { slackMessage } from '../slack/slack-message.ts';
import type { Notifier, Telling } from './notifier.ts';

/** An incoming webhook of Slack: whoever knows its address may write there. */
export const slack: Notifier = {
  isSigned: false,
  isSlack: true,
  payloadOf,
  requestOf: ({ telling, address }) => ({
    method: 'POST',
    url: address,
    isSlack: true,
    body: JSON.stringify(payloadOf(telling)),
  }),
};

function payloadOf({ message, hasButtons }: Telling) {
  return slackMessage(message, { hasButtons });
}
