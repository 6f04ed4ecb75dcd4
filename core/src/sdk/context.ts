import { murmur3 } from '../evaluate/murmur3.ts';
import { isBodyPerKind, isObject } from '../evaluate/objects.ts';
import type { Body } from '../evaluate/properties.ts';
import type { ContextInput, KindContext } from '../model/context.ts';
import type { NormalizedContext } from './detail.ts';

/** What is more than this is left out of a context's normal form. */
const MOST_KINDS = 10;
const MOST_ATTRIBUTES = 1_000;

/**
 * One entry per kind, keys as strings, everything as JSON would carry it, names in order: whoever is the same to every
 * rule looks the same. What cannot be read is left out. May throw what a getter throws.
 */
export function normalizedContext(input: ContextInput): NormalizedContext {
  if (!isObject(input)) return { user: {} };
  const { kind, key } = ownOf(input, ['kind', 'key']);
  const isMulti = kind === 'multi' || (kind === undefined && key === undefined && isBodyPerKind(input));
  if (!isMulti) return { [typeof kind === 'string' ? kind : 'user']: bodyOf(input) };
  const kinds = Object.keys(input)
    .filter((name) => isObject((input as Body)[name]))
    .slice(0, MOST_KINDS);
  return Object.fromEntries(kinds.sort().map((name) => [name, bodyOf((input as Body)[name] as Body)]));
}

/** The same for a context whose getters throw: it has nothing that could be read. */
export function readableContext(input: ContextInput): NormalizedContext {
  try {
    return normalizedContext(input);
  } catch {
    return {};
  }
}

/** The same text for the same context, whatever the order of its attributes: what is signed and what is remembered. */
export function canonicalContext(input: ContextInput): string {
  return JSON.stringify(normalizedContext(input));
}

/** Whether the normal form of a context leaves out what is too much. */
export function isOversized(input: ContextInput): boolean {
  if (!isObject(input)) return false;
  const bodies = Object.values(input).filter(isObject);
  return bodies.length > MOST_KINDS || [input, ...bodies].some((body) => Object.keys(body).length > MOST_ATTRIBUTES);
}

/** 16 hexadecimal digits that tell contexts apart, for caches: quick, and no secret. */
export function fingerprintOf(input: ContextInput): string {
  const text = canonicalContext(input);
  return [0, 0x9747_b28c].map((seed) => (murmur3(text, seed) >>> 0).toString(16).padStart(8, '0')).join('');
}

function bodyOf(body: Body): KindContext {
  const names = Object.keys(body)
    .filter((name) => name !== 'kind')
    // Whoever it is stays who it is, wherever among a thousand attributes the key stands.
    .sort((one, other) => Number(other === 'key') - Number(one === 'key'))
    .slice(0, MOST_ATTRIBUTES);
  const entries = names.sort().flatMap((name) => {
    const value = asJson(body[name]);
    if (value === undefined || value === null) return [];
    return [[name, name === 'key' && typeof value === 'number' ? String(value) : value] as const];
  });
  return Object.fromEntries(entries);
}

function asJson(value: unknown): unknown {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (Array.isArray(value)) return value.map((element) => asJson(element) ?? null);
  if (!isObject(value)) return undefined;
  if (typeof value['getTime'] === 'function') return asJson(value['getTime']());
  const entries = Object.keys(value)
    .sort()
    .map((name) => [name, asJson(value[name])] as const);
  return Object.fromEntries(entries.filter(([, member]) => member !== undefined));
}

function ownOf<N extends string>(body: Body, names: readonly N[]): Partial<Record<N, unknown>> {
  return Object.fromEntries(
    names.filter((name) => Object.hasOwn(body, name)).map((name) => [name, body[name]]),
  ) as Partial<Record<N, unknown>>;
}
