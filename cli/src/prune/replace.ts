import type { NodePath, Scope } from '@babel/traverse';
import * as t from '@babel/types';
import type { Json } from '@glidepath/core';
import type { PlacedRead } from './placed.ts';
import { spanOf } from './places.ts';
import { elementEdits } from './replace-element.ts';
import { migrationEdits, runEdits, shadowEdits } from './replace-run.ts';
import { byHand, callOf, type Replacement, type Workshop, withEffects } from './replacement.ts';

/** How a read of just this flag is replaced. */
export function replacementOf(read: PlacedRead, shop: Workshop): Replacement {
  if (mayBeSkipped(callOf(read.at.path))) return byHand('its client may be missing, and then it is not asked');
  switch (read.kind) {
    case 'value':
      return valueEdits(read, shop);
    case 'detail':
      return detailEdits(read, shop);
    case 'run':
      return runEdits(read, shop);
    case 'element':
      return elementEdits(read, shop);
    case 'shadow':
      return shadowEdits(read, shop);
    case 'migration':
      return migrationEdits(read, shop);
    case 'subscription':
      return byHand('it listens to changes, of which there will be none');
    case 'text':
      return byHand('its key stands in data');
    case 'declaration':
    case 'values':
    case 'forward':
    case 'constant':
      return byHand('nothing is known of what it is for');
    default:
      return read.kind satisfies never;
  }
}

/** `client?.variation(…)`: undefined where there is no client. */
function mayBeSkipped(call: NodePath | null): boolean {
  for (let link: t.Node | undefined = call?.node; link !== undefined; ) {
    const inner: t.Node | undefined = innerLink(link);
    if ('optional' in link && link.optional === true && inner !== undefined && !isMade(inner, call?.scope)) return true;
    link = inner;
  }
  return false;
}

function innerLink(node: t.Node): t.Node | undefined {
  switch (node.type) {
    case 'OptionalCallExpression':
      return node.callee;
    case 'OptionalMemberExpression':
    case 'MemberExpression':
      return node.object;
    default:
      return undefined;
  }
}

/** Of a client that was just made, which is surely there, a method is too. */
function isMade(node: t.Node, scope: Scope | undefined): boolean {
  if (node.type === 'OptionalMemberExpression') return isMade(node.object, scope);
  if (node.type !== 'Identifier') return false;
  const declarator = scope?.getBinding(node.name);
  const { node: made } = declarator?.path ?? { node: null };
  return (
    declarator?.constant === true &&
    t.isVariableDeclarator(made) &&
    (t.isCallExpression(made.init) || t.isNewExpression(made.init))
  );
}

/** Calls that answer a promise, where nobody waits for it right there. */
const PROMISED = /^get(?:Boolean|String|Number|Object)(?:Value|Details)$/;

function valueEdits(read: PlacedRead, shop: Workshop): Replacement {
  const isPromise = !read.isReplaceable && PROMISED.test(read.call);
  if (!read.isReplaceable && !isPromise) return byHand('what it answers is not the value alone');
  return inPlace(read, shop, shop.forward.value, isPromise);
}

function inPlace(read: PlacedRead, shop: Workshop, value: Json, isPromise: boolean): Replacement {
  const marker = shop.markers.of(value);
  const { path } = read.at;
  const isSettledAnyway = isPromise && (isInPromiseAll(path) || isReturnedAsync(path));
  const rest = isPromise && !isSettledAnyway ? `Promise.resolve(${marker})` : marker;
  const [start, end] = isPromise ? [path.node.start as number, path.node.end as number] : spanOf(path.node, shop.text);
  return {
    kind: 'edits',
    edits: [{ start, end, text: withEffects(read, shop, rest) }],
    shown: JSON.stringify(shop.forward.value),
  };
}

function isInPromiseAll({ parent, parentPath }: NodePath): boolean {
  if (parent.type !== 'ArrayExpression' || parentPath?.parent.type !== 'CallExpression') return false;
  const { callee } = parentPath.parent;
  return t.isMemberExpression(callee) && t.isIdentifier(callee.object, { name: 'Promise' });
}

function isReturnedAsync(path: NodePath): boolean {
  const isReturned =
    path.parent.type === 'ReturnStatement' || (path.parent.type === 'ArrowFunctionExpression' && path.key === 'body');
  const fn = path.getFunctionParent()?.node;
  return (
    isReturned &&
    fn !== undefined &&
    'async' in fn &&
    fn.async === true &&
    !('generator' in fn && fn.generator === true)
  );
}

const READABLE: ReadonlySet<string> = new Set(['value', 'variation', 'variant']);

/** An object in the place of the answer, of which nothing is left where only its value is read. */
function detailEdits(read: PlacedRead, shop: Workshop): Replacement {
  if (!read.isReplaceable || !readsOnlyValue(read.at.path)) return byHand('more of its answer is used than the value');
  const { value, variation } = shop.forward;
  return inPlace(read, shop, { value, variation, variant: variation }, false);
}

function readsOnlyValue({ node, parent, parentPath, scope }: NodePath): boolean {
  switch (parent.type) {
    case 'MemberExpression':
    case 'OptionalMemberExpression':
      return (
        parent.object === node &&
        !parent.computed &&
        parent.property.type === 'Identifier' &&
        READABLE.has(parent.property.name)
      );
    case 'ExpressionStatement':
      return true;
    case 'TSNonNullExpression':
    case 'TSAsExpression':
      return parentPath !== null && readsOnlyValue(parentPath);
    case 'VariableDeclarator': {
      if (parent.id.type === 'ObjectPattern')
        return parent.id.properties.every(
          (one) =>
            one.type === 'ObjectProperty' &&
            !one.computed &&
            one.key.type === 'Identifier' &&
            READABLE.has(one.key.name),
        );
      const binding = parent.id.type === 'Identifier' ? scope.getBinding(parent.id.name) : undefined;
      return (
        binding?.constant === true &&
        binding.referencePaths.every((one) => one.parent.type !== 'VariableDeclarator' && readsOnlyValue(one))
      );
    }
    default:
      return false;
  }
}
