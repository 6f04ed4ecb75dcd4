import type { NodePath } from '@babel/traverse';
import type * as t from '@babel/types';
import { cleanRemoval, type Edit, indentAt, insertion, lineStart, removal } from './draft.ts';

export type Span = readonly [start: number, end: number];

/** Where a node stands, with the parentheses around it. */
export function spanOf(node: t.Node, text: string): Span {
  const start = node.start as number;
  let end = node.end as number;
  const outermost = node.extra?.['parenthesized'] === true ? (node.extra['parenStart'] as number) : start;
  for (let open = opened(text.slice(outermost, start)); open > 0; open -= 1)
    end = text.indexOf(')', skipSpace(text, end)) + 1;
  return [outermost, end];
}

const COMMENTS = /\/\*[\s\S]*?\*\/|\/\/.*/g;

const opened = (between: string): number => between.replace(COMMENTS, '').split('(').length - 1;

/** Past white space and comments. */
export function skipSpace(text: string, from: number): number {
  const space = /(?:\s|\/\*[\s\S]*?\*\/|\/\/[^\n]*)*/y;
  space.lastIndex = from;
  return from + (space.exec(text)?.[0].length ?? 0);
}

/** Statements that stand one after another, with this one among them; null where it stands alone, as after `else`. */
export function siblingsOf(path: NodePath): readonly t.Statement[] | null {
  const { parent, listKey } = path;
  if (listKey === 'body' && 'body' in parent && Array.isArray(parent.body)) return parent.body as t.Statement[];
  return parent.type === 'SwitchCase' && listKey === 'consequent' ? parent.consequent : null;
}

