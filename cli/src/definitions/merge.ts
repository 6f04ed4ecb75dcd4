import { isDeepStrictEqual } from 'node:util';
import { type Document, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap, type YAMLSeq } from 'yaml';
import { quoteBelow } from './quoting.ts';
import type { Shape } from './shape.ts';

/** No names for what stands there twice: people would have to know what they mean. */
const WRITTEN_OUT = { aliasDuplicateObjects: false };

type Fields = Readonly<Record<string, unknown>>;

/**
 * Brings a document to a value. What is right stays as it was written, with its order, style and comments; fields that
 * have no meaning stay too.
 */
export function bringTo(document: Document, value: Fields, shape: Shape): void {
  const { contents } = document;
  document.contents = merged(document, contents, value, shape) as typeof document.contents;
}

/** The node for a value: the one that is there, altered as little as can be, or a new one. */
function merged(document: Document, node: unknown, value: unknown, shape: Shape): Node {
  if (isMap(node) && isFields(value)) {
    if (shape.kind === 'fields') return withFields(document, node, value, shape);
    if (shape.kind === 'each') return withEach(document, node, value, shape);
  }
  if (isSeq(node) && Array.isArray(value) && shape.kind === 'list') return withEntries(document, node, value, shape);
  if (isNode(node) && isDeepStrictEqual(plain(document, node), value)) return node;
  const made = document.createNode(value, WRITTEN_OUT) as Node;
  quoteBelow(made);
  return isNode(node) ? takeComments(node, made) : made;
}

function withFields(
  document: Document,
  map: YAMLMap,
  value: Fields,
  { fields }: Extract<Shape, { kind: 'fields' }>,
): YAMLMap {
  for (const pair of [...map.items]) {
    const name = nameOf(pair);
    const shape = fields[name];
    if (shape === undefined) continue;
    if (!Object.hasOwn(value, name)) map.delete(pair.key);
    else pair.value = merged(document, pair.value, value[name], shape);
  }
  // What is new stands behind what comes before it in the usual order.
  const order = Object.keys(fields);
  for (const [place, name] of order.entries()) {
    if (!Object.hasOwn(value, name) || hasName(map, name)) continue;
    const earlier = new Set(order.slice(0, place));
    const index = map.items.findLastIndex((pair) => earlier.has(nameOf(pair))) + 1;
    map.items.splice(index, 0, pairOf(document, name, value[name]));
  }
  return map;
}

function withEach(
  document: Document,
  map: YAMLMap,
  value: Fields,
  { of, keeps }: Extract<Shape, { kind: 'each' }>,
): YAMLMap {
  for (const pair of [...map.items]) {
    const name = nameOf(pair);
    if (Object.hasOwn(value, name)) pair.value = merged(document, pair.value, value[name], of);
    else if (!keeps) map.delete(pair.key);
  }
  for (const [name, inner] of Object.entries(value)) {
    if (!hasName(map, name)) map.items.push(pairOf(document, name, inner));
  }
  return map;
}

function withEntries(
  document: Document,
  seq: YAMLSeq,
  value: readonly unknown[],
  { of, same }: Extract<Shape, { kind: 'list' }>,
): YAMLSeq {
  const left = seq.items.map((item) => ({ item, identity: identityOf(plain(document, item), same) }));
  seq.items = value.map((entry) => {
    const identity = identityOf(entry, same);
    const index = left.findIndex((one) => one.identity === identity);
    const [found] = index < 0 ? [] : left.splice(index, 1);
    return merged(document, found?.item, entry, of);
  });
  return seq;
}

function identityOf(entry: unknown, same: readonly string[]): string {
  return JSON.stringify(isFields(entry) ? same.map((name) => entry[name] ?? null) : entry);
}

function pairOf(document: Document, name: string, value: unknown): Pair {
  const pair: Pair<Node, Node> = document.createPair(name, value, WRITTEN_OUT);
  quoteBelow(pair.key);
  if (pair.value !== null) quoteBelow(pair.value);
  return pair;
}

function takeComments(from: Node, to: Node): Node {
  if (from.comment !== undefined) to.comment = from.comment;
  if (from.commentBefore !== undefined) to.commentBefore = from.commentBefore;
  if (from.spaceBefore !== undefined) to.spaceBefore = from.spaceBefore;
  if (isScalar(from) && isScalar(to) && typeof from.value === typeof to.value && suits(from.type, to.value)) {
    if (from.type !== undefined) to.type = from.type;
  }
  return to;
}

/** Whether a text can be written as the one before it was: blocks are for lines, and say nothing of blanks alone. */
function suits(style: string | undefined, text: unknown): boolean {
  if (style === 'PLAIN') return false;
  if (style === 'BLOCK_LITERAL' || style === 'BLOCK_FOLDED') return /\S.*\n/.test(String(text));
  return true;
}

const nameOf = ({ key }: Pair): string => String(isScalar(key) ? key.value : key);
const hasName = (map: YAMLMap, name: string): boolean => map.items.some((pair) => nameOf(pair) === name);
const isNode = (node: unknown): node is Node => typeof node === 'object' && node !== null;
const plain = (document: Document, node: unknown): unknown => (isNode(node) ? node.toJS(document) : node);

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
