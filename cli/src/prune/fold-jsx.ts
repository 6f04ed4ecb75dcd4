import type { NodePath } from '@babel/traverse';
import type * as t from '@babel/types';
import { cleanRemoval, type Edit, indentAt, removal } from './draft.ts';
import type { Rule } from './fold-expression.ts';
import { knownOf } from './markers.ts';

/** `{true && <A />}` and what is left of such. */
export const container: Rule = (path, bench) => {
  const node = path.node as t.JSXExpressionContainer;
  const { parent } = path;
  if (parent.type !== 'JSXElement' && parent.type !== 'JSXFragment') return null;
  const known = knownOf(node.expression, bench.markers);
  if (known === null || known.before.length > 0) return null;
  // Nothing is shown of these.
  if (typeof known.value !== 'boolean' && known.value !== null) return null;
  const { start, end } = node as { start: number; end: number };
  const edit = cleanRemoval(bench.text, start, end);
  const isWhole = bench.text.slice(edit.start, edit.end).includes('\n');
  // Between words of one line the space is shown.
  return [isWhole ? edit : removal(start, end)];
};

/** `{on && <A />}` and `{on ? <A /> : <B />}`, whose element then needs no braces. */
export const shownElement = (path: NodePath, kept: t.Node, text: string): readonly Edit[] | null => {
  const { parent, parentPath } = path;
  const isElement = kept.type === 'JSXElement' || kept.type === 'JSXFragment';
  if (parent.type !== 'JSXExpressionContainer' || !isElement || parentPath === null) return null;
  const around = parentPath.parent;
  if (around.type !== 'JSXElement' && around.type !== 'JSXFragment') return null;
  const { start, end } = parent as { start: number; end: number };
  const [from, to] = [kept.start as number, kept.end as number];
  // Between elements it would be shown.
  if ((kept.leadingComments ?? []).some((one) => (one.start as number) > start)) return null;
  const more = indentAt(text, from).length - indentAt(text, start).length;
  const hasLine = text.slice(start, from).includes('\n');
  const lines = hasLine ? dedentElement(text, from, to, more) : [];
  return [removal(start, from), ...lines, removal(to, end)];
};

function dedentElement(text: string, start: number, end: number, more: number): readonly Edit[] {
  const edits: Edit[] = [];
  for (let at = text.indexOf('\n', start) + 1; at > 0 && at < end && more > 0; at = text.indexOf('\n', at) + 1) {
    const room = /^[ \t]*/.exec(text.slice(at, at + 200))?.[0].length ?? 0;
    if (room > 0) edits.push(removal(at, at + Math.min(more, room)));
  }
  return edits;
}
