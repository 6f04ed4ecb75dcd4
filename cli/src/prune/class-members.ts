import type { NodePath } from '@babel/traverse';
import type * as t from '@babel/types';
import { holds } from './tree.ts';

/** A member that only code of its class can name: `#name`, or `private name` of TypeScript. */
export type PrivateMember =
  | t.ClassProperty
  | t.ClassPrivateProperty
  | t.ClassMethod
  | t.ClassPrivateMethod
  | t.TSDeclareMethod;

/** `this.name` somewhere in a class. */
export interface Access {
  readonly path: NodePath;
  readonly isWrite: boolean;
}

/** How classes of a program use what is their own. */
interface Uses {
  readonly bodies: readonly NodePath<t.ClassBody>[];
  /** By the name, with `#` where it has one. */
  readonly accesses: ReadonlyMap<string, readonly (Access & { readonly body: t.Node })[]>;
  /** Names that something else may stand for. */
  readonly doubtful: ReadonlySet<string>;
  /** Classes whose members are used as a whole, or by names that are computed. */
  readonly loose: ReadonlySet<t.Node>;
}

const known = new WeakMap<t.Program, Uses>();

export function usesIn(program: NodePath<t.Program>): Uses {
  const found = known.get(program.node) ?? usesOf(program);
  known.set(program.node, found);
  return found;
}

function usesOf(program: NodePath<t.Program>): Uses {
  const bodies: NodePath<t.ClassBody>[] = [];
  const accesses = new Map<string, (Access & { readonly body: t.Node })[]>();
  const doubtful = new Set<string>();
  const loose = new Set<t.Node>();
  if (!holds(program.node, 'ClassBody')) return { bodies, accesses, doubtful, loose };
  const see = (path: NodePath<t.MemberExpression | t.OptionalMemberExpression>): void => {
    const name = accessed(path.node);
    const body = path.node.object.type === 'ThisExpression' ? classOfThis(path) : null;
    if (name === null) {
      if (body !== null) loose.add(body);
    } else if (body === null) doubtful.add(name);
    else accesses.set(name, [...(accesses.get(name) ?? []), { path, body, isWrite: isWritten(path) }]);
  };
  program.traverse({
    ClassBody: (path) => void bodies.push(path),
    MemberExpression: see,
    OptionalMemberExpression: see,
    StringLiteral: ({ node }) => void doubtful.add(node.value),
    ObjectPattern({ node }) {
      for (const one of node.properties)
        if (one.type === 'ObjectProperty' && one.key.type === 'Identifier') doubtful.add(one.key.name);
    },
    BinaryExpression({ node: { left } }) {
      if (left.type === 'PrivateName') doubtful.add(`#${left.id.name}`);
    },
    ThisExpression(path) {
      const body = isWhole(path) ? classOfThis(path) : null;
      if (body !== null) loose.add(body);
    },
  });
  return { bodies, accesses, doubtful, loose };
}

function accessed({ property, computed }: t.MemberExpression | t.OptionalMemberExpression): string | null {
  if (property.type === 'PrivateName') return `#${property.id.name}`;
  return !computed && property.type === 'Identifier' ? property.name : null;
}

/** `{ ...this }`, `Object.assign(this, …)`: all members at once. */
function isWhole({ parent, parentPath }: NodePath): boolean {
  if (parent.type === 'SpreadElement' || parent.type === 'ForInStatement') return true;
  if (parent.type === 'VariableDeclarator') return parent.id.type === 'ObjectPattern';
  if (parent.type === 'AssignmentExpression') return parent.left.type === 'ObjectPattern';
  if (parentPath?.isTSAsExpression() === true || parentPath?.isTSNonNullExpression() === true) return true;
  if (parent.type !== 'CallExpression') return false;
  const owner = parent.callee.type === 'MemberExpression' ? parent.callee.object : parent.callee;
  return owner.type === 'Identifier' && /^(?:Object|JSON|Reflect|structuredClone)$/.test(owner.name);
}

/** The class of whose objects `this` is one at this place; null where that cannot be told. */
function classOfThis(path: NodePath): t.Node | null {
  for (let up: NodePath | null = path; up?.parentPath; up = up.parentPath) {
    if (up.parent.type === 'ClassBody') return 'static' in up.node && up.node.static === true ? null : up.parent;
    if (up.isStaticBlock() || up.key === 'key' || up.listKey === 'decorators') return null;
    if (up.isFunction() && !up.isArrowFunctionExpression()) return null;
  }
  return null;
}

function isWritten(path: NodePath): boolean {
  const { parent, key, parentPath } = path;
  switch (parent.type) {
    case 'AssignmentExpression':
    case 'AssignmentPattern':
    case 'ForInStatement':
    case 'ForOfStatement':
      return key === 'left';
    case 'UpdateExpression':
    case 'ArrayPattern':
    case 'RestElement':
      return true;
    case 'UnaryExpression':
      return parent.operator === 'delete';
    case 'ObjectProperty':
      return parentPath?.parent.type === 'ObjectPattern';
    case 'TSAsExpression':
    case 'TSNonNullExpression':
    case 'TSSatisfiesExpression':
      return parentPath !== null && isWritten(parentPath);
    default:
      return false;
  }
}

/** Null for members that others may name, that belong to the class itself, or that something is done to. */
export function privateName(node: t.Node): string | null {
  switch (node.type) {
    case 'ClassPrivateProperty':
    case 'ClassPrivateMethod':
      return isPlain(node) ? `#${node.key.id.name}` : null;
    case 'ClassProperty':
    case 'ClassMethod':
    case 'TSDeclareMethod':
      if (node.accessibility !== 'private' || node.computed || node.key.type !== 'Identifier') return null;
      return isPlain(node) && node.key.name !== 'constructor' ? node.key.name : null;
    default:
      return null;
  }
}

const isPlain = (node: PrivateMember): boolean =>
  node.static !== true && (node.decorators ?? []).length === 0 && !('declare' in node && node.declare === true);

/** All places that use a member; null where there may be others. */
export function accessesOf(path: NodePath, name: string): readonly Access[] | null {
  const program = path.scope.getProgramParent().path as NodePath<t.Program>;
  const { accesses, doubtful, loose } = usesIn(program);
  if (doubtful.has(name) || (!name.startsWith('#') && loose.has(path.parent))) return null;
  return (accesses.get(name) ?? []).filter(({ body }) => body === path.parent);
}
