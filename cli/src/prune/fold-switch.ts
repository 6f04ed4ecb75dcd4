import type { NodePath } from '@babel/traverse';
import * as t from '@babel/types';
import { dedentedBlock, isUnwrappable, leftVariables } from './blocks.ts';
import { type Edit, indentAt, newlineOf, removal } from './draft.ts';
import type { Rule } from './fold-expression.ts';
import { constantOf, knownOf } from './markers.ts';
import { asiGuard, asiTail, dedent, deeper, siblingsOf, statementRemoval } from './places.ts';
import type { Bench } from './splice.ts';
import { childrenOf, fixedSpans } from './tree.ts';

/** Keeps what the settled value leads to, through cases without `break`; where that cannot be told, the cases that may. */
export const switched: Rule = (path, bench) => {
  const node = path.node as t.SwitchStatement;
  const known = knownOf(node.discriminant, bench.markers);
  if (known === null || known.before.length > 0 || typeof known.value === 'object') return null;
  const matched = matchOf(node, known.value, bench);
  if (matched === undefined) return null;
  if (matched === null) {
    const variables = leftVariables(path, node);
    if (siblingsOf(path) === null || variables !== '') return null;
    return statementRemoval(path, bench.text);
  }
  const run = runFrom(node, matched);
  const dropped = node.cases.filter((_, index) => index < matched || index > run.last);
  if (dropped.some((one) => leftVariables(path, one) !== '') || sharesNames(node, dropped)) return null;
  if (!run.isPlain || siblingsOf(path) === null) return onlyReachable(path, matched, run.last, bench);
  return plain(path, run, bench);
};

interface Run {
  readonly statements: readonly t.Statement[];
  /** Index of the last case that is reached. */
  readonly last: number;
  /** No `break` of the switch in the midst of something, and none behind it is reached otherwise. */
  readonly isPlain: boolean;
}

/** Null: no case. Undefined: it cannot be told. */
function matchOf(node: t.SwitchStatement, value: unknown, bench: Bench): number | null | undefined {
  for (const [index, { test }] of node.cases.entries()) {
    if (test === null || test === undefined) continue;
    const constant = constantOf(test, bench.markers);
    if (constant === null || (typeof constant.value === 'object' && constant.value !== null)) return undefined;
    if (constant.value === value) return index;
  }
  const fallback = node.cases.findIndex(({ test }) => test === null || test === undefined);
  return fallback < 0 ? null : fallback;
}

function runFrom(node: t.SwitchStatement, matched: number): Run {
  const statements: t.Statement[] = [];
  for (let index = matched; index < node.cases.length; index += 1) {
    for (const statement of (node.cases[index] as t.SwitchCase).consequent) {
      if (isBreak(statement))
        return { statements, last: index, isPlain: !statements.some((one) => breaksOut(one, null)) };
      statements.push(statement);
      if (endsRun(statement))
        return { statements, last: index, isPlain: !statements.some((one) => breaksOut(one, blockBreak(one))) };
    }
  }
  return { statements, last: node.cases.length - 1, isPlain: !statements.some((one) => breaksOut(one, null)) };
}

const isBreak = (node: t.Statement): boolean => node.type === 'BreakStatement' && !node.label;

/** A block that ends with the case's own `break`. */
const blockBreak = (node: t.Statement): t.Statement | null => {
  const last = node.type === 'BlockStatement' ? node.body.at(-1) : undefined;
  return last !== undefined && isBreak(last) ? last : null;
};

function endsRun(node: t.Statement): boolean {
  if (blockBreak(node) !== null) return true;
  if (node.type === 'BlockStatement') return node.body.some((one) => endsRun(one) || isBreak(one));
  return (
    node.type === 'ReturnStatement' ||
    node.type === 'ThrowStatement' ||
    node.type === 'ContinueStatement' ||
    (node.type === 'BreakStatement' && Boolean(node.label))
  );
}

/** Whether a `break` in it ends the switch, besides this one. */
function breaksOut(node: t.Node, without: t.Node | null): boolean {
  if (node === without) return false;
  if (node.type === 'BreakStatement') return !node.label;
  if (t.isFunction(node) || t.isClass(node) || t.isLoop(node) || node.type === 'SwitchStatement') return false;
  return childrenOf(node).some((one) => breaksOut(one, without));
}

