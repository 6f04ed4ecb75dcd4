import * as t from '@babel/types';
import { exportsOf, memberOfThing } from './sdk.ts';
import {
  at,
  child,
  children,
  type Evaluator,
  isSite,
  onlyText,
  type Site,
  UNKNOWN,
  union,
  type Value,
} from './values.ts';

/** What `value.name` is. */
export function memberOf(evaluator: Evaluator, value: Value, name: string): Value {
  switch (value.kind) {
    case 'thing':
      return memberOfAThing(value, name);
    case 'object':
      return evaluator.once(`member ${name}`, value.at.path.node, () => memberOfObject(evaluator, value.at, name));
    case 'class':
    case 'instance':
      return evaluator.once(`member ${name}`, value.at.path.node, () => memberOfClass(evaluator, value.at, name));
    case 'enum':
      return memberOfEnum(evaluator, value.at, name);
    case 'type':
      return memberOfTyped(evaluator, value, name);
    case 'module':
      return evaluator.exportOf(value.file, name);
    case 'outside':
      return memberOfPackage(value, name);
    case 'parameter':
      return value.member === null ? { ...value, member: name } : UNKNOWN;
    case 'flag':
      return name === 'key' ? value.key : UNKNOWN;
    case 'array': {
      const element = children(value.at, 'elements')[Number(name)];
      return element === undefined ? UNKNOWN : evaluator.valueOf(element);
    }
    case 'unknown':
      return { kind: 'unknown', name };
    case 'texts':
    case 'function':
    case 'list':
      return UNKNOWN;
    default:
      return value satisfies never;
  }
}

function memberOfPackage(value: Extract<Value, { kind: 'outside' }>, name: string): Value {
  const ours = exportsOf(value.package);
  if (value.name === null && ours !== null && Object.hasOwn(ours, name)) {
    const thing = ours[name];
    if (thing !== undefined) return { kind: 'thing', thing };
  }
  // What CommonJS makes of a module has it as its `default`.
  if (value.name === null && name === 'default') return value;
  return { ...value, name: value.name === null ? name : `${value.name}.${name}` };
}

function memberOfAThing({ thing }: Extract<Value, { kind: 'thing' }>, name: string): Value {
  const member = memberOfThing(thing, name);
  return member === null ? UNKNOWN : { kind: 'thing', thing: member };
}

/** The name of a property, a method, a member; null where it is computed. */
export function nameOf(evaluator: Evaluator, site: Site, key = 'key'): string | null {
  const { node } = site.path;
  const name = child(site, key);
  if (name === null) return null;
  if (!('computed' in node) || node.computed !== true) {
    if (isSite(name, 'Identifier')) return name.path.node.name;
    if (isSite(name, 'PrivateName')) return `#${name.path.node.id.name}`;
    if (isSite(name, 'NumericLiteral')) return String(name.path.node.value);
  }
  return onlyText(evaluator.valueOf(name));
}

export function memberOfObject(evaluator: Evaluator, site: Site<t.ObjectExpression>, name: string): Value {
  for (const property of children(site, 'properties').toReversed()) {
    if (isSite(property, 'SpreadElement')) {
      const spread = child(property, 'argument');
      const found = spread === null ? UNKNOWN : evaluator.memberOf(evaluator.valueOf(spread), name);
      if (found.kind !== 'unknown') return found;
    } else if (nameOf(evaluator, property) === name) return valueOfProperty(evaluator, property);
  }
  return UNKNOWN;
}

function valueOfProperty(evaluator: Evaluator, property: Site): Value {
  if (isSite(property, 'ObjectMethod')) return methodValue(evaluator, property, property.path.node.kind);
  const value = child(property, 'value');
  return value === null ? UNKNOWN : evaluator.valueOf(value);
}

const methodValue = (evaluator: Evaluator, site: Site<t.Function>, kind: string): Value =>
  kind === 'get' ? evaluator.returnOf(site) : { kind: 'function', at: site };

/** The values of all members that an object is written with. */
export function allMembers(evaluator: Evaluator, value: Value): Value {
  if (value.kind === 'enum') return union(children(value.at, 'members').map((one) => valueOfMember(evaluator, one)));
  if (value.kind !== 'object') return UNKNOWN;
  return evaluator.once('members', value.at.path.node, () =>
    union(
      children(value.at, 'properties').map((property) => {
        if (!isSite(property, 'SpreadElement')) return valueOfProperty(evaluator, property);
        const spread = child(property, 'argument');
        return spread === null ? UNKNOWN : allMembers(evaluator, evaluator.valueOf(spread));
      }),
    ),
  );
}

