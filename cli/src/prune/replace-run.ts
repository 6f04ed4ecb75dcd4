import type { NodePath } from '@babel/traverse';
import * as t from '@babel/types';
import type { Json } from '@glidepath/core';
import { type Edit, insertion, removal } from './draft.ts';
import type { PlacedRead } from './placed.ts';
import { spanOf } from './places.ts';
import { referenceEdits } from './propagate.ts';
import { byHand, callOf, type Replacement, type Workshop, withEffects } from './replacement.ts';

type Inline = t.ArrowFunctionExpression | t.FunctionExpression;

const isInline = (path: NodePath): path is NodePath<Inline> =>
  path.isArrowFunctionExpression() || path.isFunctionExpression();

/** `guard(…, (fresh) => …)`: what the function does with the value. */
export function runEdits(read: PlacedRead, shop: Workshop): Replacement {
  const call = callOf(read.at.path);
  if (read.run === null || call === null || read.run.file !== read.at.file)
    return byHand('its function is not to be seen');
  const { path } = read.run;
  if (!isInline(path)) return namedRun(read, path, call, shop);
  const params = givenValues(path, [shop.forward.value], shop);
  if (params === null) return byHand('its function uses more than the value');
  return called(read, call, path, params, shop);
}

/** The call becomes that of the function alone, whose parameters are replaced by what they stand for. */
function called(
  read: PlacedRead,
  call: NodePath,
  fn: NodePath<Inline>,
  params: readonly Edit[],
  shop: Workshop,
): Replacement {
  const { start, end } = call.node as { start: number; end: number };
  const [from, to] = spanOf(fn.node, shop.text);
  const [open, close] = withEffects(read, shop, '\n').split('\n') as [string, string];
  const edits = [
    { start, end: from, text: `${open}${shop.markers.run}(` },
    ...params,
    { start: to, end, text: `)${close}` },
  ];
  return { kind: 'edits', edits, shown: shownBody(fn.node, shop) };
}

/** Most characters of code that a line for people shows. */
const MOST_SHOWN = 60;

/** Of `(fresh) => (fresh ? a() : b())` the part that stays, where that is short; else the value. */
function shownBody({ body, params }: Inline, { text, forward }: Workshop): string {
  const [param] = params;
  const isAsked =
    body.type === 'ConditionalExpression' &&
    t.isIdentifier(body.test) &&
    t.isIdentifier(param, { name: body.test.name });
  const kept = isAsked ? (forward.value ? body.consequent : body.alternate) : body;
  const shown = text.slice(kept.start as number, kept.end as number);
  const isShort = shown.length <= MOST_SHOWN && !shown.includes('\n');
  return isShort && (isAsked || params.length === 0) ? shown : JSON.stringify(forward.value);
}

