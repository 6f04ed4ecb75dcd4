/**
 * Marks what many connections share. In test builds it is frozen to its depth, so that whoever alters it fails at once.
 * Released builds hand it back as it is.
 */
export function shared<T>(value: T): T {
  if (__TEST_BUILD__) deepFreeze(value);
  return value;
}

const frozenMaps = new WeakSet<object>();

function deepFreeze(root: unknown): void {
  const waiting: unknown[] = [root];
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    if (typeof value !== 'object' || value === null || isFrozen(value)) continue;
    if (value instanceof Map) freezeMap(value);
    else Object.freeze(value);
    for (const inner of value instanceof Map ? value.values() : Object.values(value)) {
      if (typeof inner === 'object' && inner !== null) waiting.push(inner);
    }
  }
}

function isFrozen(value: object): boolean {
  return value instanceof Map ? frozenMaps.has(value) : Object.isFrozen(value);
}

/** `Object.freeze` leaves a map's entries alone. */
function freezeMap(map: Map<unknown, unknown>): void {
  frozenMaps.add(map);
  const refuse = () => {
    throw new TypeError('This map is shared and must not be altered');
  };
  for (const name of ['set', 'delete', 'clear'] as const) Object.defineProperty(map, name, { value: refuse });
}
