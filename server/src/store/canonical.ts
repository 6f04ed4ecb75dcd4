import { hash } from 'node:crypto';

/** The same text for JSON values that say the same: the keys of all objects sorted, undefined members left out. */
export function canonicalText(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value))
    return `[${value.map((item: unknown) => (item === undefined ? 'null' : canonicalText(item))).join(',')}]`;
  let text = '';
  for (const key of sortedKeys(value)) {
    const member: unknown = Reflect.get(value, key);
    if (member !== undefined) text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${canonicalText(member)}`;
  }
  return `{${text}}`;
}

/** Indexes of lists come first and by their numbers, as in every object of JavaScript. */
function sortedKeys(value: object): readonly string[] {
  const keys = Object.keys(value);
  const indexes = keys.findIndex((key) => !isIndex(key));
  if (indexes < 0) return keys;
  return sortedFrom(keys, indexes);
}

/** In place: objects have few keys, and there are many objects. */
function sortedFrom(keys: string[], first: number): readonly string[] {
  for (let end = first + 1; end < keys.length; end += 1) {
    const key = keys[end] ?? '';
    let at = end;
    for (let before = keys[at - 1]; at > first && before !== undefined && before > key; before = keys[at - 1]) {
      keys[at] = before;
      at -= 1;
    }
    keys[at] = key;
  }
  return keys;
}

const LAST_INDEX = 2 ** 32 - 2;

const isIndex = (key: string): boolean => /^(?:0|[1-9]\d{0,9})$/.test(key) && Number(key) <= LAST_INDEX;

/** Order by UTF-16 code units: the same on every machine and in every database. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** SHA-256 as 64 hexadecimal digits. */
export function sha256(text: string): string {
  return hash('sha256', text);
}
