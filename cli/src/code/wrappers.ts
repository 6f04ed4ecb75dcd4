import * as t from '@babel/types';
import { isMember } from './bindings.ts';
import { PASSES_ON } from './calls.ts';
import type { Spot, WrapperSetting } from './flag-read.ts';
import { child, children, isSite, type Site, type Value } from './values.ts';

/** Where a function takes something: a position, and the member of what is passed there. */
export interface TakenAt {
  readonly index: number;
  readonly member: string | null;
}

/** A function that passes on a key. */
export interface Wrapper {
  readonly name: string;
  readonly of: Spot;
  readonly isMethod: boolean;
  readonly key: TakenAt;
  readonly fallback: TakenAt | null;
  /** Whether it answers what the call in it does, and nothing is made of it. */
  readonly answers: 'value' | 'detail' | 'other';
  readonly isAsync: boolean;
}

export const takenBy = (value: Value): TakenAt | null =>
  value.kind === 'parameter' ? { index: value.index, member: value.member } : null;

/** What a function is called by, as far as it shows. */
export function nameOfFunction(of: Site<t.Function>): string | null {
  const { node } = of.path;
  if ('id' in node && t.isIdentifier(node.id)) return node.id.name;
  if ('key' in node) return nameOfKey(node.key);
  let path = of.path.parentPath;
  // Hooks and components are often passed through another function first.
  while (path !== null && passesOn(path.node)) path = path.parentPath;
  return path === null ? null : nameGivenBy(path.node);
}

const passesOn = (node: t.Node): boolean =>
  t.isTSAsExpression(node) || (t.isCallExpression(node) && PASSES_ON.test(lastName(node.callee) ?? ''));

function nameGivenBy(node: t.Node): string | null {
  switch (node.type) {
    case 'VariableDeclarator':
      return t.isIdentifier(node.id) ? node.id.name : null;
    case 'ObjectProperty':
    case 'ClassProperty':
    case 'ClassPrivateProperty':
      return nameOfKey(node.key);
    case 'AssignmentExpression':
      return lastName(node.left);
    case 'ExportDefaultDeclaration':
      return 'default';
    default:
      return null;
  }
}

function nameOfKey(key: t.Node): string | null {
  if (key.type === 'Identifier') return key.name;
  if (key.type === 'PrivateName') return `#${key.id.name}`;
  return key.type === 'StringLiteral' ? key.value : null;
}

/** `isEnabled` of `flags.isEnabled`, and of `isEnabled`. */
export function lastName(node: t.Node): string | null {
  if (node.type === 'Identifier' || node.type === 'JSXIdentifier') return node.name;
  if (node.type === 'JSXMemberExpression') return node.property.name;
  if (isMember(node)) return nameOfKey(node.property);
  if (node.type === 'ThisExpression') return 'this';
  if (node.type === 'CallExpression' || node.type === 'OptionalCallExpression') return lastName(node.callee);
  return node.type === 'TSNonNullExpression' || node.type === 'AwaitExpression'
    ? lastName('expression' in node ? node.expression : node.argument)
    : null;
}

/** Every name in `this.flags.isEnabled`, in order. */
export function namesIn(node: t.Node): readonly string[] {
  const own = lastName(node);
  if (isMember(node)) return [...namesIn(node.object), ...(own === null ? [] : [own])];
  if (node.type === 'CallExpression' || node.type === 'OptionalCallExpression') return namesIn(node.callee);
  if (node.type === 'JSXMemberExpression') return [...namesIn(node.object), node.property.name];
  return own === null ? [] : [own];
}

/** The setting that is meant by a name, or by the end of a longer one. */
export function settingFor(
  settings: readonly WrapperSetting[],
  names: readonly string[],
  imported: string | null,
): WrapperSetting | null {
  return (
    settings.find(({ name }) => {
      const wanted = name.split('.');
      return names.slice(-wanted.length).join('.') === name || imported === name;
    }) ?? null
  );
}

/** Whether what a function answers is what this expression is. */
export function answersWith(of: Site<t.Function>, expression: Site): boolean {
  const body = child(of, 'body');
  if (body === null) return false;
  const inside = (site: Site | null): boolean => site !== null && isSame(site, expression);
  if (!t.isBlockStatement(body.path.node)) return inside(body);
  const statements = children(body, 'body');
  const last = statements.at(-1);
  const isOnly = statements.every((one) => one === last || one.path.node.type === 'VariableDeclaration');
  return isOnly && last !== undefined && inside(child(last, 'argument'));
}

/** The same but for `await`, `as` and brackets around it. */
function isSame(site: Site, expression: Site): boolean {
  if (site.path.node === expression.path.node) return true;
  for (const key of ['argument', 'expression'])
    if (t.isAwaitExpression(site.path.node) || t.isTSAsExpression(site.path.node)) {
      const inner = child(site, key);
      if (inner !== null) return isSame(inner, expression);
    }
  return false;
}

/** Of a wrapper's call or element. */
export function givenAt(call: Site, taken: TakenAt | null): Site | null {
  if (taken === null) return null;
  const given = children(call, 'arguments')[taken.index] ?? null;
  if (taken.member === null || given === null) return given;
  // A declared flag is passed as it is, and only its key is read.
  if (!isSite(given, 'ObjectExpression')) return taken.member === 'key' ? given : null;
  const property = children(given, 'properties').find((one) => {
    const key = child(one, 'key');
    return key !== null && nameOfKey(key.path.node) === taken.member;
  });
  return property === undefined ? null : child(property, 'value');
}

/** The value of an attribute of an element. */
export function attributeOf(element: Site<t.JSXElement>, name: string): Site | null {
  const opening = child(element, 'openingElement');
  const attributes = opening === null ? [] : children(opening, 'attributes');
  const found = attributes.find(({ path: { node } }) => node.type === 'JSXAttribute' && node.name.name === name);
  return found === undefined ? null : child(found, 'value');
}
