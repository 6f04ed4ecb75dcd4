import type { NodePath } from '@babel/traverse';
import * as t from '@babel/types';
import { dedentedBlock, exits, isUnwrappable, variablesIn } from './blocks.ts';
import { insertion, removal } from './draft.ts';
import type { Rule } from './fold-expression.ts';
import { shownElement } from './fold-jsx.ts';
import { type Bench, splice } from './splice.ts';
import { childrenOf } from './tree.ts';

/** A function without parameters that is called at once: its body in the place of the call, where that is the same. */
const run: Rule = (path, bench) => {
  const node = path.node as t.CallExpression;
  const [fn] = node.arguments;
  if (node.callee.type !== 'Identifier' || node.callee.name !== bench.markers.run || !fn || !t.isFunction(fn))
    return null;
  if (fn.generator === true || fn.params.length > 0) return null;
  if (fn.type === 'FunctionExpression' && usesItself(fn)) return null;
  if (fn.async && !isAwaited(path)) return inPlace(path, fn, bench);
  if (fn.body.type !== 'BlockStatement')
    return shownElement(path, fn.body, bench.text) ?? splice(path, { kept: fn.body }, bench);
  const [only, ...others] = fn.body.body;
  if (only === undefined && path.parent.type !== 'ExpressionStatement') return null;
  if (only?.type === 'ReturnStatement' && others.length === 0 && only.argument && fn.body.directives.length === 0)
    return splice(path, { kept: only.argument }, bench);
  return inPlace(path, fn, bench);
};

/** Whether a promise of an answer and the answer are the same: it is waited for right here. */
function isAwaited({ parent }: NodePath): boolean {
  return parent.type === 'AwaitExpression';
}

/** `this`, `arguments` and `new.target` are its own. */
function usesItself(fn: t.FunctionExpression): boolean {
  let isFound = fn.id !== null && fn.id !== undefined;
  t.traverseFast(fn.body, (node) => {
    if (node.type === 'ThisExpression' || node.type === 'MetaProperty' || node.type === 'Super') isFound = true;
    if (node.type === 'Identifier' && node.name === 'arguments') isFound = true;
  });
  return isFound;
}

type Fn = t.FunctionExpression | t.ArrowFunctionExpression;

/** `return run(() => { … })`: its statements, whose `return` is then that of the function around. */
function inPlace(path: NodePath, fn: Fn, bench: Bench): ReturnType<Rule> {
  const { body } = fn;
  if (body.type !== 'BlockStatement' || variablesIn(body, null, true).length > 0) return null;
  const awaits = path.parentPath?.isAwaitExpression() === true ? path.parentPath : path;
  const outer = awaits.getFunctionParent()?.node;
  if (outer === undefined || !fitsInto(outer, fn)) return null;
  if (outer.type === 'ArrowFunctionExpression' && outer.body === awaits.node) {
    const { start, end } = awaits.node as { start: number; end: number };
    return [removal(start, body.start as number), removal(body.end as number, end)];
  }
  const statement = awaits.parentPath;
  return statement === null ? null : asStatements(statement, body, bench);
}

/** Whether what waits in the one may wait in the other, and its answer is an answer. */
function fitsInto(outer: t.Function, fn: Fn): boolean {
  const isAsync = 'async' in outer && outer.async === true;
  return !('generator' in outer && outer.generator === true) && (isAsync || !fn.async);
}

function asStatements(statement: NodePath, body: t.BlockStatement, bench: Bench): ReturnType<Rule> {
  if (!isUnwrappable(statement, body)) return null;
  const isReturn = statement.isReturnStatement();
  if (!isReturn && !(statement.isExpressionStatement() && !hasReturn(body))) return null;
  const edits = dedentedBlock(statement, body, bench);
  const isOver = !isReturn || body.body.some(exits);
  return isOver ? edits : [...edits, insertion(statement.node.end as number, ' return;')];
}

const hasReturn = (node: t.Node): boolean =>
  node.type === 'ReturnStatement' || childrenOf(node).some((one) => !t.isFunction(one) && hasReturn(one));

export const RUN_RULES: Readonly<Record<string, Rule>> = { CallExpression: run };
