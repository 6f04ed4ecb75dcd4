/** A piece of a text at Slack. */
export interface TextPart {
  readonly kind: 'plain' | 'bold' | 'code' | 'link';
  readonly text: string;
}

const ENTITIES: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };

/** `*bold*`, `` `code` ``, `<https://address|words>`; a marker inside of words is none. */
const MARKED = /(?<![\w*])(\*[^*\s](?:[^*\n]*[^*\s])?\*)(?![\w*])|(`[^`\n]+`)|(<https?:[^>\s|]+(?:\|[^>\n]+)?>)/g;

/** Slack's markup as far as our messages use it, and three escaped characters. */
export function slackParts(markup: string): readonly TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  for (const match of markup.matchAll(MARKED)) {
    parts.push(partOf('plain', markup.slice(end, match.index)), markedPart(match));
    end = match.index + match[0].length;
  }
  return [...parts, partOf('plain', markup.slice(end))].filter(({ text }) => text !== '');
}

function markedPart([marked, bold, code]: RegExpExecArray): TextPart {
  const inner = marked.slice(1, -1);
  if (bold !== undefined) return partOf('bold', inner);
  if (code !== undefined) return partOf('code', inner);
  return partOf('link', inner.slice(inner.indexOf('|') + 1));
}

function partOf(kind: TextPart['kind'], markup: string): TextPart {
  return { kind, text: markup.replace(/&(?:amp|lt|gt);/g, (entity) => ENTITIES[entity] ?? entity) };
}
