import type { NodePath } from '@babel/traverse';
import { type Draft, type Edit, lineStart } from './draft.ts';
import type { Event } from './events.ts';
import { statementAround } from './places.ts';
import { commentAbove } from './print.ts';
import type { ParsedFile } from './scoped.ts';

/** A place that is left for people, by where it was in the first text. */
export interface Open {
  readonly at: number;
  readonly line: number;
  readonly why: string;
}

/** Comments above what is left for people; none where there is one already, and none for what is gone. */
export function commentsFor(
  parsed: ParsedFile,
  draft: Draft,
  key: string,
  open: readonly Open[],
): { readonly edits: readonly Edit[]; readonly left: readonly Event[] } {
  const { text } = draft;
  const edits: Edit[] = [];
  const left: Event[] = [];
  const seen = new Set<number>();
  for (const { at, line, why } of open) {
    const now = placeOf(draft, at);
    if (now === null) continue;
    left.push({ line, sentence: why });
    const statement = statementAt(parsed, now);
    if (seen.has(statement) || isCommented(text, statement, key)) continue;
    seen.add(statement);
    edits.push(commentAbove(text, statement, `// glidepath: remove ${key} by hand: ${why}`));
  }
  return { edits, left };
}

/** Where it is now; null where it is gone. */
export function placeOf({ pieces }: Draft, origin: number): number | null {
  const piece = pieces.find((one) => origin >= one.origin && origin < one.origin + one.length);
  return piece === undefined ? null : piece.at + origin - piece.origin;
}

/** Where the innermost statement of a list, or member of a class, begins that this place is in. */
function statementAt(parsed: ParsedFile, at: number): number {
  let innermost: NodePath | null = null;
  parsed.program.traverse({
    enter(path) {
      const { start, end } = path.node as { start: number; end: number };
      if (at < start || at >= end) path.skip();
      else innermost = path;
    },
  });
  const found = innermost as NodePath | null;
  return found === null ? lineStart(parsed.text, at) : (statementAround(found).node.start as number);
}

function isCommented(text: string, at: number, key: string): boolean {
  const marked = `glidepath: remove ${key} by hand`;
  if (text.slice(lineStart(text, at), at).includes(marked)) return true;
  const above = text.slice(0, lineStart(text, at)).trimEnd();
  return above.slice(above.lastIndexOf('\n') + 1).includes(marked);
}
