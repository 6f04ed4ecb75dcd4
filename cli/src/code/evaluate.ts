import * as t from '@babel/types';
import { isMember, valueOfBinding } from './bindings.ts';
import { isCall, valueOfCall, valueOfMemberAt, valueOfReturns } from './calls.ts';
import { exportOf, type Surface, surfaceOf } from './exports.ts';
import { memberOf } from './members.ts';
import type { CodeProject } from './project.ts';
import {
  argumentOf,
  at,
  child,
  children,
  type Evaluator,
  isSite,
  joined,
  type Site,
  textAt,
  UNKNOWN,
  union,
  type Value,
} from './values.ts';

/** Deeper than this nobody names a flag. */
const MOST_DEEP = 40;

/** Finds out what expressions mean, across the files of a project; each place once. */
export function openEvaluator(project: CodeProject): Evaluator {
  const memories = new Map<string, Map<t.Node, Value>>();
  const surfaces = new Map<string, Surface | null>();
  let depth = 0;

  const once: Evaluator['once'] = (what, node, find) => {
    const memory = memories.get(what) ?? new Map<t.Node, Value>();
    memories.set(what, memory);
    const before = memory.get(node);
    if (before !== undefined) return before;
    if (depth >= MOST_DEEP) return UNKNOWN;
    memory.set(node, UNKNOWN);
    depth += 1;
    try {
      const value = find();
      memory.set(node, value);
      return value;
    } finally {
      depth -= 1;
    }
  };

  const surfaceIn = (file: string): { readonly program: Site<t.Program>; readonly surface: Surface } | null => {
    const code = project.code(file);
    if (code === null) return null;
    const program: Site<t.Program> = { file, path: code.program };
    const surface = surfaces.get(file) ?? surfaceOf(program, code.scopes.assignments);
    surfaces.set(file, surface);
    return { program, surface };
  };

  const evaluator: Evaluator = {
    project,
    once,
    valueOf: (site) => once('value', site.path.node, () => valueAt(evaluator, site)),
    returnOf: (site) => once('answer', site.path.node, () => valueOfReturns(evaluator, site)),
    memberOf: (value, name) => memberOf(evaluator, value, name),
    exportOf(file, name) {
      const found = surfaceIn(file);
      if (found === null) return UNKNOWN;
      const { program, surface } = found;
      return once(`export ${name}`, program.path.node, () => exportOf(evaluator, program, surface, name));
    },
    bindingOf: (site, name) => project.code(site.file)?.scopes.bindingOf(site.path, name),
    valueOfName(site, name) {
      const binding = evaluator.bindingOf(site, name);
      if (binding !== undefined)
        return once('value', binding.identifier, () => valueOfBinding(evaluator, site.file, binding));
      const declared = surfaceIn(site.file)?.surface.declared.get(name);
      if (declared !== undefined) return evaluator.valueOf(declared);
      return name === 'exports' ? { kind: 'module', file: site.file } : UNKNOWN;
    },
    valueOfType: (site) => once('value', site.path.node, () => typeAt(evaluator, site)),
  };
  return evaluator;
}

/** What TypeScript and people write around an expression, and what it stands for all the same. */
const AROUND: Readonly<Record<string, string>> = {
  TSAsExpression: 'expression',
  TSSatisfiesExpression: 'expression',
  TSNonNullExpression: 'expression',
  TSTypeAssertion: 'expression',
  TSInstantiationExpression: 'expression',
  TypeCastExpression: 'expression',
  ParenthesizedExpression: 'expression',
  JSXExpressionContainer: 'expression',
  ChainExpression: 'expression',
  AwaitExpression: 'argument',
  AssignmentExpression: 'right',
};

function valueAt(evaluator: Evaluator, site: Site): Value {
  const { node } = site.path;
  const inner = AROUND[node.type];
  if (inner !== undefined) return valueOfChild(evaluator, site, inner);
  if (isSite(site, isCall)) return valueOfCall(evaluator, site);
  if (isSite(site, isMember)) return isModuleExports(site) ? wholeModule(site) : valueOfMemberAt(evaluator, site);
  switch (node.type) {
    case 'StringLiteral':
      return textAt(site, node.value);
    case 'JSXText':
      return UNKNOWN;
    case 'Identifier':
    case 'JSXIdentifier':
      return evaluator.valueOfName(site, node.name);
    case 'JSXMemberExpression': {
      const object = child(site, 'object');
      return object === null ? UNKNOWN : evaluator.memberOf(evaluator.valueOf(object), node.property.name);
    }
    case 'TemplateLiteral':
      return template(evaluator, site, node);
    case 'BinaryExpression':
      return node.operator === '+'
        ? joined([valueOfChild(evaluator, site, 'left'), valueOfChild(evaluator, site, 'right')])
        : UNKNOWN;
    case 'ConditionalExpression':
      return union([valueOfChild(evaluator, site, 'consequent'), valueOfChild(evaluator, site, 'alternate')]);
    case 'LogicalExpression':
      return union([valueOfChild(evaluator, site, 'left'), valueOfChild(evaluator, site, 'right')]);
    case 'SequenceExpression': {
      const last = children(site, 'expressions').at(-1);
      return last === undefined ? UNKNOWN : evaluator.valueOf(last);
    }
    default:
      return declaredAt(evaluator, site);
  }
}