/** Whether a name of a dropped case is used in another one: they share one scope. */
function sharesNames(node: t.SwitchStatement, dropped: readonly t.SwitchCase[]): boolean {
  const names = dropped.flatMap(({ consequent }) =>
    consequent.flatMap((one) =>
      isOwnName(one) ? Object.keys(t.getBindingIdentifiers(one as t.VariableDeclaration)) : [],
    ),
  );
  if (names.length === 0) return false;
  let isUsed = false;
  for (const one of node.cases) {
    if (dropped.includes(one)) continue;
    t.traverseFast(one, (part) => {
      if (part.type === 'Identifier' && names.includes(part.name)) isUsed = true;
    });
  }
  return isUsed;
}

const isOwnName = (node: t.Statement): boolean =>
  (node.type === 'VariableDeclaration' && node.kind !== 'var') ||
  node.type === 'FunctionDeclaration' ||
  node.type === 'ClassDeclaration';

/** Statements alone, in the place of the switch; in a block where they have names of their own. */
function plain(path: NodePath, { statements }: Run, bench: Bench): readonly Edit[] {
  const { text } = bench;
  const { start, end } = path.node as { start: number; end: number };
  const first = statements[0];
  if (first === undefined) return statementRemoval(path, text);
  if (first.type === 'BlockStatement' && statements.length === 1 && isUnwrappable(path, first))
    return onlyBlock(path, first, bench);
  const isBlock = statements.some(isOwnName);
  const indent = newlineOf(text) + indentAt(text, start);
  const deep = deeper(text, first.start as number, start);
  const unit = isBlock ? Math.ceil(deep / 2) : 0;
  const inner = indent + ' '.repeat(unit);
  const edits: Edit[] = [];
  let at = start;
  for (const statement of statements) {
    const from = commentStart(statement, at, text);
    const guard = at === start && !isBlock ? asiGuard(path, text.slice(from, from + 12), text) : '';
    edits.push({ start: at, end: from, text: at === start ? `${guard}${isBlock ? `{${inner}` : ''}` : inner });
    edits.push(...caseLines(statement, from, deep - unit, text));
    at = statement.end as number;
  }
  edits.push({ start: at, end, text: isBlock ? `${indent}}` : asiTail(path, statements.at(-1) ?? first, text) });
  return edits;
}

/** What stands in the block of the one case, without the `break` at its end. */
function onlyBlock(path: NodePath, block: t.BlockStatement, bench: Bench): readonly Edit[] {
  const edits = dedentedBlock(path, block, bench);
  const own = blockBreak(block);
  if (own === null) return edits;
  const [from, to] = [lineBefore(bench.text, own.start as number), own.end as number];
  return [...edits.filter(({ start }) => start < from || start >= to), removal(from, to)];
}

/** A statement as far to the left as it is to be, without the `break` at its end. */
function caseLines(statement: t.Statement, from: number, more: number, text: string): readonly Edit[] {
  const own = blockBreak(statement);
  const end = statement.end as number;
  if (own === null) return dedent(text, [from, end], more, fixedSpans(statement));
  const gap = lineBefore(text, own.start as number);
  return [
    ...dedent(text, [from, gap], more, fixedSpans(statement)),
    removal(gap, own.end as number),
    ...dedent(text, [own.end as number, end], more, []),
  ];
}

const lineBefore = (text: string, at: number): number => at - (/\s*$/.exec(text.slice(0, at))?.[0].length ?? 0);

function commentStart(node: t.Statement, after: number, text: string): number {
  const first = (node.leadingComments ?? []).find(({ start }) => (start as number) > after);
  if (first === undefined) return node.start as number;
  const between = text.slice(after, first.start as number);
  return between.includes('case') || /[\n:]\s*$/.test(between) ? (first.start as number) : (node.start as number);
}

/** The switch with the cases alone that the value may lead to. */
function onlyReachable(path: NodePath, first: number, last: number, { text }: Bench): readonly Edit[] | null {
  const node = path.node as t.SwitchStatement;
  const [open, from] = [node.cases[0]?.start as number, (node.cases[first] as t.SwitchCase).start as number];
  const [to, close] = [(node.cases[last] as t.SwitchCase).end as number, node.cases.at(-1)?.end as number];
  const edits = [removal(open, from), removal(to, close)].filter(({ start, end }) => end > start);
  return edits.length === 0 || text === '' ? null : edits;
}
