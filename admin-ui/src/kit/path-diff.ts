import type { Json } from '@glidepath/core';

/** One value that differs between two documents; undefined stands for what is not there. */
export interface PathChange {
  /** Names of what leads to it, outermost first; elements of a list by their id, key or place. */
  readonly path: readonly string[];
  readonly before: Json | undefined;
  readonly after: Json | undefined;
}

type JsonObject = { readonly [key: string]: Json };

/** What identifies an element of a list, so that one that only moved is not taken for another. */
const IDENTITIES = ['id', 'key', 'flag'] as const;

/** Every value that differs, in the order of the first document. Lists of plain values are compared as a whole. */
export function pathDiff(
  before: Json | undefined,
  after: Json | undefined,
  path: readonly string[] = [],
): PathChange[] {
  if (isSameJson(before, after)) return [];
  if (isObject(before) && isObject(after)) return fieldChanges(before, after, path);
  const old = identified(before);
  const now = identified(after);
  if (old && now) return elementChanges(old, now, path);
  return [{ path, before, after }];
}

function fieldChanges(before: JsonObject, after: JsonObject, path: readonly string[]): PathChange[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].flatMap((name) => pathDiff(before[name], after[name], [...path, name]));
}

type Elements = ReadonlyMap<string, Json>;

function elementChanges(before: Elements, after: Elements, path: readonly string[]): PathChange[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  const changes = [...names].flatMap((name) => pathDiff(before.get(name), after.get(name), [...path, name]));
  const stayed = [...before.keys()].filter((name) => after.has(name));
  const now = [...after.keys()].filter((name) => before.has(name));
  return isSameJson(stayed, now) ? changes : [...changes, { path: [...path, 'order'], before: stayed, after: now }];
}

/** The elements by their identity; null where they have none, or not each its own. */
function identified(list: Json | undefined): Elements | null {
  if (!Array.isArray(list)) return null;
  const elements = new Map<string, Json>();
  for (const element of list as readonly Json[]) {
    const name = isObject(element) ? IDENTITIES.map((field) => element[field]).find(isText) : undefined;
    if (name === undefined || elements.has(name)) return null;
    elements.set(name, element);
  }
  return elements;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: Json | undefined): value is string {
  return typeof value === 'string';
}

function isSameJson(a: Json | undefined, b: Json | undefined): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
