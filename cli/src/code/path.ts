import * as t from '@babel/types';

/** A node with where it stands. Babel's paths know scopes and can be changed: to make them takes longer than parsing. */
export interface Path<T extends t.Node = t.Node> {
  readonly node: T;
  /** Null: it is the program. */
  readonly parentPath: Path | null;
  /** What its parent calls it, or the list that it is in. */
  readonly key: string;
}

type Inner = t.Node | readonly (t.Node | null)[] | null | undefined;

const innerOf = (node: t.Node, key: string): Inner => (node as unknown as Readonly<Record<string, Inner>>)[key];

/** Null where it has none of that name. */
export function innerPath(path: Path, key: string): Path | null {
  const inner = innerOf(path.node, key);
  if (inner === null || inner === undefined || !('type' in inner)) return null;
  return { node: inner, parentPath: path, key };
}

/** Of a list, where `null` stands for what is left out: `[, a]`. */
export function innerList(path: Path, key: string): readonly (Path | null)[] {
  const inner = innerOf(path.node, key);
  if (inner === null || inner === undefined || 'type' in inner) return [];
  return inner.map((node) => (node === null ? null : { node, parentPath: path, key }));
}

/** The nearest around it that is so. */
export function around(path: Path, is: (path: Path) => boolean): Path | null {
  for (let up = path.parentPath; up !== null; up = up.parentPath) if (is(up)) return up;
  return null;
}

const KEYS: Readonly<Record<string, readonly string[]>> = t.VISITOR_KEYS;

/** The path of the node that is visited, which is made when it is asked for: of most nobody does. */
type PathOf = () => Path;

type Visit = (node: t.Node, pathOf: PathOf) => 'past' | undefined;

/** Each node within it, in the order of the text and each before what is in it; `past`: what is in it is left out. */
export function within(path: Path, visit: Visit): void {
  new Walk(path, visit).inside(path.node);
}

/** Where it is in a tree: a node on each level, and its path where somebody has asked for it. */
class Walk {
  readonly #nodes: t.Node[];
  readonly #keys: string[];
  readonly #paths: (Path | null)[];
  readonly #visit: Visit;
  readonly #pathOf: PathOf = () => this.#pathAt(this.#depth);
  #depth = 0;

  constructor(path: Path, visit: Visit) {
    this.#nodes = [path.node];
    this.#keys = [path.key];
    this.#paths = [path];
    this.#visit = visit;
  }

  inside(node: t.Node): void {
    for (const key of KEYS[node.type] ?? []) {
      const inner = innerOf(node, key);
      if (inner === null || inner === undefined) continue;
      if ('type' in inner) this.#into(inner, key);
      else this.#each(inner, key);
    }
  }

  #each(nodes: readonly (t.Node | null)[], key: string): void {
    for (const node of nodes) if (node !== null) this.#into(node, key);
  }

  #into(node: t.Node, key: string): void {
    this.#depth += 1;
    this.#nodes[this.#depth] = node;
    this.#keys[this.#depth] = key;
    this.#paths[this.#depth] = null;
    if (this.#visit(node, this.#pathOf) !== 'past') this.inside(node);
    this.#depth -= 1;
  }

  #pathAt(level: number): Path {
    const known = this.#paths[level] ?? null;
    if (known !== null) return known;
    const node = this.#nodes[level] as t.Node;
    const made: Path = { node, parentPath: this.#pathAt(level - 1), key: this.#keys[level] as string };
    this.#paths[level] = made;
    return made;
  }
}
