import { type FlagItem, SCHEMA } from '../model/items.ts';
import { KEY_PATTERN } from '../model/keys.ts';
import type { FlagType, Json } from '../model/model.ts';

/** The flag that serves this value to everybody, browsers too where `isForBrowsers`. Throws for what is no JSON. */
export function constantItem(key: string, value: unknown, rev: number, isForBrowsers: boolean): FlagItem {
  const text: string | undefined = JSON.stringify(value);
  if (text === undefined) throw new TypeError(`the value of the flag "${key}" is no JSON: ${String(value)}`);
  const body = {
    schema: SCHEMA,
    type: typeOf(value),
    // Read back: what is served is frozen, and what was given is the caller's.
    variations: [{ key: variationKeyOf(value), value: JSON.parse(text) as Json }],
    on: true,
    ...(isForBrowsers && { clientSide: true as const }),
    salt: key,
    off: 0,
    prerequisites: [],
    targets: [],
    rules: [],
    fallthrough: { variation: 0 },
  };
  return { kind: 'flag', key, rev, body };
}

/** What somebody is told who asks for a flag that was not given; names the one that was probably meant. */
export function unknownFlag(key: unknown, known: Iterable<string>): string {
  const asked = String(key);
  const [nearest] = [...known]
    .map((name) => ({ name, distance: distanceBetween(asked.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, distance }) => distance <= Math.max(2, Math.floor(name.length / 3)))
    .sort((a, b) => a.distance - b.distance);
  const said = `Unknown flag "${asked}".`;
  return nearest === undefined ? said : `${said} Did you mean "${nearest.name}"?`;
}

function typeOf(value: unknown): FlagType {
  const type = typeof value;
  return type === 'boolean' || type === 'string' || type === 'number' ? type : 'json';
}

function variationKeyOf(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  const text = typeof value === 'object' ? '' : String(value);
  return KEY_PATTERN.test(text) ? text : 'value';
}

/** How many letters must be put in, taken out or replaced (Levenshtein). */
function distanceBetween(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let at = 0; at < from.length; at += 1) {
    let previous = at + 1;
    const next = [previous];
    for (let index = 0; index < to.length; index += 1) {
      const replaced = (row[index] ?? 0) + (from[at] === to[index] ? 0 : 1);
      previous = Math.min(replaced, previous + 1, (row[index + 1] ?? 0) + 1);
      next.push(previous);
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
