import type { NodePath } from '@babel/traverse';
import type * as t from '@babel/types';
import type { Json } from '@glidepath/core';
import type { Edit } from './draft.ts';
import { shownElement } from './fold-jsx.ts';
import { constantOf, knownOf } from './markers.ts';
import { spanOf } from './places.ts';
import { isBoolean } from './purity.ts';
import { type Bench, splice } from './splice.ts';

/** What becomes of a node where something in it is settled; null where nothing does. */
export type Rule = (path: NodePath, bench: Bench) => readonly Edit[] | null;

const logical: Rule = (path, bench) => {
  const node = path.node as t.LogicalExpression;
  const left = knownOf(node.left, bench.markers);
  if (left !== null) {
    const goesOn = takesRight(node.operator, left.value);
    const shown = goesOn && left.before.length === 0 ? shownElement(path, node.right, bench.text) : null;
    return shown ?? splice(path, { kept: goesOn ? node.right : { value: left.value }, before: left.before }, bench);
  }
  return settledRight(path as NodePath<t.LogicalExpression>, bench);
};

/** `a && true`, where what is known stands behind. */
function settledRight(path: NodePath<t.LogicalExpression>, bench: Bench): readonly Edit[] | null {
  const { node } = path;
  const right = knownOf(node.right, bench.markers);
  if (right === null || right.before.length > 0 || node.operator === '??') return null;
  const passes = (node.operator === '&&') === Boolean(right.value);
  const isTest = isTested(path);
  const isPlain = isTest || (typeof right.value === 'boolean' && isBoolean(node.left));
  // In `a && true && b` only whether `a` is true counts, and what it is where it is not.
  if (passes) return isPlain || leadsOn(path) ? splice(path, { kept: node.left }, bench) : null;
  if (!isPlain) return null;
  const value = isTest ? Boolean(right.value) : right.value;
  const before = bench.purity.isPure(node.left, path.scope) ? [] : [node.left];
  return splice(path, { kept: { value }, before }, bench);
}

const leadsOn = ({ node, parent, key }: NodePath): boolean =>
  parent.type === 'LogicalExpression' && key === 'left' && parent.operator === (node as t.LogicalExpression).operator;

function takesRight(operator: t.LogicalExpression['operator'], left: Json): boolean {
  if (operator === '??') return left === null;
  return (operator === '&&') === Boolean(left);
}

/** Whether only that counts of an expression, whether it is true. */
function isTested(path: NodePath): boolean {
  const { parent, key } = path;
  switch (parent.type) {
    case 'IfStatement':
    case 'ConditionalExpression':
    case 'WhileStatement':
    case 'DoWhileStatement':
    case 'ForStatement':
      return key === 'test';
    case 'UnaryExpression':
      return parent.operator === '!';
    case 'LogicalExpression':
      return parent.operator !== '??' && path.parentPath !== null && isTested(path.parentPath);
    default:
      return false;
  }
}

const conditional: Rule = (path, bench) => {
  const { test, consequent, alternate } = path.node as t.ConditionalExpression;
  const known = knownOf(test, bench.markers);
  if (known === null) return null;
  const kept = known.value ? consequent : alternate;
  const shown = known.before.length === 0 ? shownElement(path, kept, bench.text) : null;
  return shown ?? splice(path, { kept, before: known.before }, bench);
};

const unary: Rule = (path, bench) => {
  const { operator, argument } = path.node as t.UnaryExpression;
  const known = knownOf(argument, bench.markers);
  if (known === null) return null;
  const answer = (value: Json) => splice(path, { kept: { value }, before: known.before }, bench);
  if (operator === '!') return answer(!known.value);
  if (operator === 'typeof') return answer(typeof known.value);
  return null;
};

type Simple = string | number | boolean | null | undefined;
const isSimple = (value: unknown): value is Simple => typeof value !== 'object' || value === null;

