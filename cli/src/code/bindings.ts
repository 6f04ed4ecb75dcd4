import * as t from '@babel/types';
import { moduleValue, wordOf } from './exports.ts';
import { nameOf, typeAnnotated } from './members.ts';
import { innerList, type Path } from './path.ts';
import type { Binding } from './scopes.ts';
import { at, child, children, type Evaluator, isSite, type Site, UNKNOWN, union, type Value } from './values.ts';

/** What a name means that a scope knows. */
export function valueOfBinding(evaluator: Evaluator, file: string, binding: Binding): Value {
  const site: Site = { file, path: binding.path };
  const { node } = binding.path;
  switch (node.type) {
    case 'ImportSpecifier':
    case 'ImportDefaultSpecifier':
    case 'ImportNamespaceSpecifier':
      return imported(evaluator, site, node);
    case 'TSImportEqualsDeclaration':
      return node.moduleReference.type === 'TSExternalModuleReference'
        ? moduleValue(evaluator, file, node.moduleReference.expression.value)
        : UNKNOWN;
    case 'FunctionDeclaration':
      return { kind: 'function', at: { file, path: binding.path as Path<t.FunctionDeclaration> } };
    case 'ClassDeclaration':
    case 'ClassExpression':
      return { kind: 'class', at: { file, path: binding.path as Path<t.Class> } };
    case 'FunctionExpression':
      return { kind: 'function', at: { file, path: binding.path as Path<t.FunctionExpression> } };
    case 'VariableDeclarator':
      return union([...declared(evaluator, site, binding), ...assigned(evaluator, file, binding)]);
    default:
      return binding.kind === 'param' ? passed(evaluator, site, binding) : UNKNOWN;
  }
}

function imported(
  evaluator: Evaluator,
  site: Site,
  node: t.ImportSpecifier | t.ImportDefaultSpecifier | t.ImportNamespaceSpecifier,
): Value {
  const declaration = site.path.parentPath?.node as t.ImportDeclaration;
  const module = moduleValue(evaluator, site.file, declaration.source.value);
  if (node.type === 'ImportNamespaceSpecifier') return module;
  return evaluator.memberOf(module, node.type === 'ImportSpecifier' ? wordOf(node.imported) : 'default');
}

function declared(evaluator: Evaluator, site: Site, binding: Binding): readonly Value[] {
  const id = child(site, 'id');
  const init = child(site, 'init');
  if (id === null) return [];
  const given = init === null ? iterated(evaluator, site) : [evaluator.valueOf(init)];
  const found = given.flatMap((value) => inPattern(evaluator, id, value, binding.identifier) ?? []);
  if (found.some(({ kind }) => kind !== 'unknown' && kind !== 'outside')) return found;
  const typed = typeAnnotated(evaluator, at(site, identifierPath(id, binding)));
  return typed.kind === 'unknown' ? found : [typed];
}

function identifierPath(id: Site, binding: Binding): Site['path'] {
  return id.path.node === binding.identifier ? id.path : binding.path;
}

/** `for (const key of KEYS)` */
function iterated(evaluator: Evaluator, site: Site): readonly Value[] {
  const loop = site.path.parentPath?.parentPath;
  if (loop?.node.type !== 'ForOfStatement' || loop.node.left !== site.path.parentPath?.node) return [];
  const right = child(at(site, loop), 'right');
  return right === null ? [] : [elementOf(evaluator, evaluator.valueOf(right))];
}

/** Any element of a list. */
export function elementOf(evaluator: Evaluator, value: Value): Value {
  if (value.kind === 'list') return value.element;
  if (value.kind !== 'array') return UNKNOWN;
  return evaluator.once('element', value.at.path.node, () =>
    union(
      children(value.at, 'elements').map((element) => {
        const spread = isSite(element, 'SpreadElement') ? child(element, 'argument') : null;
        return spread === null ? evaluator.valueOf(element) : elementOf(evaluator, evaluator.valueOf(spread));
      }),
    ),
  );
}

/** What of a value a name in a pattern takes; null where the name is not in it. */
function inPattern(evaluator: Evaluator, pattern: Site, value: Value, name: t.Identifier): Value | null {
  if (pattern.path.node === name) return value;
  if (isSite(pattern, 'AssignmentPattern')) return withDefault(evaluator, pattern, value, name);
  for (const property of isSite(pattern, 'ObjectPattern') ? children(pattern, 'properties') : []) {
    const found = inProperty(evaluator, property, value, name);
    if (found !== null) return found;
  }
  return isSite(pattern, 'ArrayPattern') ? inList(evaluator, pattern, value, name) : null;
}

