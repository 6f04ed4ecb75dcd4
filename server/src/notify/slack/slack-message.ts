import type { KnownBlock } from '@slack/types';
import type { Message, MessageRollout } from '../message.ts';
import { actions, type ButtonParts, blocksOf, fields, header, lines, linkButton, notificationText } from './blocks.ts';
import { buttonValue, type SlackVerb } from './button-value.ts';

/** What Slack's incoming webhooks take. */
export interface SlackMessage {
  /** For notifications, and for readers of screens. */
  readonly text: string;
  readonly blocks: readonly KnownBlock[];
}

const TONES = { bad: '🔴', good: '🟢', neutral: '🔵' } as const;
/** Leaves room for what stands around the lines. */
const LINE_SECTIONS = 40;

export function slackMessage(message: Message, { hasButtons }: { readonly hasButtons: boolean }): SlackMessage {
  const { title, tone, details, rollout, url } = message;
  const buttons = hasButtons && rollout !== null ? buttonsOf(rollout) : [];
  return {
    text: notificationText([title, ...details.map(({ label, text }) => `${label}: ${text}`)].join(' · ')),
    blocks: blocksOf(
      header(`${TONES[tone]} ${title}`),
      details.length === 0 ? null : fields(details),
      ...lines(message.lines, LINE_SECTIONS),
      buttons.length === 0 ? null : actions(buttons),
      url === null ? null : linkButton('Open in Glidepath', url, 'open'),
    ),
  };
}

/** Which buttons make sense in which state. */
const VERBS: Readonly<Record<string, readonly SlackVerb[]>> = {
  waiting: ['advance'],
  running: ['pause', 'advance', 'roll-back'],
  'awaiting-approval': ['pause', 'roll-back'],
  paused: ['advance', 'roll-back'],
  holding: ['pause', 'roll-back'],
};

const BUTTONS: Readonly<Record<SlackVerb, Pick<ButtonParts, 'text' | 'style' | 'confirm'>>> = {
  pause: { text: 'Pause' },
  advance: {
    text: 'Advance',
    style: 'primary',
    confirm: {
      title: 'Advance now?',
      text: 'More people get the released variation at once, whatever is left of the bake time.',
      yes: 'Advance',
    },
  },
  'roll-back': {
    text: 'Roll back',
    style: 'danger',
    confirm: {
      title: 'Roll back now?',
      text: 'Everybody gets what was served before this rollout.',
      yes: 'Roll back',
    },
  },
};

function buttonsOf(rollout: MessageRollout): readonly ButtonParts[] {
  const verbs = VERBS[rollout.state] ?? [];
  return verbs.map((verb) => ({ ...BUTTONS[verb], action: verb, value: buttonValue(rollout) }));
}
