import type { NodePath } from '@babel/traverse';
import type * as t from '@babel/types';
import { type Draft, type Edit, edited, indentAt, insertion, lineStart, newlineOf, removal } from './draft.ts';
import { literalOf, type Markers, quoteOf, type Settled } from './markers.ts';
import { leads, spanOf, statementAround } from './places.ts';
import type { ParsedFile } from './scoped.ts';

/** Told above calls that were arguments of a flag's and may do something besides. */
const KEPT = '// glidepath: check by hand: this was an argument of the flag, kept for what else it may do';

/** Values and calls in the place of the names that stood for them. */
export function printed(
  parsed: ParsedFile,
  draft: Draft,
  markers: Markers,
): { readonly draft: Draft; readonly kept: number } {
  if (markers.placesIn(draft.text).length === 0) return { draft, kept: 0 };
  const { text } = draft;
  const quote = quoteOf(text);
  const edits: Edit[] = [];
  const commented = new Set<number>();
  parsed.program.traverse({
    Identifier(path) {
      const { name, start, end } = path.node as t.Identifier & { start: number; end: number };
      const found = markers.valueOf(name);
      if (found !== undefined) edits.push({ start, end, text: literalAt(path, found, quote, text) });
    },
    CallExpression(path) {
      const { callee, arguments: given } = path.node;
      const only = given[0];
      if (callee.type !== 'Identifier' || only === undefined) return;
      const [from, to] = spanOf(only, text);
      const { start, end } = path.node as { start: number; end: number };
      if (callee.name === markers.run) edits.push({ start, end: from, text: '(' }, { start: to, end, text: ')()' });
      if (callee.name !== markers.kept) return;
      edits.push(removal(start, from), removal(to, end));
      commented.add(statementAround(path).node.start as number);
    },
  });
  for (const at of commented) edits.push(commentAbove(text, at, KEPT));
  return { draft: edited(draft, edits), kept: commented.size };
}

/** On a line of its own where the code begins its line, else right before it. */
export function commentAbove(text: string, at: number, comment: string): Edit {
  const indent = indentAt(text, at);
  const isFirst = text.slice(lineStart(text, at), at).trim() === '';
  return isFirst ? insertion(at, `${comment}${newlineOf(text)}${indent}`) : insertion(at, `/* ${comment.slice(3)} */ `);
}

function literalAt(path: NodePath<t.Identifier>, { value, written }: Settled, quote: "'" | '"', text: string): string {
  const literal = written ?? literalOf(value, quote);
  const { parent, key } = path;
  const isMember =
    (parent.type === 'MemberExpression' || parent.type === 'OptionalMemberExpression') && key === 'object';
  const isFenced = path.node.extra?.['parenthesized'] === true;
  if (isFenced) return literal;
  if (typeof value === 'number' && isMember) return `(${literal})`;
  if (typeof value === 'number' && value < 0 && /^(?:Unary|Binary)/.test(parent.type)) return `(${literal})`;
  return literal.startsWith('{') && leads(path, text) !== null ? `(${literal})` : literal;
}
