import type { NodePath } from '@babel/traverse';
import type * as t from '@babel/types';
import type { Json } from '@glidepath/core';
import type { Edit } from './draft.ts';
import type { Markers } from './markers.ts';
import { mayNotBreak, ownComments } from './own-comments.ts';
import { asiGuard, leads, spanOf } from './places.ts';
import type { Purity } from './purity.ts';

/** What the rules work with: one state of a file. */
export interface Bench {
  readonly text: string;
  readonly markers: Markers;
  readonly purity: Purity;
  /** Names that are used by what is no script: the markup of a component. */
  readonly outside: ReadonlySet<string>;
}

/** What stays of an expression: one of its parts, or a value; after the parts that are kept for what they do. */
interface Rest {
  readonly kept: t.Node | { readonly value: Json };
  readonly before?: readonly t.Expression[];
}

/** Lets a part of an expression stand in its place, with parentheses only where they are needed. */
export function splice(path: NodePath, { kept, before = [] }: Rest, bench: Bench): readonly Edit[] {
  const [start, end] = spanOf(path.node, bench.text);
  const first = before[0];
  if (first !== undefined) return spliceSequence(path, { kept, before: [first, ...before.slice(1)] }, bench);
  if (!isNode(kept)) return [{ start, end, text: bench.markers.of(kept.value) }];
  const written = writtenValue(kept);
  const { before: ahead, behind, isLong } = ownComments(kept, path.node, bench.text);
  const isClosed = isLong && mayNotBreak(path, bench.text);
  const room = isLong && !isClosed ? (/[ \t]*$/.exec(bench.text.slice(0, start))?.[0].length ?? 0) : 0;
  // What was chosen is settled too, and may decide more.
  if (written !== undefined) {
    const marker = bench.markers.of(written, bench.text.slice(kept.start as number, kept.end as number));
    return [{ start: start - room, end, text: isClosed ? marker : `${ahead}${marker}${behind}` }];
  }
  const [from, to] = spanOf(kept, bench.text);
  const isWrapped = bench.text[from] === '(' && from < (kept.start as number);
  const [opened, closed] =
    isWrapped && !needsDetaching(path, kept)
      ? ['', '']
      : fences(path, kept, start < (path.node.start as number), bench);
  const [open, close] = isClosed && opened === '' ? ['(', ')'] : [opened, closed];
  const head = `${open}${bench.text.slice(from, from + 12)}`;
  const guard = startsStatement(path, bench.text) ? asiGuard(statementOf(path), head, bench.text) : '';
  return [
    { start: start - room, end: from, text: `${guard}${open}${ahead}` },
    { start: to, end, text: `${behind}${close}` },
  ];
}

function spliceSequence(
  path: NodePath,
  { kept, before }: { readonly kept: Rest['kept']; readonly before: readonly [t.Expression, ...t.Expression[]] },
  bench: Bench,
): readonly Edit[] {
  const [start, end] = spanOf(path.node, bench.text);
  const [from] = spanOf(before[0], bench.text);
  const [, until] = spanOf(before.at(-1) as t.Expression, bench.text);
  const guard = startsStatement(path, bench.text) ? asiGuard(statementOf(path), '(', bench.text) : '';
  const open = { start, end: from, text: `${guard}(` };
  if (!isNode(kept)) return [open, { start: until, end, text: `, ${bench.markers.of(kept.value)})` }];
  const [keptStart, keptEnd] = spanOf(kept, bench.text);
  return [open, { start: until, end: keptStart, text: ', ' }, { start: keptEnd, end, text: ')' }];
}

function writtenValue(node: t.Node): Json | undefined {
  if (node.type === 'NullLiteral') return null;
  const isWritten = node.type === 'BooleanLiteral' || node.type === 'StringLiteral' || node.type === 'NumericLiteral';
  return isWritten ? node.value : undefined;
}

const isNode = (kept: Rest['kept']): kept is t.Node => 'type' in (kept as object) && 'loc' in (kept as object);

/** In `(a ? b.c : d)()` the function is called without `b`. */
function needsDetaching(path: NodePath, kept: t.Node): boolean {
  const { parent, key } = path;
  const isCalled =
    ((parent.type === 'CallExpression' || parent.type === 'OptionalCallExpression') && key === 'callee') ||
    (parent.type === 'TaggedTemplateExpression' && key === 'tag');
  return isCalled && (kept.type === 'MemberExpression' || kept.type === 'OptionalMemberExpression' || isEval(kept));
}

const isEval = (node: t.Node): boolean => node.type === 'Identifier' && node.name === 'eval';

function fences(
  path: NodePath,
  kept: t.Node,
  wasWrapped: boolean,
  bench: Bench,
): readonly [open: string, close: string] {
  if (needsDetaching(path, kept)) return ['(0, ', ')'];
  const place = leads(path, bench.text);
  const text = bench.text.slice(kept.start as number, (kept.start as number) + 16);
  if (place === 'statement' && /^(?:\{|function\b|class\b|async\s+function\b|let\s*\[)/.test(text)) return ['(', ')'];
  if (place === 'arrow' && text.startsWith('{')) return ['(', ')'];
  if (place === 'export' && /^(?:function\b|class\b|async\s+function\b)/.test(text)) return ['(', ')'];
  if (!wasWrapped || takesAnything(path, kept) || (ATOMS.has(kept.type) && !isNewCallee(path, kept))) return ['', ''];
  return ['(', ')'];
}

const isNewCallee = ({ parent, key }: NodePath, kept: t.Node): boolean =>
  parent.type === 'NewExpression' && key === 'callee' && kept.type !== 'Identifier';

const ATOMS: ReadonlySet<string> = new Set([
  'Identifier',
  'ThisExpression',
  'StringLiteral',
  'BooleanLiteral',
  'NullLiteral',
  'TemplateLiteral',
  'MemberExpression',
  'CallExpression',
  'ArrayExpression',
  'JSXElement',
  'JSXFragment',
]);

/** Whether an expression may stand there without parentheses, whatever it is, but for lists with commas. */
function takesAnything({ parent, key, listKey }: NodePath, kept: t.Node): boolean {
  if (kept.type === 'SequenceExpression') return parent.type === 'ExpressionStatement';
  switch (parent.type) {
    case 'VariableDeclarator':
      return key === 'init';
    case 'AssignmentExpression':
      return key === 'right';
    case 'CallExpression':
    case 'NewExpression':
      return listKey === 'arguments';
    case 'ReturnStatement':
    case 'ThrowStatement':
    case 'ExpressionStatement':
    case 'JSXExpressionContainer':
    case 'IfStatement':
    case 'WhileStatement':
    case 'SwitchStatement':
    case 'SpreadElement':
    case 'ArrayExpression':
    case 'TemplateLiteral':
      return true;
    case 'ObjectProperty':
      return key === 'value';
    case 'ConditionalExpression':
      return key !== 'test';
    case 'ArrowFunctionExpression':
      return key === 'body';
    default:
      return false;
  }
}

function startsStatement(path: NodePath, text: string): boolean {
  return leads(path, text) === 'statement';
}

function statementOf(path: NodePath): NodePath {
  return path.findParent((up) => up.isStatement()) ?? path;
}
