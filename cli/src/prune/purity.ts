import type { NodePath, Scope } from '@babel/traverse';
import type * as t from '@babel/types';

/** Functions that do nothing but answer, by the name that calls have. */
const PURE_FUNCTIONS: ReadonlySet<string> = new Set([
  ...['String', 'Number', 'Boolean', 'BigInt', 'parseInt', 'parseFloat', 'isNaN', 'isFinite', 'Array', 'Object'],
  ...['Array.isArray', 'Array.of', 'Array.from', 'Object.keys', 'Object.values', 'Object.entries', 'Object.freeze'],
  ...['Object.fromEntries', 'Object.assign', 'Math.max', 'Math.min', 'Math.round', 'Math.floor', 'Math.ceil'],
  ...['Math.abs', 'Date.now', 'JSON.stringify', 'encodeURIComponent', 'decodeURIComponent', 'crypto.randomUUID'],
]);
const PURE_CLASSES: ReadonlySet<string> = new Set(['Date', 'Map', 'Set', 'WeakMap', 'WeakSet', 'URLSearchParams']);
/** Members of texts and lists that only read them. */
const PURE_METHODS: ReadonlySet<string> = new Set([
  ...['toString', 'toLowerCase', 'toUpperCase', 'trim', 'slice', 'substring', 'split', 'join', 'includes', 'at'],
  ...['startsWith', 'endsWith', 'indexOf', 'concat', 'padStart', 'padEnd', 'replace', 'replaceAll', 'toISOString'],
  ...['getTime', 'valueOf', 'toFixed', 'charAt', 'charCodeAt', 'repeat', 'keys', 'values', 'entries'],
]);
/** What leads to a client of flags, and asks nothing else. */
const CLIENTS = /^(?:forContext|current|getClient|use\w*(?:Client|Flags?)|get\w*(?:Client|Flags?|Scope)|createClient)$/;

/** Whether code does nothing that would be missed, were it not run: reading a member is taken for such. */
export interface Purity {
  isPure(node: t.Node | null | undefined, scope: Scope): boolean;
}

/** `named`: functions of the project that only answer. */
export function purityBy(named: ReadonlySet<string>): Purity {
  const isPure = (node: t.Node | null | undefined, scope: Scope, depth = 0): boolean => {
    const all = (nodes: readonly (t.Node | null | undefined)[]): boolean =>
      nodes.every((one) => isPure(one, scope, depth));
    if (node === null || node === undefined) return true;
    switch (node.type) {
      case 'Identifier':
      case 'ThisExpression':
      case 'Super':
      case 'MetaProperty':
      case 'StringLiteral':
      case 'NumericLiteral':
      case 'BooleanLiteral':
      case 'NullLiteral':
      case 'BigIntLiteral':
      case 'RegExpLiteral':
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
      case 'ObjectMethod':
      case 'PrivateName':
      case 'JSXText':
      case 'JSXEmptyExpression':
        return true;
      case 'TemplateLiteral':
        return all(node.expressions);
      case 'TSAsExpression':
      case 'TSSatisfiesExpression':
      case 'TSNonNullExpression':
      case 'TSTypeAssertion':
      case 'TypeCastExpression':
      case 'JSXExpressionContainer':
        return isPure(node.expression, scope, depth);
      case 'SpreadElement':
      case 'JSXSpreadAttribute':
        return isPure(node.argument, scope, depth);
      case 'UnaryExpression':
        return node.operator !== 'delete' && node.operator !== 'throw' && isPure(node.argument, scope, depth);
      case 'BinaryExpression':
      case 'LogicalExpression':
        return all([node.left, node.right]);
      case 'ConditionalExpression':
        return all([node.test, node.consequent, node.alternate]);
      case 'SequenceExpression':
        return all(node.expressions);
      case 'ArrayExpression':
        return all(node.elements);
      case 'ObjectExpression':
        return all(node.properties);
      case 'ObjectProperty':
        return (!node.computed || isPure(node.key, scope, depth)) && isPure(node.value, scope, depth);
      case 'MemberExpression':
      case 'OptionalMemberExpression':
        return isPure(node.object, scope, depth) && (!node.computed || isPure(node.property, scope, depth));
      case 'JSXElement':
        return all(node.openingElement.attributes) && all(node.children);
      case 'JSXFragment':
        return all(node.children);
      case 'JSXAttribute':
        return isPure(node.value, scope, depth);
      case 'ClassExpression':
        return isPureClass(node, scope, depth);
      case 'NewExpression':
        return (
          node.callee.type === 'Identifier' &&
          isFree(node.callee.name, scope) &&
          PURE_CLASSES.has(node.callee.name) &&
          all(node.arguments)
        );
      case 'CallExpression':
      case 'OptionalCallExpression':
        return all(node.arguments) && isPureCallee(node.callee, scope, depth) && (isNamedCall(node) || !doesMore(node));
      default:
        return false;
    }
  };

  const isNamedCall = ({ callee }: Call): boolean => isNamed(dottedName(callee) ?? '');

  const isPureClass = (node: t.Class, scope: Scope, depth: number): boolean =>
    (node.decorators ?? []).length === 0 &&
    isPure(node.superClass, scope, depth) &&
    node.body.body.every(
      (member) =>
        member.type !== 'StaticBlock' &&
        !(
          'static' in member &&
          member.static === true &&
          'value' in member &&
          !isPure(member.value as t.Node, scope, depth)
        ) &&
        !('computed' in member && member.computed === true && !isPure(member.key, scope, depth)) &&
        ('decorators' in member ? (member.decorators ?? []).length === 0 : true),
    );

  const isPureCallee = (callee: t.Node, scope: Scope, depth: number): boolean => {
    const name = dottedName(callee);
    if (name !== null && isNamed(name)) return true;
    if (name !== null && PURE_FUNCTIONS.has(name)) return isFree(name.split('.')[0] as string, scope);
    if (callee.type === 'Identifier') return CLIENTS.test(callee.name) || onlyAnswers(callee.name, scope, depth);
    return isPureMethod(callee, scope, depth);
  };

  const isPureMethod = (callee: t.Node, scope: Scope, depth: number): boolean => {
    if (callee.type !== 'MemberExpression' && callee.type !== 'OptionalMemberExpression') return false;
    const method = callee.property.type === 'Identifier' && !callee.computed ? callee.property.name : '';
    return (PURE_METHODS.has(method) || CLIENTS.test(method)) && isPure(callee.object, scope, depth);
  };

  const isNamed = (name: string): boolean => named.has(name) || named.has(name.slice(name.lastIndexOf('.') + 1));

  /** A function of the same file, never assigned to again, of nothing but constants and an answer. */
  const onlyAnswers = (name: string, scope: Scope, depth: number): boolean => {
    const binding = scope.getBinding(name);
    if (depth > 3 || binding === undefined || !binding.constant) return false;
    const { path } = binding;
    const declared = path.isVariableDeclarator() ? path.get('init') : path;
    if (Array.isArray(declared) || !declared.isFunction()) return false;
    const { node } = declared as NodePath<t.Function>;
    if (('generator' in node && node.generator === true) || !node.params.every((one) => one.type === 'Identifier'))
      return false;
    const inside = (declared as NodePath<t.Function>).scope;
    if (node.body.type !== 'BlockStatement') return isPure(node.body, inside, depth + 1);
    return node.body.body.every(
      (statement) =>
        (statement.type === 'ReturnStatement' && isPure(statement.argument, inside, depth + 1)) ||
        (statement.type === 'VariableDeclaration' &&
          statement.declarations.every(({ id, init }) => id.type === 'Identifier' && isPure(init, inside, depth + 1))),
    );
  };

  return { isPure: (node, scope) => isPure(node, scope) };
}

