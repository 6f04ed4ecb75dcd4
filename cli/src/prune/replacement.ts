import type { NodePath } from '@babel/traverse';
import type * as t from '@babel/types';
import type { Json } from '@glidepath/core';
import type { Edit } from './draft.ts';
import type { Markers } from './markers.ts';
import type { PlacedRead } from './placed.ts';
import { spanOf } from './places.ts';
import type { Purity } from './purity.ts';

/** What a flag is settled at. */
export interface Forward {
  readonly key: string;
  readonly variation: string;
  readonly value: Json;
}

export interface Workshop {
  readonly text: string;
  readonly forward: Forward;
  readonly markers: Markers;
  readonly purity: Purity;
}

/** What is to be done about a read: edits, or the reason why it is for people. */
export type Replacement =
  | { readonly kind: 'edits'; readonly edits: readonly Edit[]; readonly shown: string }
  | { readonly kind: 'by-hand'; readonly why: string };

export const byHand = (why: string): Replacement => ({ kind: 'by-hand', why });

/** With the parts of the call before it that may do more than answer. */
export function withEffects(read: PlacedRead, shop: Workshop, rest: string): string {
  const effects = effectsOf(read, shop);
  if (effects.length === 0) return rest;
  return `(${effects.map((one) => `${shop.markers.kept}(${one})`).join(', ')}, ${rest})`;
}

function effectsOf(read: PlacedRead, { purity, text }: Workshop): readonly string[] {
  const call = callOf(read.at.path);
  if (call === null) return [];
  const { callee, arguments: given } = call.node as t.CallExpression;
  const receiver =
    callee.type === 'MemberExpression' || callee.type === 'OptionalMemberExpression' ? [callee.object] : [];
  const isRun = (node: t.Node): boolean => node === read.run?.path.node;
  return [...receiver, ...given]
    .filter((one) => !isRun(one) && !purity.isPure(one, call.scope))
    .flatMap((one) => innerEffects(one, purity, call))
    .map((one) => text.slice(...spanOf(one, text)));
}

/** Of `{ user: { key: idOf(request) } }` only `idOf(request)`. */
function innerEffects(node: t.Node, purity: Purity, call: NodePath): readonly t.Node[] {
  const within = (nodes: readonly (t.Node | null)[]): readonly t.Node[] =>
    nodes.flatMap((one) => (one === null || purity.isPure(one, call.scope) ? [] : innerEffects(one, purity, call)));
  if (node.type === 'ObjectExpression') return within(node.properties);
  if (node.type === 'ArrayExpression') return within(node.elements);
  if (node.type === 'ObjectProperty' && !node.computed) return within([node.value]);
  if (node.type === 'SpreadElement') return within([node.argument]);
  return [node];
}

/** The call itself, without the `await` before it. */
export function callOf(path: NodePath): NodePath | null {
  if (path.isCallExpression() || path.isOptionalCallExpression()) return path;
  return path.isAwaitExpression() ? callOf(path.get('argument') as NodePath) : null;
}
