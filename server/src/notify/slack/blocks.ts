import type {
  ActionsBlock,
  Button,
  ConfirmationDialog,
  ContextBlock,
  HeaderBlock,
  InputBlock,
  KnownBlock,
  MrkdwnElement,
  PlainTextElement,
  SectionBlock,
  UsersSelect,
} from '@slack/types';

/**
 * Blocks within the limits that Slack documents for them: what is too long is cut, for a message that Slack refuses is
 * one that nobody reads. Everything that comes in is plain text; nothing in it can mention, link or format.
 */
const SLACK_LIMITS = {
  blocks: 50,
  header: 150,
  sectionText: 3_000,
  fields: 10,
  fieldText: 2_000,
  contextElements: 10,
  contextText: 2_000,
  buttons: 25,
  buttonText: 75,
  value: 2_000,
  url: 3_000,
  actionId: 255,
  blockId: 255,
  confirmTitle: 100,
  confirmText: 300,
  confirmButton: 30,
  label: 2_000,
  placeholder: 150,
  messageText: 4_000,
} as const;

export function header(text: string): HeaderBlock {
  return { type: 'header', text: plain(text, SLACK_LIMITS.header) };
}

export function section(text: string): SectionBlock {
  return { type: 'section', text: mrkdwn(escaped(text, SLACK_LIMITS.sectionText)) };
}

/** Text as it is written by hand, in the width of a terminal. */
export function code(text: string): SectionBlock {
  const fence = '```';
  return { type: 'section', text: mrkdwn(fence + escaped(oneLine(text), SLACK_LIMITS.sectionText - 6) + fence) };
}

/** A piece of a line: text, text that opens a page, or a person at Slack, who is called by it. */
export type Span =
  | string
  | { readonly bold: string }
  | { readonly text: string; readonly url: string | null }
  | { readonly person: string };

/** Lines of text in which our own pages and people are named, in as many sections as they need and `most` allow. */
export function richLines(all: readonly (readonly Span[])[], most: number): readonly SectionBlock[] {
  const texts: string[] = [];
  let taken = 0;
  for (const line of all.map(richLine)) {
    const last = texts.at(-1);
    if (last !== undefined && last.length + line.length < SLACK_LIMITS.sectionText - LINE) {
      texts[texts.length - 1] = `${last}\n${line}`;
    } else if (texts.length < most) {
      texts.push(line);
    } else {
      texts[texts.length - 1] = `${last}\n… and ${all.length - taken} more lines`;
      break;
    }
    taken += 1;
  }
  return texts.map((text) => ({ type: 'section', text: mrkdwn(text) }));
}

/** Never cut within a link: what leaves no room for it is said without. */
function richLine(spans: readonly Span[]): string {
  const rich = spans.map(spanText).join('');
  if (rich.length <= RICH_LINE) return rich;
  return spans.map((span) => spanText(plainSpan(span))).join('');
}

