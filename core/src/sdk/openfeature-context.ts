import type { ContextInput } from '../model/context.ts';
import { KIND_PATTERN } from '../model/keys.ts';

type Body = Readonly<Record<string, unknown>>;

/** Names that no nested object can claim for itself. */
const TAKEN: ReadonlySet<string> = new Set(['kind', 'multi']);

/**
 * A context of OpenFeature's as the evaluator knows it: `targetingKey` is the key, everything else an attribute. A nested
 * object with a key of its own is one more kind as well: `{ targetingKey: 'u1', org: { targetingKey: 'acme' } }`.
 * Without `targetingKey` the context is taken as SDKs take it.
 */
export function contextFromOpenFeature(input: unknown): ContextInput {
  if (!isBody(input)) return input as ContextInput;
  if (Object.hasOwn(input, 'targetingKey')) return keyed(input);
  const mayBePerKind = input['kind'] === 'multi' || !(Object.hasOwn(input, 'key') || Object.hasOwn(input, 'kind'));
  return (mayBePerKind ? withBodies(input) : input) as ContextInput;
}

function keyed(input: Body): ContextInput {
  const { targetingKey, ...attributes } = input;
  const own = { ...attributes, key: targetingKey };
  const kind = attributes['kind'] ?? 'user';
  const others = Object.entries(attributes).filter(([name, value]) => isKind(name, kind) && hasKey(value));
  if (others.length === 0 || typeof kind !== 'string') return own as ContextInput;
  const bodies = others.map(([name, value]) => [name, bodyOf(value)]);
  return { ...Object.fromEntries(bodies), [kind]: own, kind: 'multi' } as ContextInput;
}

function withBodies(input: Body): Body {
  if (!Object.values(input).some((value) => isBody(value) && Object.hasOwn(value, 'targetingKey'))) return input;
  return Object.fromEntries(Object.entries(input).map(([name, value]) => [name, bodyOf(value)]));
}

function bodyOf(value: unknown): unknown {
  if (!isBody(value) || !Object.hasOwn(value, 'targetingKey') || Object.hasOwn(value, 'key')) return value;
  const { targetingKey: key, ...attributes } = value;
  return { ...attributes, key };
}

function isKind(name: string, own: unknown): boolean {
  return name !== own && !TAKEN.has(name) && KIND_PATTERN.test(name);
}

/** Whether an attribute stands for somebody: with a key that could be refused it is nothing but an attribute. */
function hasKey(value: unknown): boolean {
  if (!isBody(value)) return false;
  const key = Object.hasOwn(value, 'key') ? value['key'] : value['targetingKey'];
  return typeof key === 'number' || (typeof key === 'string' && key !== '');
}

function isBody(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