const COMPARED: Readonly<Record<string, (a: Simple, b: Simple) => boolean>> = {
  '===': (a, b) => a === b,
  '!==': (a, b) => a !== b,
  // biome-ignore lint/suspicious/noDoubleEquals: it stands for just this operator
  '==': (a, b) => a == b,
  // biome-ignore lint/suspicious/noDoubleEquals: it stands for just this operator
  '!=': (a, b) => a != b,
  '<': (a, b) => (a as number) < (b as number),
  '<=': (a, b) => (a as number) <= (b as number),
  '>': (a, b) => (a as number) > (b as number),
  '>=': (a, b) => (a as number) >= (b as number),
};

const binary: Rule = (path, bench) => {
  const { operator, left, right } = path.node as t.BinaryExpression;
  const compare = Object.hasOwn(COMPARED, operator) ? COMPARED[operator] : undefined;
  const known = knownOf(left, bench.markers);
  if (compare === undefined || (known === null && knownOf(right, bench.markers) === null)) return null;
  const [one, other] = [known ?? constantOf(left, bench.markers), comparable(right, path, bench)];
  const first = one ?? comparable(left, path, bench);
  if (first === null || other === null || !isSimple(first.value) || !isSimple(other.value)) return nullish(path, bench);
  return splice(path, { kept: { value: compare(first.value, other.value) }, before: known?.before ?? [] }, bench);
};

/** Lists and objects are not null, and nothing else is known of them. */
function nullish(path: NodePath, bench: Bench): readonly Edit[] | null {
  const { operator, left, right } = path.node as t.BinaryExpression;
  const [one, other] = [constantOf(left, bench.markers), constantOf(right, bench.markers)];
  if (one === null || other === null) return null;
  const isOne = (value: unknown) => value === null || value === undefined;
  if (isSimple(one.value) === isSimple(other.value) || (!isOne(one.value) && !isOne(other.value))) return null;
  return /^[=!]==?$/.test(operator) ? splice(path, { kept: { value: operator.startsWith('!') } }, bench) : null;
}

/** Also members of constants that are written down in the file. */
function comparable(node: t.Node, path: NodePath, bench: Bench): { readonly value: Json | undefined } | null {
  return constantOf(node, bench.markers) ?? memberOf(node, path, bench);
}

type Constant = { readonly value: Json | undefined } | null;

function memberOf(node: t.Node, path: NodePath, bench: Bench): Constant {
  if (node.type === 'Identifier') return declaredConstant(node.name, path, bench);
  if (node.type !== 'MemberExpression' || node.object.type !== 'Identifier' || node.computed) return null;
  const binding = path.scope.getBinding(node.object.name);
  if (node.property.type !== 'Identifier' || binding?.constant !== true) return null;
  const { name } = node.property;
  const declared = binding.path.node;
  if (declared.type === 'TSEnumDeclaration') return memberOfEnum(declared, name, bench);
  return declared.type === 'VariableDeclarator' ? memberOfObject(declared.init, name, bench) : null;
}

function memberOfEnum({ members }: t.TSEnumDeclaration, name: string, bench: Bench): Constant {
  const found = members.find(({ id }) => (id.type === 'Identifier' ? id.name : id.value) === name);
  return found?.initializer ? constantOf(found.initializer, bench.markers) : null;
}

/** Only where it is said to be constant: others may be written to. */
function memberOfObject(init: t.Node | null | undefined, name: string, bench: Bench): Constant {
  if (init?.type !== 'TSAsExpression' || init.expression.type !== 'ObjectExpression') return null;
  const { start, end } = init.typeAnnotation as { start: number; end: number };
  const { properties } = init.expression;
  if (bench.text.slice(start, end) !== 'const' || properties.some(({ type }) => type !== 'ObjectProperty')) return null;
  const found = properties.find(
    (one) => one.type === 'ObjectProperty' && !one.computed && one.key.type === 'Identifier' && one.key.name === name,
  );
  return found?.type === 'ObjectProperty' ? constantOf(found.value, bench.markers) : null;
}

