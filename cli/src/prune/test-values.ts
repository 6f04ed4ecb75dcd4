import type { NodePath } from '@babel/traverse';
import * as t from '@babel/types';
import { listRemoval } from './fold-expression.ts';
import { constantOf } from './markers.ts';
import type { PlacedRead } from './placed.ts';
import { siblingsOf, statementRemoval } from './places.ts';
import { byHand, type Replacement, type Workshop } from './replacement.ts';

/** What is to be done about one place that gives the flag a value. */
type ValuePlan =
  | { readonly kind: 'test'; readonly test: NodePath; readonly title: string }
  | { readonly kind: 'replacement'; readonly replacement: Replacement };

/** Tests that only try what is gone go with it; values that say what is settled are not needed any more. */
export function valuePlans(reads: readonly PlacedRead[], shop: Workshop): ReadonlyMap<PlacedRead, ValuePlan> {
  const given = reads.filter(({ kind }) => kind === 'values');
  const tests = new Map(given.map((read) => [read, testAround(read.at.path)]));
  return new Map(given.map((read) => [read, planFor(read, tests, shop)]));
}

function planFor(read: PlacedRead, tests: ReadonlyMap<PlacedRead, NodePath | null>, shop: Workshop): ValuePlan {
  if (/^(?:createClient|FlagsProvider)$/.test(read.call))
    return { kind: 'replacement', replacement: withoutValue(read, shop) };
  const isSettled = givesSettled(read, shop);
  if (isSettled === true) return { kind: 'replacement', replacement: withoutValue(read, shop) };
  const test = tests.get(read) ?? null;
  if (isSettled === null)
    return { kind: 'replacement', replacement: byHand('the value that a test gives it is computed') };
  if (test === null) return { kind: 'replacement', replacement: byHand('tests are given another value of it here') };
  const isOnly = [...tests].every(([other, around]) => around !== test || givesSettled(other, shop) === false);
  if (!isOnly) return { kind: 'replacement', replacement: byHand('a test tries more than one value of it') };
  return { kind: 'test', test, title: titleOf(test) };
}

/** Null: that is computed. */
function givesSettled(read: PlacedRead, { forward, markers }: Workshop): boolean | null {
  const given = givenNode(read.at.path);
  const constant = given === null ? null : constantOf(given, markers);
  return constant === null ? null : constant.value === forward.value;
}

function givenNode({ node }: NodePath): t.Node | null {
  if (node.type === 'ObjectProperty') return node.value;
  return node.type === 'CallExpression' ? (node.arguments[1] ?? null) : null;
}

/** A property of a list of values, or the whole statement that sets one. */
function withoutValue(read: PlacedRead, shop: Workshop): Replacement {
  const { path } = read.at;
  const shown = 'its value is not needed any more';
  if (path.isObjectProperty()) return { kind: 'edits', edits: listRemoval(path, shop.text), shown };
  const statement = path.parentPath;
  if (statement?.isExpressionStatement() === true && siblingsOf(statement) !== null)
    return { kind: 'edits', edits: statementRemoval(statement, shop.text), shown };
  return byHand('what sets its value answers something too');
}

const TEST = /^(?:test|it|specify)$/;

function testAround(path: NodePath): NodePath | null {
  return path.findParent(
    (up) =>
      up.isExpressionStatement() &&
      up.node.expression.type === 'CallExpression' &&
      isTest(up.node.expression) &&
      siblingsOf(up) !== null,
  );
}

function isTest({ callee, arguments: given }: t.CallExpression): boolean {
  const base =
    callee.type === 'MemberExpression' &&
    t.isIdentifier(callee.property) &&
    /^(?:only|concurrent|sequential)$/.test(callee.property.name)
      ? callee.object
      : callee;
  const [title] = given;
  const isTitle = title?.type === 'StringLiteral' || title?.type === 'TemplateLiteral';
  return base.type === 'Identifier' && TEST.test(base.name) && isTitle && given.some((one) => t.isFunction(one));
}

/** What goes: tests, and what is around them where nothing else is in it. */
export function withEmptied(tests: readonly NodePath[]): readonly NodePath[] {
  const gone = new Set(tests.map(({ node }) => node));
  const around = new Set(tests.flatMap((one) => suiteAround(one, gone) ?? []));
  if (around.size === 0) return tests;
  return withEmptied([...around, ...tests.filter((one) => suiteAround(one, gone) === null)]);
}

function suiteAround(test: NodePath, gone: ReadonlySet<t.Node>): NodePath | null {
  const { parent, parentPath } = test;
  const call = parentPath?.parentPath?.parentPath;
  const statement = call?.parentPath;
  if (parent.type !== 'BlockStatement' || call?.isCallExpression() !== true) return null;
  if (statement?.isExpressionStatement() !== true || siblingsOf(statement) === null) return null;
  const isSuite = call.node.callee.type === 'Identifier' && /^(?:describe|suite|context)$/.test(call.node.callee.name);
  return isSuite && parent.body.every((one) => gone.has(one)) ? statement : null;
}

function titleOf({ node }: NodePath): string {
  const [title] = ((node as t.ExpressionStatement).expression as t.CallExpression).arguments;
  return title?.type === 'StringLiteral' ? title.value : 'a test';
}
