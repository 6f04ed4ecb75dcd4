import type { Binding, NodePath } from '@babel/traverse';
import type * as t from '@babel/types';
import type { Json } from '@glidepath/core';
import type { Edit } from './draft.ts';
import type { Rule } from './fold-expression.ts';
import { knownOf } from './markers.ts';
import type { Bench } from './splice.ts';

/** `const isNew = true`: whoever reads it reads the value, and then nobody needs it. */
const constant: Rule = (path, bench) => {
  const node = path.node as t.VariableDeclarator;
  const known = knownOf(node.init, bench.markers);
  if (known === null || known.before.length > 0) return null;
  if (node.id.type === 'ObjectPattern') return members(path, node.id, known.value, bench);
  if (node.id.type !== 'Identifier') return null;
  const binding = path.scope.getBinding(node.id.name);
  if (binding === undefined || !binding.constant || binding.path.node !== node) return null;
  return replaced(path, binding, known.value, bench);
};

function replaced(path: NodePath, binding: Binding, value: Json, bench: Bench): readonly Edit[] | null {
  // What is no script may set it.
  if (binding.kind !== 'const' && bench.outside.has(binding.identifier.name)) return null;
  const isObject = typeof value === 'object' && value !== null;
  const edits = binding.referencePaths.flatMap((reference) => {
    if (!isReached(path, binding, reference) || (isObject && !readsMember(reference))) return [];
    return referenceEdits(reference, bench.markers.of(value));
  });
  return edits.length === 0 ? null : edits;
}

/** Whether it has its value wherever this is run. */
function isReached(declarator: NodePath, binding: Binding, reference: NodePath): boolean {
  const isAfter = (reference.node.start as number) > (declarator.node.end as number);
  const home = declarator.scope.getFunctionParent();
  const between = reference.scope.getFunctionParent();
  if (binding.kind === 'const' || binding.kind === 'let') return isAfter || between !== home;
  if (!isAfter || !isAtTop(declarator)) return false;
  for (
    let up: NodePath | null = reference;
    up !== null && up.scope !== home && up.node !== home?.block;
    up = up.parentPath
  )
    if (up.isFunctionDeclaration() && up.scope.getFunctionParent() !== home) return false;
  return true;
}

/** `var` counts everywhere in its function: only what is not in the midst of it has surely been run. */
function isAtTop(declarator: NodePath): boolean {
  const list = declarator.parentPath?.parentPath;
  return list?.isProgram() === true || list?.parentPath?.isFunction() === true;
}

export function readsMember({ parent, key, parentPath }: NodePath): boolean {
  if (parent.type !== 'MemberExpression' || key !== 'object' || parent.computed) return false;
  const around = parentPath?.parent;
  const isTarget =
    (around?.type === 'AssignmentExpression' && parentPath?.key === 'left') ||
    around?.type === 'UpdateExpression' ||
    (around?.type === 'UnaryExpression' && around.operator === 'delete') ||
    (around?.type === 'CallExpression' && parentPath?.key === 'callee');
  return !isTarget;
}

export function referenceEdits(reference: NodePath, marker: string): readonly Edit[] {
  const { node, parent, parentPath } = reference;
  const { start, end } = node as { start: number; end: number };
  if (parent.type.startsWith('Export') || node.type === 'JSXIdentifier' || isTypeQuery(reference)) return [];
  if (parent.type === 'ObjectProperty' && parent.shorthand && parentPath?.parent.type === 'ObjectExpression')
    return [{ start: end, end, text: `: ${marker}` }];
  return [{ start, end, text: marker }];
}

function isTypeQuery(path: NodePath): boolean {
  return (
    path.findParent(
      (up) =>
        up.isTSTypeQuery() ||
        up.isTSTypeReference() ||
        (up.isTSEntityName() === true && up.parent.type.startsWith('TSType')),
    ) !== null
  );
}

/** `const { limit } = { … }`. */
function members(path: NodePath, pattern: t.ObjectPattern, value: Json, bench: Bench): readonly Edit[] | null {
  if (typeof value !== 'object' || value === null) return null;
  const edits = pattern.properties.flatMap((one) => {
    if (
      one.type !== 'ObjectProperty' ||
      one.computed ||
      one.value.type !== 'Identifier' ||
      one.key.type !== 'Identifier'
    )
      return [];
    const found = Object.hasOwn(value, one.key.name)
      ? (value as Readonly<Record<string, Json>>)[one.key.name]
      : undefined;
    const binding = path.scope.getBinding(one.value.name);
    if (found === undefined || binding === undefined || !binding.constant) return [];
    return replaced(path, binding, found, bench) ?? [];
  });
  return edits.length === 0 ? null : edits;
}

/** `function isNew() { return true }`, which takes nothing and is only called: its answer stands for the calls. */
const helper: Rule = (path, bench) => {
  const fn = path.node as t.FunctionDeclaration | t.ArrowFunctionExpression | t.FunctionExpression;
  const known = answerOf(fn, bench);
  const name = fn.type === 'FunctionDeclaration' ? fn.id : declaredName(path);
  if (known === null || name === null || name === undefined || fn.async || fn.generator) return null;
  const binding = path.scope.getBinding(name.name) ?? path.parentPath?.scope.getBinding(name.name);
  if (binding === undefined || !binding.constant || (typeof known.value === 'object' && known.value !== null))
    return null;
  const edits = binding.referencePaths.flatMap((reference): Edit[] => {
    const { parent, key } = reference;
    if (parent.type !== 'CallExpression' || key !== 'callee' || parent.optional === true) return [];
    if (!parent.arguments.every((one) => bench.purity.isPure(one, reference.scope))) return [];
    return [{ start: parent.start as number, end: parent.end as number, text: bench.markers.of(known.value) }];
  });
  return edits.length === 0 ? null : edits;
};

function answerOf(fn: t.Function, bench: Bench) {
  if (!('body' in fn) || fn.params.some((one) => one.type !== 'Identifier')) return null;
  if (fn.body.type !== 'BlockStatement') return knownIn(fn.body, bench);
  const [only, ...others] = fn.body.body;
  return only?.type === 'ReturnStatement' && others.length === 0 ? knownIn(only.argument, bench) : null;
}

function knownIn(node: t.Node | null | undefined, bench: Bench) {
  const known = knownOf(node, bench.markers);
  return known === null || known.before.length > 0 ? null : known;
}

function declaredName({ parent }: NodePath): t.Identifier | null {
  return parent.type === 'VariableDeclarator' && parent.id.type === 'Identifier' ? parent.id : null;
}

export const PROPAGATION_RULES: Readonly<Record<string, Rule>> = {
  VariableDeclarator: constant,
  FunctionDeclaration: helper,
  ArrowFunctionExpression: helper,
  FunctionExpression: helper,
};