/** The names of all members that an object is written with. */
export function allNames(evaluator: Evaluator, value: Value): Value {
  if (value.kind !== 'object') return UNKNOWN;
  return union(
    children(value.at, 'properties').map((property): Value => {
      const key = child(property, 'key');
      const name = key === null ? null : nameOf(evaluator, property);
      if (key === null || name === null) return UNKNOWN;
      return { kind: 'texts', texts: [{ text: name, written: [key] }], isComplete: true };
    }),
  );
}

function memberOfEnum(evaluator: Evaluator, site: Site<t.TSEnumDeclaration>, name: string): Value {
  const member = children(site, 'members').find((one) => {
    const id = (one.path.node as t.TSEnumMember).id;
    return (id.type === 'Identifier' ? id.name : id.value) === name;
  });
  return member === undefined ? UNKNOWN : valueOfMember(evaluator, member);
}

function valueOfMember(evaluator: Evaluator, member: Site): Value {
  const written = child(member, 'initializer');
  return written === null ? UNKNOWN : evaluator.valueOf(written);
}

function memberOfTyped(
  evaluator: Evaluator,
  { at: site, passed }: Extract<Value, { kind: 'type' }>,
  name: string,
): Value {
  const found = memberOfType(evaluator, site, name);
  return found.kind === 'unknown' && passed !== undefined ? evaluator.memberOf(passed, name) : found;
}

function memberOfType(evaluator: Evaluator, site: Site<t.TSTypeLiteral | t.TSInterfaceBody>, name: string): Value {
  const list = site.path.node.type === 'TSTypeLiteral' ? 'members' : 'body';
  const member = children(site, list).find((one) => {
    const { node } = one.path;
    return node.type === 'TSPropertySignature' && node.key.type === 'Identifier' && node.key.name === name;
  });
  return member === undefined ? UNKNOWN : typeAnnotated(evaluator, member);
}

/** By the type that is written behind it. */
export function typeAnnotated(evaluator: Evaluator, site: Site): Value {
  const annotation = child(site, 'typeAnnotation');
  const type = annotation === null ? null : child(annotation, 'typeAnnotation');
  return type === null || !isSite(type, t.isTSType) ? UNKNOWN : evaluator.valueOfType(type);
}

function memberOfClass(evaluator: Evaluator, site: Site<t.Class>, name: string): Value {
  const body = child(site, 'body');
  const members = body === null ? [] : children(body, 'body');
  const written = members.flatMap((member) => writtenIn(evaluator, member, name));
  const known = union([...written, ...assignedToThis(evaluator, site, name)]);
  if (known.kind !== 'unknown') return known;
  const parent = child(site, 'superClass');
  const above = parent === null ? UNKNOWN : evaluator.valueOf(parent);
  return above.kind === 'class' && above.at.path.node !== site.path.node
    ? evaluator.memberOf(above, name)
    : { kind: 'unknown', name };
}

function writtenIn(evaluator: Evaluator, member: Site, name: string): readonly Value[] {
  const isNamedSo = nameOf(evaluator, member) === name;
  if (!isSite(member, 'ClassMethod') && !isSite(member, 'ClassPrivateMethod'))
    return isNamedSo ? [valueOfField(evaluator, member)] : [];
  if (isNamedSo) return [methodValue(evaluator, member, member.path.node.kind)];
  return member.path.node.kind === 'constructor' ? parameterProperties(evaluator, member, name) : [];
}

function valueOfField(evaluator: Evaluator, member: Site): Value {
  const written = child(member, 'value');
  const value = written === null ? UNKNOWN : evaluator.valueOf(written);
  return value.kind === 'unknown' ? typeAnnotated(evaluator, member) : value;
}

/** `constructor(private readonly flags: FlagsClient)` */
function parameterProperties(evaluator: Evaluator, method: Site, name: string): readonly Value[] {
  return children(method, 'params').flatMap((param) => {
    const inner = isSite(param, 'TSParameterProperty') ? child(param, 'parameter') : null;
    if (inner === null || !isSite(inner, 'Identifier') || inner.path.node.name !== name) return [];
    return [typeAnnotated(evaluator, inner)];
  });
}

const isOfThis = (node: t.Node): boolean => t.isMemberExpression(node) && node.object.type === 'ThisExpression';

/** `this.flags = createClient()`, wherever in the class. */
function assignedToThis(evaluator: Evaluator, site: Site<t.Class>, name: string): readonly Value[] {
  const { start, end } = site.path.node as { start: number; end: number };
  const assignments = evaluator.project.code(site.file)?.scopes.assignments ?? [];
  return assignments.flatMap((path) => {
    const { node } = path;
    if ((node.start as number) < start || (node.end as number) > end || !isOfThis(node.left)) return [];
    const [left, right] = [child(at(site, path), 'left'), child(at(site, path), 'right')];
    if (left === null || right === null || nameOf(evaluator, left, 'property') !== name) return [];
    return [evaluator.valueOf(right)];
  });
}
