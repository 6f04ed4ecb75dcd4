import type { NodePath } from '@babel/traverse';
import type * as t from '@babel/types';
import { indentAt, lineStart, newlineOf } from './draft.ts';
import { spanOf } from './places.ts';
import { childrenOf } from './tree.ts';

/** Comments about one part of an expression that stand outside of it. */
interface OwnComments {
  readonly before: string;
  /** On the line that it ends on. */
  readonly behind: string;
  /** Whether the part begins on another line because of them. */
  readonly isLong: boolean;
}

export function ownComments(kept: t.Node, whole: t.Node, text: string): OwnComments {
  const [from, to] = spanOf(kept, text);
  const isInside = ({ start, end }: t.Comment): boolean =>
    (start as number) > (whole.start as number) && (end as number) <= (whole.end as number);
  const leading = commentsAhead(kept, whole).filter(
    (one) => isInside(one) && (one.end as number) <= from && isAhead(one, text),
  );
  const trailing = (kept.trailingComments ?? []).filter(
    (one) => isInside(one) && (one.start as number) >= to && isBehind(text.slice(to, one.start)),
  );
  const isLong = leading.some((one) => one.type === 'CommentLine' || one.value.includes('\n'));
  const line = `${newlineOf(text)}${indentAt(text, kept.start as number)}`;
  const written = leading.map(({ start, end }) => text.slice(start, end));
  const before = isLong ? `${line}${written.join(line)}${line}` : written.map((one) => `${one} `).join('');
  // What follows on the line must not become a part of it.
  const behind = trailing.map(({ value }) => (/\*\/|\n/.test(value) ? '' : ` /* ${value.trim()} */`)).join('');
  return { before, behind, isLong };
}

/** What stands in front of `?` and `:` is told of the part before it. */
function commentsAhead(kept: t.Node, whole: t.Node): readonly t.Comment[] {
  const parts = childrenOf(whole);
  const last = parts[parts.indexOf(kept) - 1];
  const own = kept.leadingComments ?? [];
  return [...(last?.trailingComments ?? []).filter((one) => !own.includes(one)), ...own];
}

/** On a line of its own, or after what leads to the part: else it is about what is before it. */
const isAhead = ({ start }: t.Comment, text: string): boolean =>
  /(?:^|[?:(,]|&&|\|\||\*\/)\s*$/.test(text.slice(lineStart(text, start as number), start));

const isBehind = (between: string): boolean => /^(?:[ \t]|\/\*[^\n]*?\*\/)*$/.test(between);

/** Whether a line break in front of it would end the statement. */
export function mayNotBreak(path: NodePath, text: string): boolean {
  const [start] = spanOf(path.node, text);
  for (let up: NodePath | null = path; up?.parentPath; up = up.parentPath) {
    if (/^(?:Return|Throw)Statement$|^YieldExpression$/.test(up.parent.type)) return true;
    if (spanOf(up.parent, text)[0] !== start) return false;
  }
  return false;
}