const RICH_LINE = 1_200;
const SPAN = 300;
const SAFE_URL = /^https?:\/\/[^\s<>|"]+$/;
const PERSON = /^[A-Z0-9]{1,40}$/;

function spanText(span: Span): string {
  if (typeof span === 'string') return escaped(span.replace(/\s+/g, ' '), SPAN);
  if ('bold' in span) return `*${escaped(oneLine(span.bold), SPAN)}*`;
  if ('person' in span) return PERSON.test(span.person) ? `<@${span.person}>` : '';
  const text = escaped(oneLine(span.text), SPAN);
  return span.url === null || !SAFE_URL.test(span.url) || text === ''
    ? text
    : `<${span.url.replaceAll('&', '&amp;')}|${text}>`;
}

function plainSpan(span: Span): Span {
  return typeof span === 'object' && 'url' in span ? span.text : span;
}

/** Pairs of a label and a text, two in a row. */
export function fields(pairs: readonly { readonly label: string; readonly text: string }[]): SectionBlock {
  const shown = pairs.slice(0, SLACK_LIMITS.fields).map(({ label, text }) => {
    const begin = `*${escaped(oneLine(label), 100)}*\n`;
    return mrkdwn(begin + escaped(text, SLACK_LIMITS.fieldText - begin.length));
  });
  return { type: 'section', fields: shown };
}

/** Lines below each other, in as many sections as they need; those beyond `most` sections are only counted. */
export function lines(all: readonly string[], most: number): readonly SectionBlock[] {
  const texts: string[] = [];
  for (const [i, line] of all.entries()) {
    const text = `• ${escaped(oneLine(line), LINE)}`;
    const last = texts.at(-1);
    if (last !== undefined && last.length + text.length < SLACK_LIMITS.sectionText - LINE) {
      texts[texts.length - 1] = `${last}\n${text}`;
    } else if (texts.length < most) {
      texts.push(text);
    } else {
      texts[texts.length - 1] = `${last}\n… and ${all.length - i} more`;
      break;
    }
  }
  return texts.map((text) => ({ type: 'section', text: mrkdwn(text) }));
}

const LINE = 200;

export function context(text: string): ContextBlock {
  return { type: 'context', elements: [mrkdwn(escaped(text, SLACK_LIMITS.contextText))] };
}

export interface ButtonParts {
  readonly text: string;
  readonly action: string;
  readonly value: string;
  readonly style?: 'primary' | 'danger';
  readonly confirm?: { readonly title: string; readonly text: string; readonly yes: string };
}

/** A list of everybody in the workspace, to choose one from. */
export interface PeopleParts {
  readonly hint: string;
  readonly action: string;
}

/** `id` comes back with what is pressed or chosen; no two blocks of a message have the same. */
export function actions(elements: readonly (ButtonParts | PeopleParts)[], id?: string): ActionsBlock {
  if (id !== undefined && id.length > SLACK_LIMITS.blockId) throw new Error('the name of a block is too long');
  const drawn = elements
    .slice(0, SLACK_LIMITS.buttons)
    .map((parts) => ('hint' in parts ? people(parts) : button(parts)));
  return { type: 'actions', elements: drawn, ...(id !== undefined && { block_id: id }) };
}

function people({ hint, action }: PeopleParts): UsersSelect {
  return { type: 'users_select', action_id: action, placeholder: plain(hint, SLACK_LIMITS.placeholder) };
}

function button({ text, action, value, style, confirm }: ButtonParts): Button {
  // Cut, these would mean something else.
  if (value.length > SLACK_LIMITS.value) throw new Error('the value of a button is too long');
  if (action.length > SLACK_LIMITS.actionId) throw new Error('the name of an action is too long');
  return {
    type: 'button',
    text: plain(text, SLACK_LIMITS.buttonText),
    action_id: action,
    value,
    ...(style && { style }),
    ...(confirm && { confirm: dialog(confirm) }),
  };
}

/** A button that opens a page; none where its address is too long. */
export function linkButton(text: string, url: string, action: string): ActionsBlock | null {
  if (url.length > SLACK_LIMITS.url) return null;
  const opening: Button = { type: 'button', text: plain(text, SLACK_LIMITS.buttonText), action_id: action, url };
  return { type: 'actions', elements: [opening] };
}

/** A line to type into; what was typed comes when Enter is pressed. */
export function textInput({ label, hint, action }: Record<'label' | 'hint' | 'action', string>): InputBlock {
  return {
    type: 'input',
    dispatch_action: true,
    label: plain(label, SLACK_LIMITS.label),
    element: {
      type: 'plain_text_input',
      action_id: action,
      placeholder: plain(hint, SLACK_LIMITS.placeholder),
      dispatch_action_config: { trigger_actions_on: ['on_enter_pressed'] },
    },
  };
}

/** At most as many as a message holds. */
export function blocksOf(...parts: readonly (KnownBlock | null)[]): readonly KnownBlock[] {
  return parts.filter((part) => part !== null).slice(0, SLACK_LIMITS.blocks);
}

function dialog({ title, text, yes }: Required<ButtonParts>['confirm']): ConfirmationDialog {
  return {
    title: plain(title, SLACK_LIMITS.confirmTitle),
    text: plain(text, SLACK_LIMITS.confirmText),
    confirm: plain(yes, SLACK_LIMITS.confirmButton),
    deny: plain('Cancel', SLACK_LIMITS.confirmButton),
  };
}

function plain(text: string, most: number): PlainTextElement {
  // Slack refuses an empty one.
  return { type: 'plain_text', text: cut(oneLine(text), most, (character) => character) || '-', emoji: false };
}

/** Verbatim: names and addresses in it are not made into mentions and links. */
function mrkdwn(text: string): MrkdwnElement {
  return { type: 'mrkdwn', text: text || '-', verbatim: true };
}

/** The text of a notification: Slack reads it as mrkdwn. */
export function notificationText(text: string): string {
  return escaped(oneLine(text), SLACK_LIMITS.messageText) || '-';
}

/** Slack's three characters of control, escaped; cut so that no escape is broken. */
function escaped(text: string, most: number): string {
  return cut(text.replace(INVISIBLE, ''), most, (character) => ENTITIES[character] ?? character);
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
/** Controls but for line ends, and what turns the direction of text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what has to go
const INVISIBLE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').replace(INVISIBLE, '').trim();
}

/** As many whole characters as fit, and an ellipsis where some did not. */
function cut(text: string, most: number, shape: (character: string) => string): string {
  let result = '';
  let short = '';
  for (const character of text) {
    const next = result + shape(character);
    if (next.length > most) return `${short}…`;
    result = next;
    if (result.length < most) short = result;
  }
  return result;
}
