/** The part of Markdown that runbooks and notes need; whatever else they hold stays the text that it is. */
export type Block =
  | { readonly kind: 'heading'; readonly level: 1 | 2 | 3; readonly inlines: readonly Inline[] }
  | { readonly kind: 'list'; readonly isOrdered: boolean; readonly items: readonly (readonly Inline[])[] }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'paragraph'; readonly inlines: readonly Inline[] };

export type Inline =
  | { readonly kind: 'text' | 'code' | 'strong'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly href: string };

const FENCE = /^\s*```/;
const HEADING = /^(#{1,3})\s+(.*)$/;
const ITEM = /^\s*(?:([-*])|\d{1,9}[.)])\s+(.*)$/;
/** No part reaches beyond where the next of its kind could begin, so that a text of nothing but brackets is read at once. */
const INLINE = /`([^`]+)`|\*\*([^*]+)\*\*|\[([^[\]]+)\]\((https?:\/\/[^\s()]+)\)/g;

/** What a text says, block by block. Never fails: HTML and unknown marks are plain text. */
export function parseMarkdown(text: string): readonly Block[] {
  const lines = text.replaceAll('\r\n', '\n').split('\n');
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length; ) {
    const [block, next] = blockAt(lines, at);
    if (block !== null) blocks.push(block);
    at = next;
  }
  return blocks;
}

type Read = readonly [block: Block | null, next: number];

function blockAt(lines: readonly string[], at: number): Read {
  const line = lines[at] ?? '';
  if (line.trim() === '') return [null, at + 1];
  if (FENCE.test(line)) return codeAt(lines, at + 1);
  const [, marks, title] = HEADING.exec(line) ?? [];
  if (marks !== undefined)
    return [{ kind: 'heading', level: marks.length as 1 | 2 | 3, inlines: inlinesOf(title ?? '') }, at + 1];
  return ITEM.test(line) ? listAt(lines, at) : paragraphAt(lines, at);
}

function codeAt(lines: readonly string[], from: number): Read {
  const end = lines.findIndex((line, index) => index >= from && FENCE.test(line));
  const to = end < 0 ? lines.length : end;
  return [{ kind: 'code', text: lines.slice(from, to).join('\n') }, to + 1];
}

function listAt(lines: readonly string[], from: number): Read {
  const isOrdered = isNumbered(lines[from] ?? '');
  const to = endOf(lines, from, (line) => ITEM.test(line) && isNumbered(line) === isOrdered);
  const items = lines.slice(from, to).map((line) => inlinesOf(ITEM.exec(line)?.[2] ?? ''));
  return [{ kind: 'list', isOrdered, items }, to];
}

function isNumbered(line: string): boolean {
  return ITEM.exec(line)?.[1] === undefined;
}

function paragraphAt(lines: readonly string[], from: number): Read {
  const to = endOf(lines, from, isPlain);
  return [{ kind: 'paragraph', inlines: inlinesOf(lines.slice(from, to).join(' ')) }, to];
}

function isPlain(line: string): boolean {
  return line.trim() !== '' && !FENCE.test(line) && !HEADING.test(line) && !ITEM.test(line);
}

/** The first line after `from` that does not belong any more. */
function endOf(lines: readonly string[], from: number, belongs: (line: string) => boolean): number {
  const end = lines.findIndex((line, index) => index > from && !belongs(line));
  return end < 0 ? lines.length : end;
}

function inlinesOf(text: string): readonly Inline[] {
  const inlines: Inline[] = [];
  let end = 0;
  for (const match of text.matchAll(INLINE)) {
    if (match.index > end) inlines.push({ kind: 'text', text: text.slice(end, match.index) });
    inlines.push(inlineOf(match));
    end = match.index + match[0].length;
  }
  if (end < text.length) inlines.push({ kind: 'text', text: text.slice(end) });
  return inlines;
}

function inlineOf([, code, strong, label, href]: RegExpMatchArray): Inline {
  if (code !== undefined) return { kind: 'code', text: code };
  if (strong !== undefined) return { kind: 'strong', text: strong };
  return { kind: 'link', text: label ?? '', href: href ?? '' };
}
