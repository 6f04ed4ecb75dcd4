import * as t from '@babel/types';
import { elementOf, isMember } from './bindings.ts';
import { moduleValue } from './exports.ts';
import { allMembers, allNames, memberOfObject, nameOf } from './members.ts';
import { around, within } from './path.ts';
import type { Thing } from './sdk.ts';
import {
  argumentOf,
  at,
  child,
  children,
  type Evaluator,
  isSite,
  joined,
  onlyText,
  type Site,
  UNKNOWN,
  union,
  type Value,
} from './values.ts';

export const isCall = (node: t.Node | null | undefined): node is t.CallExpression | t.OptionalCallExpression =>
  node?.type === 'CallExpression' || node?.type === 'OptionalCallExpression';

/** What a call answers. */
export function valueOfCall(evaluator: Evaluator, call: Site<t.CallExpression | t.OptionalCallExpression>): Value {
  const callee = child(call, 'callee');
  if (callee === null) return UNKNOWN;
  const required = requiredBy(evaluator, call, callee);
  if (required !== null) return required;
  const value = evaluator.valueOf(callee);
  switch (value.kind) {
    case 'thing':
      return answerOfThing(evaluator, call, value.thing);
    case 'function':
      return answerOf(evaluator, call, value.at);
    default:
      return isSite(callee, isMember) ? answerOfMember(evaluator, call, callee) : answerOfName(evaluator, call, callee);
  }
}

/** `require('x')` and `import('x')`. */
function requiredBy(evaluator: Evaluator, call: Site, callee: Site): Value | null {
  const { node } = callee.path;
  const isRequire = t.isIdentifier(node, { name: 'require' }) && evaluator.bindingOf(callee, 'require') === undefined;
  const source = isRequire || t.isImport(node) ? argumentOf(call, 0) : null;
  const name = source === null ? null : onlyText(evaluator.valueOf(source));
  return name === null ? null : moduleValue(evaluator, call.file, name);
}

function answerOfThing(evaluator: Evaluator, call: Site, thing: Thing): Value {
  if (thing.is === 'maker') return { kind: 'thing', thing: thing.makes };
  if (thing.is !== 'call' || thing.call.kind !== 'declaration' || !isSite(call, 'CallExpression')) return UNKNOWN;
  const key = argumentOf(call, 0);
  const options = argumentOf(call, 1);
  return {
    kind: 'flag',
    key: key === null ? UNKNOWN : evaluator.valueOf(key),
    fallback: options === null ? null : propertyOf(evaluator, options, 'fallback'),
    at: call,
  };
}

/** Where the value of a property is written. */
export function propertyOf(evaluator: Evaluator, site: Site, name: string): Site | null {
  if (!isSite(site, 'ObjectExpression')) return null;
  const property = children(site, 'properties').find((one) => nameOf(evaluator, one) === name);
  return property === undefined ? null : child(property, 'value');
}

/** Of a function of ours; a parameter that it answers is what is passed. */
function answerOf(evaluator: Evaluator, call: Site, of: Site<t.Function>): Value {
  const answer = evaluator.returnOf(of);
  if (answer.kind !== 'parameter' || answer.of.path.node !== of.path.node) return answer;
  const given = argumentOf(call, answer.index);
  const value = given === null ? UNKNOWN : evaluator.valueOf(given);
  return answer.member === null ? value : evaluator.memberOf(value, answer.member);
}

/** Such as bundlers and compilers write around modules. */
const INTEROP = /^_*(import(Default|Star)|interop\w*|toESM|toCommonJS)$/;
/** They answer what they are given, or what that answers. */
export const PASSES_ON = /^(useCallback|memo|forwardRef|cache|memoize|once|observer|readonly|markRaw|shallowRef)$/;

function answerOfName(evaluator: Evaluator, call: Site, callee: Site): Value {
  const name = t.isIdentifier(callee.path.node) ? callee.path.node.name : null;
  const given = argumentOf(call, 0);
  if (name === null || given === null) return UNKNOWN;
  if (INTEROP.test(name) || PASSES_ON.test(name)) return evaluator.valueOf(given);
  return name === 'useMemo' ? answerOfArgument(evaluator, given) : UNKNOWN;
}

function answerOfArgument(evaluator: Evaluator, given: Site): Value {
  const value = evaluator.valueOf(given);
  return value.kind === 'function' ? evaluator.returnOf(value.at) : UNKNOWN;
}