function declaredConstant(name: string, path: NodePath, bench: Bench): { readonly value: Json | undefined } | null {
  const binding = path.scope.getBinding(name);
  if (binding === undefined || binding.kind !== 'const') return null;
  const declared = binding.path.node;
  return declared.type === 'VariableDeclarator' && declared.id.type === 'Identifier'
    ? constantOf(declared.init, bench.markers)
    : null;
}

/** `(a(), (b(), value))`, and what stands in front of a value and does nothing. */
const sequence: Rule = (path, bench) => {
  const { expressions } = path.node as t.SequenceExpression;
  const last = knownOf(expressions.at(-1), bench.markers);
  if (last === null) return null;
  const before = [...expressions.slice(0, -1), ...last.before];
  const needed = before.filter((one) => !bench.purity.isPure(one, path.scope));
  // What is needed stands in parentheses of its own, or among what is not.
  if (needed.length > 0) return null;
  return splice(path, { kept: { value: last.value }, before: needed }, bench);
};

/** Members of settled objects and lists; `.value` of what is none. */
const member: Rule = (path, bench) => {
  const { object, property, computed } = path.node as t.MemberExpression;
  const known = knownOf(object, bench.markers);
  if (known === null || typeof known.value !== 'object' || known.value === null) return null;
  const key = computed
    ? constantOf(property, bench.markers)?.value
    : property.type === 'Identifier'
      ? property.name
      : null;
  if ((typeof key !== 'string' && typeof key !== 'number') || !Object.hasOwn(known.value, key)) return null;
  if (isTarget(path)) return null;
  const value = (known.value as Readonly<Record<string, Json>>)[key] as Json;
  return splice(path, { kept: { value }, before: known.before }, bench);
};

function isTarget({ parent, key }: NodePath): boolean {
  return (
    (parent.type === 'AssignmentExpression' && key === 'left') ||
    parent.type === 'UpdateExpression' ||
    (parent.type === 'UnaryExpression' && parent.operator === 'delete') ||
    ((parent.type === 'CallExpression' || parent.type === 'OptionalCallExpression') && key === 'callee')
  );
}

const call: Rule = (path, bench) => {
  const { callee, arguments: given } = path.node as t.CallExpression;
  if (callee.type !== 'Identifier' || given.length !== 1 || path.scope.getBinding(callee.name) !== undefined)
    return null;
  const known = knownOf(given[0], bench.markers);
  if (known === null) return null;
  const answer = (value: Json) => splice(path, { kept: { value }, before: known.before }, bench);
  if (callee.name === 'Boolean') return answer(Boolean(known.value));
  if (callee.name === 'String' && isSimple(known.value)) return answer(String(known.value));
  return null;
};

/** Nothing waits for what is there already, but for what came of asking a promise. */
const awaited: Rule = (path, bench) => {
  const { argument } = path.node as t.AwaitExpression;
  const known = knownOf(argument, bench.markers);
  return known === null ? null : splice(path, { kept: { value: known.value }, before: known.before }, bench);
};