/** Null where that is not all that its parameters are used for. */
function givenValues(fn: NodePath<Inline>, values: readonly Json[], shop: Workshop): readonly Edit[] | null {
  const { params } = fn.node;
  if (usesArguments(fn.node)) return null;
  const edits: Edit[] = [];
  for (const [index, param] of params.entries()) {
    const value = values[index];
    const own = value === undefined ? infoEdits(fn, param, shop) : valueEdits(fn, param, value, shop);
    if (own === null) return null;
    edits.push(...own);
  }
  const [first, last] = [params[0], params.at(-1)];
  if (first === undefined || last === undefined) return edits;
  const text = shop.text;
  const isBare =
    fn.isArrowFunctionExpression() && !/\(\s*$/.test(text.slice(fn.node.start as number, first.start as number));
  const end = isBare ? (last.end as number) : closing(text, last.end as number);
  return [...edits, { start: first.start as number, end, text: isBare ? '()' : '' }];
}

/** Where the list of parameters ends, with a comma behind the last one. */
const closing = (text: string, from: number): number => from + (/^\s*,?\s*/.exec(text.slice(from))?.[0].length ?? 0);

function usesArguments(fn: Inline): boolean {
  let isFound = false;
  if (fn.type === 'FunctionExpression')
    t.traverseFast(fn.body, (node) => {
      if (node.type === 'Identifier' && node.name === 'arguments') isFound = true;
    });
  return isFound;
}

function valueEdits(fn: NodePath<Inline>, param: t.Node, value: Json, shop: Workshop): readonly Edit[] | null {
  if (param.type !== 'Identifier') return null;
  const binding = fn.scope.getBinding(param.name);
  if (binding === undefined || !binding.constant) return null;
  const edits = binding.referencePaths.map((one) => referenceEdits(one, shop.markers.of(value)));
  return edits.some((one) => one.length === 0) ? null : edits.flat();
}

/** Of what else it is told only which attempt it is: the first. */
function infoEdits(fn: NodePath<Inline>, param: t.Node, shop: Workshop): readonly Edit[] | null {
  const names = Object.keys(t.getBindingIdentifiers(param as t.Identifier));
  if (names.every((name) => fn.scope.getBinding(name)?.referenced === false)) return [];
  if (param.type !== 'ObjectPattern' || param.properties.length !== 1) return null;
  const [property] = param.properties;
  if (property?.type !== 'ObjectProperty' || property.key.type !== 'Identifier' || property.key.name !== 'attempt')
    return null;
  return property.value.type === 'Identifier' ? valueEdits(fn, property.value, 1, shop) : null;
}

/** `guard(…, pay)`: the function takes the value and nothing else. */
function namedRun(read: PlacedRead, run: NodePath, call: NodePath, shop: Workshop): Replacement {
  const binding = run.isIdentifier() ? run.scope.getBinding(run.node.name) : undefined;
  const declared = binding?.path.isVariableDeclarator() ? (binding.path.get('init') as NodePath) : binding?.path;
  const isPlain =
    binding?.constant === true &&
    declared?.isFunction() === true &&
    declared.node.params.length <= 1 &&
    declared.node.params.every((one) => one.type === 'Identifier');
  if (!isPlain) return byHand('its function may use more than the value');
  const [from, to] = spanOf(run.node, shop.text);
  const { start, end } = call.node as { start: number; end: number };
  const [open, close] = withEffects(read, shop, '\n').split('\n') as [string, string];
  const edits = [
    { start, end: from, text: open },
    { start: to, end, text: `(${shop.markers.of(shop.forward.value)})${close}` },
  ];
  return { kind: 'edits', edits, shown: JSON.stringify(shop.forward.value) };
}

/** A dark launch that is over: what the caller got all along. */
export function shadowEdits(read: PlacedRead, shop: Workshop): Replacement {
  const call = callOf(read.at.path);
  const control = read.run === null ? null : propertyOf(read.run.path, 'control');
  if (call === null || control === null || !isInline(control) || control.node.params.length > 0)
    return byHand('what it always answers is not to be seen');
  const isWaitedFor = read.at.path.isAwaitExpression() || isReturned(call);
  const params = isWaitedFor || control.node.async ? [] : [insertion(control.node.start as number, 'async ')];
  return called(read, call, control, params, shop);
}

function isReturned(path: NodePath): boolean {
  const fn = path.getFunctionParent()?.node;
  const isAsync = fn !== undefined && 'async' in fn && fn.async === true;
  return (
    isAsync &&
    (path.parent.type === 'ReturnStatement' || (path.parent.type === 'ArrowFunctionExpression' && path.key === 'body'))
  );
}

function propertyOf(path: NodePath, name: string): NodePath | null {
  if (!path.isObjectExpression()) return null;
  const found = path
    .get('properties')
    .find((one) => one.isObjectProperty() && !one.node.computed && t.isIdentifier(one.node.key, { name }));
  return found === undefined ? null : (found.get('value') as NodePath);
}

const ORIGINS: Readonly<Record<string, string>> = { off: 'old', complete: 'new' };

/** A migration that is over, or never was: one origin, behind the same two functions. */
export function migrationEdits(read: PlacedRead, shop: Workshop): Replacement {
  const origin = typeof shop.forward.value === 'string' ? ORIGINS[shop.forward.value] : undefined;
  if (origin === undefined) return byHand('its stage uses both origins');
  const call = callOf(read.at.path);
  const config = call === null ? undefined : (call.get('arguments') as NodePath[])[1];
  const uses = usesOf(read.at.path.parentPath);
  if (config === undefined || uses === null) return byHand('it is used in a way that cannot be followed');
  const members = (['read', 'write'] as const).map((name) => memberOf(config, name, origin, uses, shop.text));
  if (members.includes(null)) return byHand('a function of its origin is not to be seen');
  const [start, end] = spanOf(read.at.path.node, shop.text);
  const object = `{ ${members.filter((one) => one !== '').join(', ')} }`;
  const edits = [{ start, end, text: object }, ...uses.map((use) => use.edit)];
  return { kind: 'edits', edits, shown: `the ${origin} origin alone` };
}

interface Use {
  readonly name: string;
  readonly edit: Edit;
}

/** Null where it is not only called; what is exported may be used anywhere. */
function usesOf(declarator: NodePath | null): readonly Use[] | null {
  if (declarator?.isVariableDeclarator() !== true || !t.isIdentifier(declarator.node.id)) return null;
  const binding = declarator.scope.getBinding(declarator.node.id.name);
  if (binding?.constant !== true || declarator.parentPath.parent.type.startsWith('Export')) return null;
  const uses = binding.referencePaths.map(useOf);
  return uses.includes(null) ? null : (uses as readonly Use[]);
}

/** '' where nobody needs it; null where it cannot be taken over. */
function memberOf(config: NodePath, name: string, origin: string, uses: readonly Use[], text: string): string | null {
  const sides = propertyOf(config, name);
  const fn = sides === null ? null : propertyOf(sides, origin);
  if (fn === null) return uses.some((use) => use.name === name) ? null : '';
  if (!fn.isArrowFunctionExpression()) return null;
  return `${name}: ${fn.node.async ? '' : 'async '}${text.slice(...spanOf(fn.node, text))}`;
}

/** `users.read(context, id)` without its context; null for any other use. */
function useOf({ parent, parentPath, key }: NodePath): Use | null {
  if (parent.type !== 'MemberExpression' || key !== 'object' || parent.computed) return null;
  const name = parent.property.type === 'Identifier' ? parent.property.name : '';
  const call = parentPath?.key === 'callee' ? parentPath.parent : undefined;
  if (call?.type !== 'CallExpression' || !/^(?:read|write)$/.test(name)) return null;
  const [context, next] = call.arguments;
  if (context === undefined || context.type === 'SpreadElement' || hasCall(context)) return null;
  return { name, edit: removal(context.start as number, (next?.start ?? context.end) as number) };
}

function hasCall(node: t.Node): boolean {
  let isFound = false;
  t.traverseFast(node, (one) => {
    if (/^(?:Optional)?(?:Call|New|Await|Yield|Assignment|Update)/.test(one.type)) isFound = true;
  });
  return isFound;
}
