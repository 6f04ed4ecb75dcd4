export type Body = Readonly<Record<string, unknown>>;

/** What every object inherits. Polluted by other code, it must not lend attributes to everybody. */
export const ROOT = Object.prototype as unknown as Body;

/** Reads a property that is the object's own: what it inherits is nobody's attribute. */
export function own(body: Body, name: string): unknown {
  return Object.hasOwn(body, name) ? body[name] : undefined;
}

/**
 * The same, for a body that inherits from nothing but `ROOT`. V8 keeps what it learns about a property access by its
 * place in the source, so a place for each of the first names halves what reading an attribute costs. A switch, because
 * calling one of many functions costs more than jumping.
 */
export function ownAt(slot: number, b: Body, n: string): unknown {
  switch (slot) {
    case 1:
      return ROOT[n] === undefined ? b[n] : own(b, n);
    case 2:
      return ROOT[n] === undefined ? b[n] : own(b, n);
    case 3:
      return ROOT[n] === undefined ? b[n] : own(b, n);
    case 4:
      return ROOT[n] === undefined ? b[n] : own(b, n);
    case 5:
      return ROOT[n] === undefined ? b[n] : own(b, n);
    case 6:
      return ROOT[n] === undefined ? b[n] : own(b, n);
    case 7:
      return ROOT[n] === undefined ? b[n] : own(b, n);
    default:
      return own(b, n);
  }
}

const SLOTS = 8;
/** Of what stands for a context itself, and is never read from a body. */
export const KEY_SLOT = 0;
const names: string[] = ['key'];

/** The slot for one name; those that come late share none. */
export function slotOf(name: string): number {
  const slot = names.indexOf(name);
  return slot < 0 && names.length < SLOTS ? names.push(name) - 1 : slot;
}