const template: Rule = (path, bench) => {
  const { expressions, quasis } = path.node as t.TemplateLiteral;
  if (path.parent.type === 'TaggedTemplateExpression' || path.parent.type.startsWith('TS')) return null;
  const edits = expressions.flatMap((one, index): Edit[] => {
    const constant = knownOf(one, bench.markers);
    if (constant === null || constant.before.length > 0 || !isSimple(constant.value)) return [];
    const text = String(constant.value).replace(/[`\\]|\$(?=\{)/g, '\\$&');
    const [before, after] = [quasis[index] as t.TemplateElement, quasis[index + 1] as t.TemplateElement];
    if (text.endsWith('$') || before.value.raw.endsWith('$')) return [];
    return [{ start: before.end as number, end: after.start as number, text }];
  });
  return edits.length === 0 ? null : edits;
};

/** `...(on ? { a } : {})`, `...(on && [a])`. */
const spread: Rule = (path, bench) => {
  const { argument } = path.node as t.SpreadElement;
  const known = knownOf(argument, bench.markers);
  if (known !== null && known.before.length === 0 && path.parent.type === 'ObjectExpression')
    return typeof known.value === 'object' && known.value !== null ? null : listRemoval(path, bench.text);
  const kept = keptOf(argument, bench);
  if (kept?.type === 'ObjectExpression' && path.parent.type === 'ObjectExpression')
    return inlined(path, kept.properties, bench.text);
  if (kept?.type === 'ArrayExpression' && path.parent.type !== 'ObjectExpression')
    return kept.elements.includes(null) ? null : inlined(path, kept.elements as t.Node[], bench.text);
  return null;
};

function keptOf(node: t.Expression, bench: Bench): t.Node | null {
  if (node.type === 'ConditionalExpression') {
    const known = knownOf(node.test, bench.markers);
    return known === null || known.before.length > 0 ? null : known.value ? node.consequent : node.alternate;
  }
  if (node.type !== 'LogicalExpression') return null;
  const known = knownOf(node.left, bench.markers);
  return known === null || known.before.length > 0 || !takesRight(node.operator, known.value) ? null : node.right;
}

function inlined(path: NodePath, parts: readonly t.Node[], text: string): readonly Edit[] {
  const [first, last] = [parts[0], parts.at(-1)];
  if (first === undefined || last === undefined) return listRemoval(path, text);
  const { start, end } = path.node as { start: number; end: number };
  return [
    { start, end: spanOf(first, text)[0], text: '' },
    { start: spanOf(last, text)[1], end, text: '' },
  ];
}

/** Takes something out of a list with its comma, and with its line where it has one. */
export function listRemoval(path: NodePath, text: string): readonly Edit[] {
  const { start, end } = path.node as { start: number; end: number };
  const comma = /^\s*,/.exec(text.slice(end))?.[0].length ?? 0;
  const above = /(?:^|\n)[ \t]*$/.exec(text.slice(0, start));
  const below = /^[ \t]*(?=\r?\n)/.exec(text.slice(end + comma));
  if (comma > 0 && above !== null && below !== null) {
    const lineBreak = /^[ \t]*\r?\n/.exec(text.slice(end + comma))?.[0].length ?? 0;
    return [{ start: start - above[0].replace('\n', '').length, end: end + comma + lineBreak, text: '' }];
  }
  if (comma > 0) {
    const room = /^[ \t]+/.exec(text.slice(end + comma))?.[0].length ?? 0;
    return [{ start, end: end + comma + room, text: '' }];
  }
  const before = /(?:,|(?<=[{[(]))\s*$/.exec(text.slice(0, start));
  const isLast = before !== null && !before[0].startsWith(',');
  const room = isLast ? (/^[ \t]*(?=[}\])])/.exec(text.slice(end))?.[0].length ?? 0) : 0;
  return [{ start: before === null ? start : start - before[0].length, end: end + room, text: '' }];
}

/** `useEffect(…, [on, id])`: what never changes is nothing to wait for. */
const dependencies: Rule = (path, bench) => {
  const { elements } = path.node as t.ArrayExpression;
  const { parent, listKey, key } = path;
  if (parent.type !== 'CallExpression' || listKey !== 'arguments' || key === 0) return null;
  const { callee } = parent;
  const name = callee.type === 'MemberExpression' ? callee.property : callee;
  if (name.type !== 'Identifier' || !/^use(?:\w*Effect|Memo|Callback|ImperativeHandle)$/.test(name.name)) return null;
  const index = elements.findIndex(
    (one) => constantOf(one, bench.markers) !== null && knownOf(one, bench.markers) !== null,
  );
  if (index < 0) return null;
  return listRemoval((path.get('elements') as NodePath[])[index] as NodePath, bench.text);
};

export const EXPRESSION_RULES: Readonly<Record<string, Rule>> = {
  LogicalExpression: logical,
  ConditionalExpression: conditional,
  UnaryExpression: unary,
  BinaryExpression: binary,
  SequenceExpression: sequence,
  MemberExpression: member,
  OptionalMemberExpression: member,
  CallExpression: call,
  AwaitExpression: awaited,
  TemplateLiteral: template,
  SpreadElement: spread,
  ArrayExpression: dependencies,
};
