import type { NodePath } from '@babel/traverse';
import type * as t from '@babel/types';
import type { Json } from '@glidepath/core';
import { cleanRemoval, type Edit, insertion, removal } from './draft.ts';
import { constantOf } from './markers.ts';
import type { PlacedRead } from './placed.ts';
import { dedent, deeper, spanOf } from './places.ts';
import { referenceEdits } from './propagate.ts';
import { byHand, type Replacement, type Workshop } from './replacement.ts';

/** Names of what is compared with the value, and of what is shown otherwise. */
const ATTRIBUTES: Readonly<
  Record<string, { readonly is: string; readonly otherwise: string; readonly others: RegExp }>
> = {
  Feature: { is: 'is', otherwise: 'otherwise', others: /^(?:flag|fallback|key)$/ },
  FeatureFlag: { is: 'matchValue', otherwise: 'fallback', others: /^(?:flagKey|defaultValue|key)$/ },
};

/** `<Feature flag="…">`: its children, or what it shows otherwise. */
export function elementEdits(read: PlacedRead, shop: Workshop): Replacement {
  const { path } = read.at;
  const names = Object.hasOwn(ATTRIBUTES, read.call) ? ATTRIBUTES[read.call] : undefined;
  if (!read.isReplaceable || names === undefined || !path.isJSXElement())
    return byHand('it is not to be seen what it shows');
  const attributes = path.node.openingElement.attributes;
  const isKnown = attributes.every(
    (one) =>
      one.type === 'JSXAttribute' &&
      (names.others.test(String(one.name.name)) || [names.is, names.otherwise].includes(String(one.name.name))),
  );
  if (!isKnown) return byHand('it has attributes that may do more');
  const isShown = isShownFor(attributeNamed(attributes, names.is), shop);
  if (isShown === null) return byHand('what its value is compared with is computed');
  const edits = isShown
    ? childrenEdits(path, shop)
    : otherwiseEdits(path, attributeNamed(attributes, names.otherwise), shop);
  if (edits === null) return byHand('its children use more than the value');
  return { kind: 'edits', edits, shown: isShown ? 'its children' : 'what it shows otherwise' };
}

const attributeNamed = (attributes: t.JSXOpeningElement['attributes'], name: string): t.JSXAttribute | undefined =>
  attributes.find((one): one is t.JSXAttribute => one.type === 'JSXAttribute' && one.name.name === name);

function isShownFor(attribute: t.JSXAttribute | undefined, { forward: { value }, markers }: Workshop): boolean | null {
  if (attribute === undefined) return Boolean(value);
  const given = attribute.value;
  if (given === null || given === undefined) return value === true;
  const constant = constantOf(given.type === 'JSXExpressionContainer' ? given.expression : given, markers);
  return constant === null || (typeof value === 'object' && value !== null) ? null : constant.value === value;
}

const isInElement = ({ parent }: NodePath): boolean => parent.type === 'JSXElement' || parent.type === 'JSXFragment';

function childrenEdits(path: NodePath<t.JSXElement>, shop: Workshop): readonly Edit[] | null {
  const { text } = shop;
  const shown = path
    .get('children')
    .filter((one) => !(one.isJSXText() && one.node.value.trim() === '') && !isComment(one.node));
  const [first, last] = [shown[0], shown.at(-1)];
  const [start, end] = spanOf(path.node, text);
  if (first === undefined || last === undefined) return nothing(path, text);
  const from = visibleStart(first.node, text);
  const to = visibleEnd(last.node, text);
  const lines = dedent(text, [from, to], text.slice(start, from).includes('\n') ? deeper(text, from, start) : 0, []);
  const around = [removal(start, from), ...lines, removal(to, end)];
  const only = shown.length === 1 ? first : null;
  const expression = only?.isJSXExpressionContainer() === true ? (only.get('expression') as NodePath) : null;
  const own = expression === null ? [] : expressionEdits(expression, isInElement(path), shop);
  if (own === null) return null;
  if (isInElement(path)) return [...around, ...own];
  if (expression !== null) {
    const [a, b] = spanOf(expression.node, text);
    return [removal(start, a), ...own, removal(b, end)];
  }
  if (only?.isJSXElement() === true || only?.isJSXFragment() === true) return around;
  return [...around, insertion(from, '<>'), insertion(to, '</>')];
}

const isComment = (node: t.Node): boolean =>
  node.type === 'JSXExpressionContainer' && node.expression.type === 'JSXEmptyExpression';

const visibleStart = (node: t.Node, text: string): number =>
  (node.start as number) +
  (node.type === 'JSXText'
    ? (/^\s*\n\s*/.exec(text.slice(node.start as number, node.end as number))?.[0].length ?? 0)
    : 0);

const visibleEnd = (node: t.Node, text: string): number =>
  (node.end as number) -
  (node.type === 'JSXText'
    ? (/\s*\n\s*$/.exec(text.slice(node.start as number, node.end as number))?.[0].length ?? 0)
    : 0);

/** `{(value) => …}`: what it makes of the value. */
function expressionEdits(path: NodePath, _isInElement: boolean, shop: Workshop): readonly Edit[] | null {
  if (!path.isArrowFunctionExpression()) return path.isFunction() ? null : [];
  const [param, ...others] = path.node.params;
  if (others.length > 0) return null;
  const [start, end] = spanOf(path.node, shop.text);
  const fences: readonly Edit[] = [insertion(start, `${shop.markers.run}(`), insertion(end, ')')];
  if (param === undefined) return fences;
  const value = referencesOf(path, param, shop.forward.value, shop);
  if (value === null) return null;
  const { start: from, end: to } = param as { start: number; end: number };
  const isBare = from === start;
  return [...fences, ...value, { start: from, end: to, text: isBare ? '()' : '' }];
}

function referencesOf(path: NodePath, param: t.Node, value: Json, shop: Workshop): readonly Edit[] | null {
  const binding = param.type === 'Identifier' ? path.scope.getBinding(param.name) : undefined;
  if (binding === undefined || !binding.constant) return null;
  const edits = binding.referencePaths.map((one) => referenceEdits(one, shop.markers.of(value)));
  return edits.some((one) => one.length === 0) ? null : edits.flat();
}

function otherwiseEdits(
  path: NodePath<t.JSXElement>,
  attribute: t.JSXAttribute | undefined,
  { text }: Workshop,
): readonly Edit[] {
  const [start, end] = spanOf(path.node, text);
  const given = attribute?.value;
  if (given === null || given === undefined) return nothing(path, text);
  const inElement = isInElement(path);
  if (given.type === 'JSXExpressionContainer') {
    const isElement = given.expression.type === 'JSXElement' || given.expression.type === 'JSXFragment';
    const [from, to] =
      inElement && !isElement ? [given.start as number, given.end as number] : spanOf(given.expression, text);
    return [removal(start, from), removal(to, end)];
  }
  if (given.type === 'StringLiteral' && !inElement)
    return [removal(start, given.start as number), removal(given.end as number, end)];
  if (given.type === 'StringLiteral')
    return [{ start, end, text: `{${text.slice(given.start as number, given.end as number)}}` }];
  return [removal(start, given.start as number), removal(given.end as number, end)];
}

function nothing(path: NodePath, text: string): readonly Edit[] {
  const [start, end] = spanOf(path.node, text);
  if (!isInElement(path)) return [{ start, end, text: 'null' }];
  const whole = cleanRemoval(text, start, end);
  return [text.slice(whole.start, whole.end).includes('\n') ? whole : removal(start, end)];
}