type Call = t.CallExpression | t.OptionalCallExpression;

/** Functions that only answer, unless they are given what they change or call, or are another's of the same name. */
function doesMore({ callee, arguments: [first, second] }: Call): boolean {
  const name = dottedName(callee) ?? '';
  if (/^Object\.(?:assign|freeze)$/.test(name))
    return first !== undefined && !/^(?:Object|Array)Expression$/.test(first.type);
  const isLiteral = second !== undefined && /Literal$/.test(second.type);
  if (/^(?:Array\.from|JSON\.stringify)$/.test(name)) return second !== undefined && !isLiteral;
  return methodOf(callee).startsWith('replace') && !isLiteral;
}

const methodOf = (callee: t.Node): string =>
  'property' in callee && typeof callee.property === 'object' && callee.property?.type === 'Identifier'
    ? callee.property.name
    : '';

/** Whether nothing in the file is called so: it is the language's own. */
const isFree = (name: string, scope: Scope): boolean => scope.getBinding(name) === undefined;

/** `a.b.c` of names; null for anything else. */
function dottedName(node: t.Node): string | null {
  if (node.type === 'Identifier') return node.name;
  if (node.type === 'ThisExpression') return 'this';
  if (
    (node.type === 'MemberExpression' || node.type === 'OptionalMemberExpression') &&
    !node.computed &&
    node.property.type === 'Identifier'
  ) {
    const object = dottedName(node.object);
    return object === null ? null : `${object}.${node.property.name}`;
  }
  return null;
}

/** Whether an expression is a boolean by its form. */
export function isBoolean(node: t.Node): boolean {
  switch (node.type) {
    case 'BooleanLiteral':
      return true;
    case 'UnaryExpression':
      return node.operator === '!' || node.operator === 'delete';
    case 'BinaryExpression':
      return /^(?:[=!]==?|[<>]=?|in|instanceof)$/.test(node.operator);
    case 'LogicalExpression':
      return node.operator !== '??' && isBoolean(node.left) && isBoolean(node.right);
    case 'CallExpression':
      return node.callee.type === 'Identifier' && node.callee.name === 'Boolean';
    default:
      return false;
  }
}
