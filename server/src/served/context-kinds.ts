import type { ContextInput, Item } from '@glidepath/core';

/** Items never change, and most of them stay when an environment does. */
const known = new WeakMap<Item, ReadonlySet<string>>();

/** Every kind of context that these items can ask for. */
export function kindsIn(items: Iterable<Item>): ReadonlySet<string> {
  const kinds = new Set(['user']);
  for (const item of items) for (const kind of kindsOf(item)) kinds.add(kind);
  return kinds;
}

function kindsOf(item: Item): ReadonlySet<string> {
  const before = known.get(item);
  if (before !== undefined) return before;
  const kinds = new Set<string>();
  collect(item.body, kinds);
  known.set(item, kinds);
  return kinds;
}

/** Wherever one is named: definitions of a newer version may have another shape. */
function collect(value: unknown, kinds: Set<string>): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    // Keys of a segment may be a hundred thousand, and name no kind.
    if (typeof value[0] !== 'string') for (const element of value) collect(element, kinds);
    return;
  }
  for (const [name, inner] of Object.entries(value)) {
    if (typeof inner !== 'string') collect(inner, kinds);
    else if (name === 'kind' || name === 'contextKind') kinds.add(inner);
  }
}

/**
 * The same context as far as these kinds go. Each evaluation looks through all bodies: whoever sends thousands of them
 * would keep thousands of flags from being answered. To be asked with a legal context.
 */
export function narrowed(context: ContextInput, kinds: ReadonlySet<string>): ContextInput {
  if (context === null || context === undefined) return context;
  const { kind, key } = context;
  if (kind !== 'multi' && (kind !== undefined || key !== undefined)) return context;
  const bodies = Object.entries(context);
  const isPerKind = kind === 'multi' || (bodies.length > 0 && bodies.every(([, body]) => isObject(body)));
  // Said so, nobody looks through the attributes for something else.
  if (!isPerKind) return { ...context, kind: 'user' } as ContextInput;
  return { ...Object.fromEntries(bodies.filter(([name]) => kinds.has(name))), kind: 'multi' };
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
