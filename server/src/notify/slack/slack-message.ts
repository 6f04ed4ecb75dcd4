import type { KnownBlock } from '@slack/types';
import type { Message } from '../message.ts';
import { actions, blocksOf, fields, header, lines, linkButton, notificationText } from './blocks.ts';
import { buttonsOfRollout } from './buttons/rollout-buttons.ts';
import { flagBlocks } from './flag-blocks.ts';

/** What Slack's incoming webhooks take. */
export interface SlackMessage {
  /** For notifications, and for readers of screens. */
  readonly text: string;
  readonly blocks: readonly KnownBlock[];
}

const TONES = { bad: '🔴', good: '🟢', neutral: '🔵' } as const;
/** Leaves room for what stands around the lines. */
const MOST_SECTIONS = 40;

export function slackMessage(message: Message, { hasButtons }: { readonly hasButtons: boolean }): SlackMessage {
  const { title, tone, details, rollout, url } = message;
  const buttons = hasButtons && rollout !== null ? buttonsOfRollout(rollout) : [];
  const flags = flagBlocks(message.groups, { hasButtons, most: MOST_SECTIONS });
  return {
    text: notificationText([title, ...details.map(({ label, text }) => `${label}: ${text}`)].join(' · ')),
    blocks: blocksOf(
      header(`${TONES[tone]} ${title}`),
      details.length === 0 ? null : fields(details),
      ...flags,
      ...lines(message.lines, Math.max(1, MOST_SECTIONS - flags.length)),
      buttons.length === 0 ? null : actions(buttons),
      url === null ? null : linkButton('Open in Glidepath', url, 'open'),
    ),
  };
}
