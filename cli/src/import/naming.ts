import { KEY_PATTERN, RESERVED_KEYS } from '@glidepath/core';

const LONGEST = 128;

/** Gives each name a key that is allowed here and taken by no other, the same one each time. */
export type Namer = (name: string) => string;

export function newNamer(): Namer {
  const known = new Map<string, string>();
  const taken = new Set<string>();
  return (name) => {
    const before = known.get(name);
    if (before !== undefined) return before;
    const wanted = allowedKey(name);
    let key = wanted;
    for (let count = 2; taken.has(key.toLowerCase()); count += 1) key = `${wanted.slice(0, LONGEST - 5)}-${count}`;
    known.set(name, key);
    taken.add(key.toLowerCase());
    return key;
  };
}

/** One that has named these, in their order. */
export function namerOf(list: readonly { readonly key: string }[]): Namer {
  const namer = newNamer();
  for (const { key } of list) namer(key);
  return namer;
}

/** The nearest key that may be used here. */
function allowedKey(name: string): string {
  if (KEY_PATTERN.test(name) && !RESERVED_KEYS.has(name)) return name;
  const key = name
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, LONGEST)
    .replace(/-+$/, '');
  return key === '' || RESERVED_KEYS.has(key) ? `imported-${key}`.replace(/-+$/, '') : key;
}