function answerOfMember(
  evaluator: Evaluator,
  call: Site,
  callee: Site<t.MemberExpression | t.OptionalMemberExpression>,
): Value {
  const object = child(callee, 'object');
  const name = nameOf(evaluator, callee, 'property');
  if (object === null || name === null) return UNKNOWN;
  const given = argumentOf(call, 0);
  if (name === 'bind') return evaluator.valueOf(object);
  if (t.isIdentifier(object.path.node, { name: 'Object' }) && given !== null)
    return answerOfObject(evaluator, name, evaluator.valueOf(given));
  if (given !== null && (INTEROP.test(name) || PASSES_ON.test(name))) return evaluator.valueOf(given);
  if (name === 'useMemo' && given !== null) return answerOfArgument(evaluator, given);
  return answerOfText(evaluator, call, name, evaluator.valueOf(object));
}

function answerOfObject(evaluator: Evaluator, name: string, given: Value): Value {
  if (/^(freeze|seal|preventExtensions|assign)$/.test(name)) return given;
  if (name === 'values') return { kind: 'list', element: allMembers(evaluator, given) };
  return name === 'keys' ? { kind: 'list', element: allNames(evaluator, given) } : UNKNOWN;
}

function answerOfText(evaluator: Evaluator, call: Site, name: string, value: Value): Value {
  if (name === 'concat') return joined([value, ...children(call, 'arguments').map((one) => evaluator.valueOf(one))]);
  if (name === 'toString' || name === 'valueOf' || name === 'trim') return value.kind === 'texts' ? value : UNKNOWN;
  if (value.kind !== 'array') return UNKNOWN;
  if (name === 'filter' || name === 'slice' || name === 'toSorted') return value;
  const given = argumentOf(call, 0);
  if (name !== 'join' || given === null) return UNKNOWN;
  const between = evaluator.valueOf(given);
  const parts = children(value.at, 'elements').map((one) => evaluator.valueOf(one));
  return joined(parts.flatMap((part, index) => (index === 0 ? [part] : [between, part])));
}

/** What a function answers: all that it may. */
export function valueOfReturns(evaluator: Evaluator, of: Site<t.Function>): Value {
  const body = child(of, 'body');
  if (body === null) return UNKNOWN;
  if (!t.isBlockStatement(body.path.node)) return evaluator.valueOf(body);
  const found: Value[] = [];
  within(body.path, (node, pathOf) => {
    if (t.isFunction(node)) return 'past';
    if (node.type !== 'ReturnStatement') return undefined;
    const value = child(at(of, pathOf()), 'argument');
    found.push(value === null ? UNKNOWN : evaluator.valueOf(value));
    return undefined;
  });
  return union(found);
}

/** What is at `object[name]`; with another name each time, any of its texts. */
export function valueOfMemberAt(
  evaluator: Evaluator,
  site: Site<t.MemberExpression | t.OptionalMemberExpression>,
): Value {
  const object = child(site, 'object');
  if (object === null) return UNKNOWN;
  if (isSite(object, 'ThisExpression')) return memberOfThis(evaluator, object, nameOf(evaluator, site, 'property'));
  const value = evaluator.valueOf(object);
  const name = nameOf(evaluator, site, 'property');
  if (name !== null) return evaluator.memberOf(value, name);
  return valueOfAny(evaluator, value);
}

function valueOfAny(evaluator: Evaluator, value: Value): Value {
  if (value.kind === 'array' || value.kind === 'list') return elementOf(evaluator, value);
  const any = value.kind === 'object' || value.kind === 'enum' ? allMembers(evaluator, value) : UNKNOWN;
  return any.kind === 'texts' ? any : UNKNOWN;
}

const HAS_THIS = /^(ObjectMethod|FunctionDeclaration|FunctionExpression)$/;

function memberOfThis(evaluator: Evaluator, site: Site, name: string | null): Value {
  if (name === null) return UNKNOWN;
  const owner = around(site.path, ({ node }) => t.isClass(node) || HAS_THIS.test(node.type));
  if (owner === null) return UNKNOWN;
  const whose = at(site, owner);
  if (isSite(whose, t.isClass)) return evaluator.memberOf({ kind: 'instance', at: whose }, name);
  const object = around(owner, ({ node }) => node.type === 'ObjectExpression' || t.isFunction(node));
  const holder = object === null ? null : at(site, object);
  return holder !== null && isSite(holder, 'ObjectExpression') ? memberOfObject(evaluator, holder, name) : UNKNOWN;
}
