import { blocksOf, code, context, linkButton, notificationText, section, textInput } from './blocks.ts';
import type { PressDeps } from './buttons/kind.ts';
import type { Interaction, MessageBlock } from './interaction.ts';
import { type Press, type PressOutcome, press } from './press.ts';
import type { SlackLinks } from './slack-links.ts';
import type { SlackMessage } from './slack-message.ts';

export interface DeskDeps extends PressDeps {
  readonly links: SlackLinks;
  /** Where people reach the service; null = nobody has said. */
  readonly publicUrl: string | null;
}

/** What goes back to where the press came from. */
export interface DeskAnswer {
  readonly responseUrl: string;
  readonly message: ResponseMessage;
}

/** What Slack takes at the address that comes with an interaction. */
type ResponseMessage = Omit<SlackMessage, 'blocks'> & {
  readonly blocks: readonly (MessageBlock | SlackMessage['blocks'][number])[];
  readonly replace_original: boolean;
  /** Only the person who pressed sees it. */
  readonly response_type?: 'ephemeral';
};

const LINK = 'link';
/** Before the name of the action that a key is typed for. */
const CONFIRM = 'confirm-';
/** Buttons that only open a page: Slack tells of them all the same. */
const SILENT = 'open';

/** Answers one interaction: does what the button says, or tells the person what is missing. */
export async function answerInteraction(
  deps: DeskDeps,
  interaction: Interaction,
  requestId: string,
): Promise<DeskAnswer | null> {
  const { action, person, value, responseUrl } = interaction;
  if (action === SILENT) return null;
  const to = (message: ResponseMessage): DeskAnswer => ({ responseUrl, message });
  if (action === LINK) return to(await linked(deps, value, person, requestId));
  const member = await deps.links.memberOf(person);
  if (member === null) return to(askToLink(deps.publicUrl));
  const asked = pressOf(interaction, member, requestId);
  return to(messageFor(await press(deps, asked), interaction, asked));
}

function pressOf({ action, value, block, chosen }: Interaction, member: string, requestId: string): Press {
  const by = { member, requestId, chosen };
  if (action.startsWith(CONFIRM))
    return { ...by, verb: action.slice(CONFIRM.length), value: block, confirm: value.trim() };
  // Lists of people carry nothing: what they stand for names their block.
  return { ...by, verb: action, value: value || block };
}

function messageFor({ pressed, by, usesUp }: PressOutcome, interaction: Interaction, asked: Press): ResponseMessage {
  switch (pressed.kind) {
    case 'done': {
      const { did, sentence } = pressed;
      // What was typed stood in a message for one person, not in the one with the button.
      if (asked.confirm !== undefined) return personal(`Done. ${sentence}`);
      return altered(interaction, usesUp, `${by}: ${did}. ${sentence}`);
    }
    case 'shown':
      return { ...personal(pressed.sentence), blocks: blocksOf(section(pressed.sentence), code(pressed.code)) };
    case 'confirm':
      return askToConfirm(pressed.detail, asked);
    case 'refused':
      return personal(`Nothing was done. ${pressed.detail}`);
  }
}

async function linked({ links }: DeskDeps, code: string, person: string, requestId: string): Promise<ResponseMessage> {
  const member = await links.redeem(code, person, requestId);
  return member === null
    ? personal('This code is not valid any more, or was used: make another one in Glidepath.')
    : personal('You are linked. Press the button again.');
}

/** The person shows who they are by a code that Glidepath shows to them alone. */
function askToLink(publicUrl: string | null): ResponseMessage {
  const text =
    'Glidepath does not know yet who you are. Make a code there (your account, Your Slack account) and paste it here.';
  return {
    ...personal(text),
    blocks: blocksOf(
      section(text),
      publicUrl === null ? null : linkButton('Make a code', `${publicUrl}/link-slack`, SILENT),
      textInput({ label: 'Code from Glidepath', hint: 'Paste it and press Enter', action: LINK }),
    ),
  };
}

function askToConfirm(detail: string, { verb, value }: Press): ResponseMessage {
  const input = textInput({ label: 'Key of the flag', hint: 'Type it and press Enter', action: CONFIRM + verb });
  return { ...personal(detail), blocks: blocksOf(section(detail), { ...input, block_id: value }) };
}

function personal(text: string): ResponseMessage {
  return {
    text: notificationText(text),
    blocks: blocksOf(section(text)),
    replace_original: false,
    response_type: 'ephemeral',
  };
}

/** The message that the button stood in, with what became of it in the place of the buttons that it has used up. */
function altered({ blocks, block }: Interaction, usesUp: PressOutcome['usesUp'], text: string): ResponseMessage {
  const said = context(text);
  const kept =
    usesUp === 'block'
      ? blocks.map((one) => (one.type === 'actions' && one['block_id'] === block ? said : one))
      : [...blocks.filter(({ type }) => type !== 'actions').slice(0, 49), said];
  return { text: notificationText(text), blocks: kept, replace_original: true };
}
