const MOST_POINTERS = 100;
const MOST_NODES = 100_000;
const MOST_LEVELS = 500;

/**
 * JSON pointers (RFC 6901) of where two values differ, as JSON would carry them; at most 100. `''` is the value itself.
 * Beyond 100,000 nodes and 500 levels all is taken as equal: comparing is done beside requests.
 */
export function differingPointers(one: unknown, other: unknown): readonly string[] {
  const found: string[] = [];
  // Pairs that are being compared: a cycle that is the same on both sides is no difference.
  const open = new Map<object, Set<object>>();
  let nodes = 0;

  const compare = (a: unknown, b: unknown, path: string, level: number): void => {
    nodes += 1;
    if (nodes > MOST_NODES || level > MOST_LEVELS || found.length >= MOST_POINTERS) return;
    const left = plain(a);
    const right = plain(b);
    if (Object.is(left, right)) return;
    if (!isObject(left) || !isObject(right) || Array.isArray(left) !== Array.isArray(right)) {
      found.push(path);
      return;
    }
    const seen = open.get(left) ?? new Set();
    if (seen.has(right)) return;
    open.set(left, seen.add(right));
    for (const name of namesOf(left, right)) compare(left[name], right[name], `${path}/${escaped(name)}`, level + 1);
  };

  compare(one, other, '', 0);
  return found;
}

type Body = Readonly<Record<string, unknown>>;

/** As JSON would carry it, but for what it holds. */
function plain(value: unknown): unknown {
  if (typeof value === 'function' || typeof value === 'symbol') return undefined;
  if (!isObject(value)) return value === 0 ? 0 : value;
  if (value instanceof Map) return Object.fromEntries(value);
  if (value instanceof Set) return [...value];
  const { toJSON } = value;
  return typeof toJSON === 'function' ? toJSON.call(value) : value;
}

function isObject(value: unknown): value is Body {
  return typeof value === 'object' && value !== null;
}

function namesOf(left: Body, right: Body): Iterable<string> {
  return new Set([...Object.keys(left), ...Object.keys(right)]);
}

function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
