import type { NodePath } from '@babel/traverse';
import * as t from '@babel/types';
import type { Edit } from './draft.ts';
import { asiGuard, asiTail, dedent, deeper, type Span, skipSpace } from './places.ts';
import type { Bench } from './splice.ts';
import { childrenOf, fixedSpans } from './tree.ts';

/** Names that `let`, `const`, classes, functions and types give to a block alone. */
function ownNames(statements: readonly t.Statement[]): readonly string[] {
  return statements.flatMap((statement) => {
    if (statement.type === 'VariableDeclaration')
      return statement.kind === 'var' ? [] : Object.keys(t.getBindingIdentifiers(statement));
    if ('id' in statement && statement.id !== null && statement.id !== undefined && statement.id.type === 'Identifier')
      return [statement.id.name];
    return [];
  });
}

/** What Node gives to each file as names of a function. */
const GIVEN = ['require', 'module', 'exports', '__filename', '__dirname'];

/** Whether a block's statements may stand where it stands: no name of its own means something else around it. */
export function isUnwrappable(path: NodePath, block: t.BlockStatement): boolean {
  const { parent } = path;
  if (block.directives.length > 0) return false;
  const names = ownNames(block.body);
  if (names.length === 0) return true;
  if (parent.type === 'SwitchCase') return false;
  const isOfFunction = parent.type === 'BlockStatement' && path.parentPath?.parentPath?.isFunction() === true;
  const isOfCatch = parent.type === 'BlockStatement' && path.parentPath?.parentPath?.isCatchClause() === true;
  const around = (isOfFunction || isOfCatch ? path.parentPath?.parent : parent) as t.Node;
  if (parent.type === 'Program' && names.some((name) => GIVEN.includes(name))) return false;
  const used = identifiersIn(around, block);
  return names.every((name) => !used.has(name)) && !used.has('eval');
}

/** All names in a part of the program, but for those in one part of it. */
function identifiersIn(around: t.Node, without: t.Node | null): ReadonlySet<string> {
  const names = new Set<string>();
  const walk = (node: t.Node): void => {
    if (node === without) return;
    if (node.type === 'Identifier' || node.type === 'JSXIdentifier') names.add(node.name);
    childrenOf(node).forEach(walk);
  };
  walk(around);
  return names;
}

/** The inside of a block in the place of a whole statement, as far to the left as that one. */
export function dedentedBlock(
  path: NodePath,
  block: t.BlockStatement,
  bench: Bench,
  isGuarded = false,
): readonly Edit[] {
  const { text } = bench;
  const { start, end } = path.node as { start: number; end: number };
  const [from, to] = insideOf(block, text);
  const first = block.body[0];
  const firstAt = first === undefined ? from : (first.start as number);
  const isOnOwnLine = text.slice(block.start as number, firstAt).includes('\n');
  const more = isOnOwnLine ? deeper(text, firstAt, start) : 0;
  const begin = skipSpace(text, from);
  const guard = isGuarded ? '' : asiGuard(path, text.slice(begin, begin + 12), text);
  return [
    { start, end: from, text: guard },
    ...dedent(text, [from, to], more, fixedSpans(block)),
    { start: to, end, text: needsSemicolon(block, text) ? ';' : tailOf(path, block, text) },
  ];
}

const tailOf = (path: NodePath, { body }: t.BlockStatement, text: string): string => {
  const last = body.at(-1);
  return last === undefined ? '' : asiTail(path, last, text);
};

/** `{ a() }` may do without its semicolon, and what follows may not. */
function needsSemicolon(block: t.BlockStatement, text: string): boolean {
  const last = block.body.at(-1);
  const inside = last === undefined ? '' : text.slice(last.start as number, last.end as number);
  const isOnOneLine = last !== undefined && !text.slice(last.end as number, block.end as number).includes('\n');
  return isOnOneLine && !/[;}]$/.test(inside);
}

function insideOf(block: t.BlockStatement, text: string): Span {
  const inside = text.slice((block.start as number) + 1, (block.end as number) - 1);
  const from = (block.start as number) + 1 + (/^\s*/.exec(inside)?.[0].length ?? 0);
  const to = (block.end as number) - 1 - (/\s*$/.exec(inside)?.[0].length ?? 0);
  return [from, Math.max(from, to)];
}

/** Declarations of variables of a part that goes, as far as others of its function use them: `var a, b;`. */
export function leftVariables(path: NodePath, dropped: t.Node | null): string {
  const isScript = path.scope.getProgramParent().block.type === 'Program' && isSloppy(path);
  const names = dropped === null ? [] : variablesIn(dropped, null, isScript);
  if (names.length === 0) return '';
  const around = path.scope.getFunctionParent()?.block ?? path.scope.getProgramParent().block;
  const used = identifiersIn(around, dropped);
  const declared = new Set(
    t.isFunction(around) ? around.params.flatMap((one) => Object.keys(t.getBindingIdentifiers(one))) : [],
  );
  for (const one of bodyOf(around)) for (const name of variablesIn(one, dropped, true)) declared.add(name);
  const left = names.filter((name) => used.has(name) && !declared.has(name));
  return left.length === 0 ? '' : `var ${left.join(', ')};`;
}

const isSloppy = (path: NodePath): boolean => {
  const program = path.scope.getProgramParent().block as t.Program;
  return program.sourceType === 'script' && !program.directives.some(({ value }) => value.value === 'use strict');
};

function bodyOf(around: t.Node): readonly t.Node[] {
  if (around.type === 'Program') return around.body;
  if (!t.isFunction(around)) return [];
  return around.body.type === 'BlockStatement' ? around.body.body : [around.body];
}

/** Names that `var` gives to the whole function from within a part of it; outside of modules those of functions too. */
export function variablesIn(node: t.Node, without: t.Node | null, withFunctions: boolean): readonly string[] {
  const names = new Set<string>();
  const walk = (one: t.Node): void => {
    if (one === without) return;
    if (isVariables(one)) for (const name of Object.keys(t.getBindingIdentifiers(one))) names.add(name);
    if (withFunctions && one.type === 'FunctionDeclaration' && one.id) names.add(one.id.name);
    if (!t.isFunction(one) && !t.isClass(one)) childrenOf(one).forEach(walk);
  };
  walk(node);
  return [...names];
}

const isVariables = (node: t.Node): boolean =>
  node.type === 'VariableDeclaration' && node.kind === 'var' && node.declare !== true;

/** Whether nothing after this statement is ever reached. */
export function exits(node: t.Statement): boolean {
  switch (node.type) {
    case 'ReturnStatement':
    case 'ThrowStatement':
    case 'BreakStatement':
    case 'ContinueStatement':
      return true;
    case 'BlockStatement':
      return node.body.some(exits);
    case 'IfStatement':
      return node.alternate !== null && node.alternate !== undefined && exits(node.consequent) && exits(node.alternate);
    case 'TryStatement':
      return (
        (node.finalizer !== null && node.finalizer !== undefined && exits(node.finalizer)) ||
        (exits(node.block) && (node.handler === null || node.handler === undefined || exits(node.handler.body)))
      );
    default:
      return false;
  }
}