function inList(evaluator: Evaluator, pattern: Site<t.ArrayPattern>, value: Value, name: t.Identifier): Value | null {
  for (const [index, element] of innerList(pattern.path, 'elements').entries()) {
    if (element === null) continue;
    const place = at(pattern, element);
    const found = inPattern(evaluator, place, evaluator.memberOf(value, String(index)), name);
    if (found !== null) return found;
  }
  return null;
}

function inProperty(evaluator: Evaluator, property: Site, value: Value, name: t.Identifier): Value | null {
  const target = child(property, 'value');
  if (target === null) return null;
  const key = nameOf(evaluator, property);
  return inPattern(evaluator, target, key === null ? UNKNOWN : evaluator.memberOf(value, key), name);
}

function withDefault(evaluator: Evaluator, pattern: Site, value: Value, name: t.Identifier): Value | null {
  const left = child(pattern, 'left');
  const found = left === null ? null : inPattern(evaluator, left, value, name);
  if (found === null || found.kind !== 'unknown') return found;
  const given = child(pattern, 'right');
  return given === null || left?.path.node !== name ? found : evaluator.valueOf(given);
}

/** `let flags; … flags = createClient()`, and `key = 'a'`. */
function assigned(evaluator: Evaluator, file: string, binding: Binding): readonly Value[] {
  return binding.changes.flatMap((path) => {
    if (path.node.type !== 'AssignmentExpression') return [UNKNOWN];
    if (path.node.operator !== '=' && !path.node.operator.endsWith('?=') && path.node.operator !== '||=')
      return [UNKNOWN];
    const site: Site = { file, path };
    const [left, right] = [child(site, 'left'), child(site, 'right')];
    if (left === null || right === null) return [UNKNOWN];
    return [inPattern(evaluator, left, evaluator.valueOf(right), left.path.node as t.Identifier) ?? UNKNOWN];
  });
}

/** By what the parameter's function is called with, as far as it shows. */
function passed(evaluator: Evaluator, site: Site, binding: Binding): Value {
  const of: Site = { file: site.file, path: binding.owner };
  if (!isSite(of, t.isFunction)) return UNKNOWN;
  const params = children(of, 'params');
  const index = params.findIndex((param) => param.path.node === site.path.node);
  const param = params[index];
  if (param === undefined) return UNKNOWN;
  const typed = typedParameter(evaluator, param);
  const whole = withGiven(typed, () => given(evaluator, of, index));
  const inner = isSite(param, 'TSParameterProperty') ? (child(param, 'parameter') ?? param) : param;
  return inPattern(evaluator, inner, whole, binding.identifier) ?? UNKNOWN;
}

/** A type says what members are, and not which one of them is a key. */
function withGiven(typed: Value, find: () => Value): Value {
  if (typed.kind === 'type') return { ...typed, passed: find() };
  return typed.kind === 'unknown' ? find() : typed;
}

function typedParameter(evaluator: Evaluator, param: Site): Value {
  const inner = isSite(param, 'TSParameterProperty') ? child(param, 'parameter') : param;
  const named = inner !== null && isSite(inner, 'AssignmentPattern') ? child(inner, 'left') : inner;
  return named === null ? UNKNOWN : typeAnnotated(evaluator, named);
}

const CALLS_EACH = /^(map|forEach|filter|some|every|find|findIndex|findLast|flatMap)$/;

/** What a function gets from what it is passed to: `KEYS.map((key) => …)`, `runWithContext(context, (scope) => …)`. */
function given(evaluator: Evaluator, of: Site<t.Function>, index: number): Value {
  const parameter: Value = { kind: 'parameter', of, index, member: null };
  const call = of.path.parentPath;
  if (call === null || index !== 0) return parameter;
  if (call.node.type !== 'CallExpression' && call.node.type !== 'OptionalCallExpression') return parameter;
  const site: Site = { file: of.file, path: call };
  const position = call.node.arguments.indexOf(of.path.node as t.Expression);
  const callee = child(site, 'callee');
  if (callee === null || position < 0) return parameter;
  const value = evaluator.valueOf(callee);
  if (value.kind === 'thing' && value.thing.is === 'maker')
    return value.thing.gives?.argument === position ? { kind: 'thing', thing: value.thing.gives.thing } : parameter;
  if (position !== 0 || !isSite(callee, isMember)) return parameter;
  const name = nameOf(evaluator, callee, 'property');
  const list = child(callee, 'object');
  if (name === null || list === null || !CALLS_EACH.test(name)) return parameter;
  const element = elementOf(evaluator, evaluator.valueOf(list));
  return element.kind === 'unknown' ? parameter : element;
}

export const isMember = (node: t.Node | null | undefined): node is t.MemberExpression | t.OptionalMemberExpression =>
  t.isMemberExpression(node) || t.isOptionalMemberExpression(node);
