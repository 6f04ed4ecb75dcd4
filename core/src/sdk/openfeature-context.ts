import type { ContextInput } from '../model/context.ts';
import { KIND_PATTERN } from '../model/keys.ts';

type Body = Readonly<Record<string, unknown>>;

/**
 * A context of OpenFeature's as the evaluator knows it: `targetingKey` is the key, everything else an attribute. A nested
 * object with a key of its own is one more kind as well: `{ targetingKey: 'u1', org: { targetingKey: 'acme' } }`.
 * Without `targetingKey` the context is taken as SDKs take it.
 */
export function contextFromOpenFeature(input: unknown): ContextInput {
  if (!isBody(input)) return input as ContextInput;
  const { kind } = input;
  const own = bodyOf(input);
  const isSingle = 'key' in input || ('kind' in input && kind !== 'multi');
  if (own === input && isSingle) return input as ContextInput;
  const bodies = Object.entries(own).map(([name, value]) => [name, isBody(value) ? bodyOf(value) : value] as const);
  if (own === input) return Object.fromEntries(bodies) as ContextInput;
  const main = kind ?? 'user';
  const others = bodies.filter(([name, body]) => name !== main && isSomebody(name, body));
  if (others.length === 0 || typeof main !== 'string') return own as ContextInput;
  return { ...Object.fromEntries(others), [main]: own, kind: 'multi' } as ContextInput;
}

/** The same object where it has no `targetingKey`. */
function bodyOf(body: Body): Body {
  if (!('targetingKey' in body)) return body;
  const { targetingKey: key, ...attributes } = body;
  return { ...attributes, key };
}

/** With a key or a name that could be refused an attribute is nothing but an attribute. */
function isSomebody(name: string, body: unknown): boolean {
  if (!isBody(body) || name === 'kind' || name === 'multi' || !KIND_PATTERN.test(name)) return false;
  const { key } = body;
  return typeof key === 'number' || (typeof key === 'string' && key !== '');
}

function isBody(value: unknown): value is Body {
  return Object(value) === value && !Array.isArray(value);
}
