import type { Item } from '../model/items.ts';

type Path = readonly (string | number)[];

/** Wrong types, huge numbers and special names; `undefined` takes the field away. */
const JUNK: readonly unknown[] = [
  undefined,
  null,
  true,
  -1,
  0.5,
  99,
  1e308,
  '',
  'x',
  '__proto__',
  'constructor',
  '(a',
  [],
  [null],
  [[]],
  {},
  { length: 3 },
  JSON.parse('{"__proto__": {"on": true}}'),
];

/** Something with one field of it, at any depth, replaced. */
export interface Spoiled<T> {
  readonly title: string;
  readonly path: Path;
  readonly value: T;
}

/** Every field of every object, replaced by every kind of junk. */
export function spoiled<T>(name: string, whole: T): readonly Spoiled<T>[] {
  return pathsIn(whole).flatMap((path) =>
    JUNK.map((junk) => ({
      title: `${name} /${path.join('/')}: ${JSON.stringify(junk)}`,
      path,
      value: replaced(whole, path, junk) as T,
    })),
  );
}

/** Items whose bodies are spoiled. */
export function spoiledItems(item: Item): readonly Spoiled<Item>[] {
  return spoiled<unknown>(item.kind, item.body).map(({ title, path, value }) => ({
    title,
    path,
    value: { ...item, body: value } as Item,
  }));
}

function pathsIn(value: unknown, path: Path = []): readonly Path[] {
  const inner = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return [path, ...inner.flatMap(([name, below]) => pathsIn(below, [...path, name]))];
}

function replaced(value: unknown, [name, ...path]: Path, junk: unknown): unknown {
  if (name === undefined) return junk;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string | number, unknown>;
  copy[name] = replaced(copy[name], path, junk);
  return copy;
}