function valueOfChild(evaluator: Evaluator, site: Site, key: string): Value {
  const inner = child(site, key);
  return inner === null ? UNKNOWN : evaluator.valueOf(inner);
}

function declaredAt(evaluator: Evaluator, site: Site): Value {
  if (isSite(site, t.isFunction)) return { kind: 'function', at: site };
  if (isSite(site, 'ObjectExpression')) return { kind: 'object', at: site };
  if (isSite(site, 'ArrayExpression')) return { kind: 'array', at: site };
  if (isSite(site, t.isClass)) return { kind: 'class', at: site };
  if (isSite(site, 'TSEnumDeclaration')) return { kind: 'enum', at: site };
  return isSite(site, 'NewExpression') ? made(evaluator, site) : typeDeclaredAt(evaluator, site);
}

function typeDeclaredAt(evaluator: Evaluator, site: Site): Value {
  if (isSite(site, 'TSInterfaceBody') || isSite(site, 'TSTypeLiteral')) return { kind: 'type', at: site };
  if (isSite(site, 'TSInterfaceDeclaration')) return valueOfChild(evaluator, site, 'body');
  const type = isSite(site, 'TSTypeAliasDeclaration') ? child(site, 'typeAnnotation') : null;
  return type !== null && isSite(type, t.isTSType) ? evaluator.valueOfType(type) : UNKNOWN;
}

function made(evaluator: Evaluator, site: Site<t.NewExpression>): Value {
  const of = valueOfChild(evaluator, site, 'callee');
  if (of.kind === 'class') return { kind: 'instance', at: of.at };
  const list = argumentOf(site, 0);
  const isSet = t.isIdentifier(site.path.node.callee, { name: 'Set' });
  return isSet && list !== null ? evaluator.valueOf(list) : UNKNOWN;
}

function template(evaluator: Evaluator, site: Site, node: t.TemplateLiteral): Value {
  const expressions = children(site, 'expressions');
  return joined(
    node.quasis.flatMap((quasi, index) => {
      const text = textAt(site, quasi.value.cooked ?? quasi.value.raw);
      const expression = expressions[index];
      return expression === undefined ? [text] : [text, evaluator.valueOf(expression)];
    }),
  );
}

const isModuleExports = ({ path: { node } }: Site<t.MemberExpression | t.OptionalMemberExpression>): boolean =>
  t.isIdentifier(node.object, { name: 'module' }) && t.isIdentifier(node.property, { name: 'exports' });

const wholeModule = ({ file }: Site): Value => ({ kind: 'module', file });

function typeAt(evaluator: Evaluator, site: Site): Value {
  if (isSite(site, 'TSTypeLiteral')) return { kind: 'type', at: site };
  if (isSite(site, 'TSUnionType') || isSite(site, 'TSIntersectionType'))
    return union(
      children(site, 'types').map((type) => (isSite(type, t.isTSType) ? evaluator.valueOfType(type) : UNKNOWN)),
    );
  if (isSite(site, 'TSTypeQuery')) return named(evaluator, site, site.path.node.exprName);
  if (!isSite(site, 'TSTypeReference')) return UNKNOWN;
  const { typeName } = site.path.node;
  if (
    t.isIdentifier(typeName) &&
    /^(ReturnType|Readonly|Awaited|NonNullable|Partial|Pick|Omit|Ref)$/.test(typeName.name)
  )
    return argumentOfType(evaluator, site, typeName.name);
  const value = named(evaluator, site, typeName);
  return value.kind === 'class' ? { kind: 'instance', at: value.at } : value;
}

function argumentOfType(evaluator: Evaluator, site: Site, name: string): Value {
  const list = child(site, 'typeParameters');
  const first = list === null ? undefined : children(list, 'params')[0];
  if (first === undefined || !isSite(first, t.isTSType)) return UNKNOWN;
  const value = evaluator.valueOfType(first);
  if (name !== 'ReturnType') return value;
  if (value.kind === 'function') return evaluator.returnOf(value.at);
  return value.kind === 'thing' && value.thing.is === 'maker' ? { kind: 'thing', thing: value.thing.makes } : UNKNOWN;
}

function named(evaluator: Evaluator, site: Site, name: t.Node): Value {
  if (name.type === 'Identifier') return evaluator.valueOfName(site, name.name);
  if (name.type !== 'TSQualifiedName') return UNKNOWN;
  return evaluator.memberOf(named(evaluator, site, name.left), name.right.name);
}

/** The place of the same expression without what is written around it. */
export function bare(site: Site): Site {
  const inner = AROUND[site.path.node.type];
  const next = inner === undefined ? null : child(site, inner);
  return next === null ? site : bare(at(site, next.path));
}
