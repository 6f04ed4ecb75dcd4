import type { NodePath } from '@babel/traverse';
import * as t from '@babel/types';
import type { Json } from '@glidepath/core';
import { accessesOf, privateName } from './class-members.ts';
import type { Rule } from './fold-expression.ts';
import { knownOf } from './markers.ts';
import { readsMember, referenceEdits } from './propagate.ts';
import type { Bench } from './splice.ts';
import { holds } from './tree.ts';

/** `private readonly isNew = true`: whoever reads it reads the value, and then nobody needs it. */
const field: Rule = (path, bench) => {
  const value = settledIn((path.node as t.ClassProperty).value, bench);
  const name = privateName(path.node);
  if (value === null || name === null || !isOwnRoot(path)) return null;
  const members = (path.parent as t.ClassBody).body;
  if (members.slice(0, members.indexOf(path.node as t.ClassProperty)).some(runsItself)) return null;
  return read(path, name, value.value, null, bench);
};

/** `constructor() { this.isNew = true; }`, which nothing else sets. */
const inConstructor: Rule = (path, bench) => {
  const node = path.node as t.ClassMethod;
  const members = (path.parent as t.ClassBody).body;
  if (node.kind !== 'constructor' || !isOwnRoot(path) || members.some(runsItself)) return null;
  const edits = node.body.body.flatMap((statement, index) => {
    const write = statement.type === 'ExpressionStatement' ? statement.expression : null;
    if (write?.type !== 'AssignmentExpression' || write.operator !== '=') return [];
    const value = settledIn(write.right, bench);
    const own = value === null ? null : fieldOf(path, write.left);
    if (value === null || own === null || !node.body.body.slice(0, index).every((one) => onlySets(one, members)))
      return [];
    return read(own.path, own.name, value.value, write.left, bench) ?? [];
  });
  return edits.length === 0 ? null : edits;
};

function settledIn(node: t.Node | null | undefined, bench: Bench): { readonly value: Json } | null {
  const known = knownOf(node, bench.markers);
  return known === null || known.before.length > 0 ? null : known;
}

/** What is above it could use its members before they are set. */
const isOwnRoot = ({ parentPath }: NodePath): boolean => !(parentPath?.parent as t.Class | undefined)?.superClass;

/** Whether its methods may be called while its fields are being set. */
function runsItself(member: t.Node): boolean {
  const isField = /^Class(?:Private|Accessor)?Property$/.test(member.type) && !(member as t.ClassProperty).static;
  const { value } = member as t.ClassProperty;
  return isField && value !== null && value !== undefined && !t.isFunction(value) && hasThis(value);
}

const hasThis = (node: t.Node): boolean => holds(node, 'ThisExpression');

/** Whether a statement is run in any case, and of its own object at most sets a field. */
function onlySets(statement: t.Statement, members: readonly t.Node[]): boolean {
  if (holds(statement, 'ReturnStatement')) return false;
  const write = statement.type === 'ExpressionStatement' ? statement.expression : null;
  if (write?.type !== 'AssignmentExpression' || !isOfThis(write.left)) return !hasThis(statement);
  const isSetter = members.some((one) => 'kind' in one && one.kind === 'set');
  return !isSetter && !hasThis(write.right);
}

const isOfThis = (node: t.Node): node is t.MemberExpression =>
  node.type === 'MemberExpression' && !node.computed && node.object.type === 'ThisExpression';

/** The private field without a value of its own that is written to. */
function fieldOf(method: NodePath, target: t.Node): { readonly path: NodePath; readonly name: string } | null {
  if (!isOfThis(target)) return null;
  const { property } = target;
  const wanted = property.type === 'PrivateName' ? `#${property.id.name}` : (property as t.Identifier).name;
  const path = ((method.parentPath as NodePath).get('body') as readonly NodePath[]).find(
    (one) => privateName(one.node) === wanted && 'value' in one.node && !one.node.value,
  );
  return path === undefined ? null : { path, name: wanted };
}

/** The value in the place of all reads; null where something else may set it, or read it in another way. */
function read(path: NodePath, name: string, value: Json, write: t.Node | null, bench: Bench) {
  const accesses = accessesOf(path, name);
  if (accesses === null || accesses.some((one) => one.isWrite && one.path.node !== write)) return null;
  const isObject = typeof value === 'object' && value !== null;
  const edits = accesses
    .filter((one) => !one.isWrite && !isCalled(one.path) && (!isObject || readsMember(one.path)))
    .flatMap((one) => referenceEdits(one.path, bench.markers.of(value)));
  return edits.length === 0 ? null : edits;
}

const isCalled = ({ key }: NodePath): boolean => key === 'callee' || key === 'tag';

export const CLASS_RULES: Readonly<Record<string, Rule>> = {
  ClassProperty: field,
  ClassPrivateProperty: field,
  ClassMethod: inConstructor,
};
