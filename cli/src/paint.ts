import type { Outside, Sink } from './outside.ts';

const COLOURS = { good: 32, bad: 31, faint: 2, strong: 1 } as const;

export type Paint = (text: string, colour: keyof typeof COLOURS) => string;

/** Colours on a terminal that wants them. */
export function paintFor({ env }: Pick<Outside, 'env'>, sink: Sink): Paint {
  const isPlain = !sink.isTerminal || (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb';
  return isPlain ? (text) => text : (text, colour) => `\u001b[${COLOURS[colour]}m${text}\u001b[0m`;
}

const CONTROLS = /[^\P{Cc}\t\n]|\p{Bidi_Control}/gu;

/** Names and comments are written by others: nothing in them may steer a terminal, nor turn around what is read there. */
export const tame = (text: string): string => text.replace(CONTROLS, '\ufffd');

/** The same for all texts in a document. */
export const tameAll = <T>(document: T): T =>
  JSON.parse(JSON.stringify(document), (_, value) => (typeof value === 'string' ? tame(value) : value));

/** The same for JSON, which stays what it says. */
export const tameJson = (text: string): string =>
  text.replace(CONTROLS, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** Columns as wide as their widest cell. */
export function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? '').length)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('');
}
