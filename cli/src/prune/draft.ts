/** Replaces what stands from `start` to before `end`; an insertion where they are the same. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** What was kept of the original text, and where it is now. */
interface Piece {
  readonly at: number;
  readonly origin: number;
  readonly length: number;
}

/** A text on its way to another one, which still knows of every character whether and where it was in the first one. */
export interface Draft {
  readonly text: string;
  readonly pieces: readonly Piece[];
}

export const draftOf = (text: string): Draft => ({ text, pieces: [{ at: 0, origin: 0, length: text.length }] });

/** Where this place was in the first text; null where it was written meanwhile. */
export function originOf({ pieces }: Draft, at: number): number | null {
  let low = 0;
  let high = pieces.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const piece = pieces[middle] as Piece;
    if (at < piece.at) high = middle - 1;
    else if (at >= piece.at + piece.length) low = middle + 1;
    else return piece.origin + at - piece.at;
  }
  return null;
}

/** The edits must not overlap, and come in any order. Insertions at one place stand in the order in which they come. */
export function edited(draft: Draft, edits: readonly Edit[]): Draft {
  const sorted = edits.toSorted((a, b) => a.start - b.start || a.end - b.end);
  const pieces: Piece[] = [];
  let text = '';
  let at = 0;
  const keep = (from: number, to: number): void => {
    for (const piece of draft.pieces) {
      const start = Math.max(from, piece.at);
      const length = Math.min(to, piece.at + piece.length) - start;
      if (length > 0) pieces.push({ at: text.length + start - from, origin: piece.origin + start - piece.at, length });
    }
    text += draft.text.slice(from, to);
  };
  for (const edit of sorted) {
    keep(at, edit.start);
    text += edit.text;
    at = edit.end;
  }
  keep(at, draft.text.length);
  return { text, pieces };
}

/** Edits that can be made at once: what is added is refused as a whole where it overlaps with what is there already. */
export class EditSet {
  readonly #edits: Edit[] = [];

  get edits(): readonly Edit[] {
    return this.#edits;
  }

  add(group: readonly Edit[]): boolean {
    const real = group.filter(({ start, end, text }) => end > start || text !== '');
    if (real.length === 0 || real.some((one) => this.#edits.some((other) => overlap(one, other)))) return false;
    this.#edits.push(...real);
    return true;
  }
}

function overlap(a: Edit, b: Edit): boolean {
  if (a.start === a.end || b.start === b.end) {
    const [point, range] = a.start === a.end ? [a.start, b] : [b.start, a];
    return point > range.start && point < range.end;
  }
  return a.start < b.end && b.start < a.end;
}

export const removal = (start: number, end: number): Edit => ({ start, end, text: '' });
export const insertion = (at: number, text: string): Edit => ({ start: at, end: at, text });

/** From 1. */
export function lineOf(text: string, at: number): number {
  let line = 1;
  for (let next = text.indexOf('\n'); next >= 0 && next < at; next = text.indexOf('\n', next + 1)) line += 1;
  return line;
}

export const lineStart = (text: string, at: number): number => text.lastIndexOf('\n', at - 1) + 1;

/** Of the line break, or of the text. */
function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}

/** The white space at the beginning of the line. */
export function indentAt(text: string, at: number): string {
  const start = lineStart(text, at);
  return /^[ \t]*/.exec(text.slice(start, lineEnd(text, start)))?.[0] ?? '';
}

/** The line breaks of this text. */
export const newlineOf = (text: string): string => (text.includes('\r\n') ? '\r\n' : '\n');

const isBlank = (text: string): boolean => text.trim() === '';

/**
 * A removal that leaves no hole: whole lines where nothing else stands on them, with a comment behind it on its last
 * line, and with the empty line above where another follows.
 */
export function cleanRemoval(text: string, start: number, end: number): Edit {
  // What marks the file as Unicode is no part of its first line.
  const from = Math.max(lineStart(text, start), Number(text.startsWith('\ufeff')));
  const to = lineEnd(text, end);
  const behind = text.slice(end, to).trim();
  const isAlone = isBlank(text.slice(from, start)) && (behind === '' || /^;?\s*\/\/|^;?\s*\/\*[^*]*\*\/$/.test(behind));
  if (!isAlone) return removal(...withSpace(text, start, end));
  const isFirstLine = lineStart(text, start) === 0;
  if (to === text.length) return removal(isFirstLine ? from : from - 1 - Number(text[from - 2] === '\r'), to);
  const next = to + 1;
  const above = isFirstLine ? '' : text.slice(lineStart(text, from - 1), from);
  const below = text.slice(next, lineEnd(text, next));
  const isFirst = isFirstLine || /[{([]\s*$/.test(above);
  if (isBlank(below) && below !== text.slice(next) && (isFirst || isBlank(above)))
    return removal(from, Math.min(text.length, lineEnd(text, next) + 1));
  if (isBlank(above) && !isFirstLine && /^\s*[})\]]/.test(below)) return removal(lineStart(text, from - 1), next);
  return removal(from, next);
}

function withSpace(text: string, start: number, end: number): [start: number, end: number] {
  const after = /^[ \t]+/.exec(text.slice(end))?.[0].length ?? 0;
  if (after > 0) return [start, end + after];
  const before = /[ \t]+$/.exec(text.slice(lineStart(text, start), start))?.[0].length ?? 0;
  return /^\s*$/.test(text.slice(end, lineEnd(text, end))) ? [start - before, end] : [start, end];
}
