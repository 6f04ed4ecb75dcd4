import { RESERVED_KEYS } from '../model/keys.ts';
import type { Scalar } from '../model/model.ts';
import { pathOf } from './path.ts';

/** What somebody made up is known by: one value per attribute. */
export type Persona = ReadonlyMap<string, Trait>;

export interface Trait {
  readonly contextKind: string;
  readonly path: readonly string[];
  readonly value: Scalar;
}

export const NOBODY_SPECIAL: Persona = new Map();

/** A persona that is known by one attribute. */
export function personaWith(contextKind: string, attribute: string, value: Scalar): Persona {
  const path = pathOf(attribute);
  // A kind is what it is, and names that objects inherit are nobody's attributes.
  if (attribute === 'kind' || path.some((name) => RESERVED_KEYS.has(name))) return NOBODY_SPECIAL;
  return new Map([[JSON.stringify([contextKind, ...path]), { contextKind, path, value }]]);
}

/** Known by all of it; what comes first counts where two disagree. */
export function joined(personas: readonly Persona[]): Persona {
  return new Map(personas.toReversed().flatMap((persona) => [...persona]));
}

export function isSamePersona(a: Persona, b: Persona): boolean {
  return a.size === b.size && [...a].every(([place, { value }]) => b.get(place)?.value === value);
}

/** The key that makes it one single person; null where it stands for many. */
export function isOnePerson(persona: Persona): boolean {
  return persona.has(JSON.stringify(['user', 'key']));
}

/** Puts a value where a path leads. */
export function put(body: Record<string, unknown>, path: readonly string[], value: Scalar): void {
  let inner = body;
  for (const name of path.slice(0, -1)) {
    const next = inner[name];
    const object: Record<string, unknown> = isRecord(next) ? next : {};
    inner[name] = object;
    inner = object;
  }
  const last = path.at(-1);
  if (last !== undefined && !isRecord(inner[last])) inner[last] = value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