/** Beginnings that a line above without a semicolon would draw to itself. */
const CONTINUES = /^(?:[([`+\-*/]|(?:in|instanceof)\b)/;

const CLOSED: ReadonlySet<string> = new Set([
  'BlockStatement',
  'FunctionDeclaration',
  'ClassDeclaration',
  'IfStatement',
  'ForStatement',
  'ForInStatement',
  'ForOfStatement',
  'WhileStatement',
  'SwitchStatement',
  'TryStatement',
  'LabeledStatement',
  'TSInterfaceDeclaration',
  'TSEnumDeclaration',
  'TSModuleDeclaration',
]);

/** `;` where `next`, put in the place of this statement, would otherwise go on with the statement before. */
export function asiGuard(path: NodePath, next: string, text: string): string {
  if (!CONTINUES.test(next)) return '';
  const siblings = siblingsOf(path);
  const before = siblings?.[siblings.indexOf(path.node as t.Statement) - 1];
  if (before === undefined) return '';
  const isOpen = !text.slice(before.start as number, before.end as number).endsWith(';');
  return isOpen && !closes(before) ? ';' : '';
}

/** `;` behind `last`, put at the end of this statement's place, where what follows would otherwise go on with it. */
export function asiTail(path: NodePath, last: t.Statement, text: string): string {
  const siblings = siblingsOf(path);
  const next = siblings?.[siblings.indexOf(path.node as t.Statement) + 1];
  if (next === undefined || closes(last) || text.slice(last.start as number, last.end as number).endsWith(';'))
    return '';
  return CONTINUES.test(text.slice(next.start as number, (next.start as number) + 12)) ? ';' : '';
}

/** Whether the statement before may come to end without a semicolon by a change that is made to it as well. */
export function followsOpen(path: NodePath, changed: ReadonlySet<t.Node>, text: string): boolean {
  const statement = path.findParent((up) => siblingsOf(up) !== null && up.isStatement());
  const own = path.isStatement() && siblingsOf(path) !== null ? path : statement;
  const siblings = own === null ? null : siblingsOf(own);
  const before = siblings?.[siblings.indexOf(own?.node as t.Statement) - 1];
  if (before === undefined || !changed.has(before)) return false;
  return /[^;{}\s]\s*(?:\}|$)/.test(text.slice(before.start as number, before.end as number));
}

function closes(statement: t.Statement): boolean {
  if (statement.type === 'IfStatement') return closes(statement.alternate ?? statement.consequent);
  if ('body' in statement && statement.type !== 'BlockStatement' && !Array.isArray(statement.body)) {
    const { body } = statement as { readonly body: t.Node | null };
    if (statement.type.startsWith('For') || statement.type === 'WhileStatement') return closes(body as t.Statement);
  }
  return CLOSED.has(statement.type);
}

/** Takes away one statement of a list, with its lines. */
export function statementRemoval(path: NodePath, text: string): readonly Edit[] {
  const { start, end } = path.node as { start: number; end: number };
  const from = ownComments(path.node, text);
  const edit = cleanRemoval(text, from, end);
  const siblings = siblingsOf(path);
  const next = siblings?.[siblings.indexOf(path.node as t.Statement) + 1];
  if (next === undefined) return [edit];
  const [nextStart] = [next.start as number];
  const guard = asiGuard(path, text.slice(nextStart, nextStart + 12), text);
  return guard === '' || nextStart < start ? [edit] : [edit, insertion(Math.max(nextStart, edit.end), guard)];
}

const STAYS =
  /^\/\*!|@license|@preserve|eslint-|biome-|prettier-|@ts-|@jest|@vitest|glidepath:|istanbul|c8 |webpack|#region/;

/** Where the comments begin that are about this node alone: right above it, on lines of their own, line upon line. */
function ownComments(node: t.Node, text: string): number {
  let from = node.start as number;
  for (const comment of (node.leadingComments ?? []).toReversed()) {
    const { start, end } = comment as { start: number; end: number };
    const between = text.slice(end, from);
    const isAbove = end <= from && between.trim() === '' && (between.match(/\n/g) ?? []).length <= 1;
    const isFirst = text.slice(0, start).trim().replace(/^#!.*/, '') === '';
    const isOnItsLine = text.slice(lineStart(text, start), start).trim() === '';
    if (!isAbove || !isOnItsLine || isFirst || STAYS.test(comment.value) || text.startsWith('/*!', start)) break;
    from = start;
  }
  return from;
}

/** Lines that move to the left by what they were indented more; the first one stays, it moves with what is before it. */
export function dedent(text: string, [start, end]: Span, more: number, fixed: readonly Span[]): readonly Edit[] {
  const edits: Edit[] = [];
  if (more <= 0) return edits;
  for (let at = text.indexOf('\n', start) + 1; at > 0 && at < end; at = text.indexOf('\n', at) + 1) {
    const room = /^[ \t]*/.exec(text.slice(at, at + 200))?.[0].length ?? 0;
    const isFixed = fixed.some(([from, to]) => at > from && at <= to);
    if (!isFixed && room > 0) edits.push(removal(at, Math.min(at + Math.min(more, room), end)));
  }
  return edits;
}

/** How much more one place is indented than another. */
export const deeper = (text: string, inner: number, outer: number): number =>
  indentAt(text, inner).length - indentAt(text, outer).length;

const LEADING: Readonly<Record<string, 'statement' | 'arrow' | 'export'>> = {
  ExpressionStatement: 'statement',
  ArrowFunctionExpression: 'arrow',
  ExportDefaultDeclaration: 'export',
};

/** Whether this expression is the first thing of a statement, of an arrow's body, or of what is exported. */
export function leads(path: NodePath, text: string): 'statement' | 'arrow' | 'export' | null {
  const [start] = spanOf(path.node, text);
  for (let up: NodePath = path; spanOf(up.node, text)[0] === start && up.parentPath !== null; up = up.parentPath) {
    const place = Object.hasOwn(LEADING, up.parent.type) ? LEADING[up.parent.type] : undefined;
    if (place !== undefined) return place === 'arrow' && up.key !== 'body' ? null : place;
    if (!up.isExpression()) return null;
  }
  return null;
}

/** The statement, or the member of a class, that this stands in, which is one of a list. */
export function statementAround(path: NodePath): NodePath {
  let at: NodePath = path;
  while (at.parentPath !== null) {
    if (at.isStatement() && siblingsOf(at) !== null) return at;
    if (at.parent.type === 'ClassBody') return at;
    if (at.parent.type.startsWith('Export') && at.parentPath !== null && siblingsOf(at.parentPath) !== null)
      return at.parentPath;
    at = at.parentPath;
  }
  return at;
}
