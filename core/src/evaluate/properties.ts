export type Body = Readonly<Record<string, unknown>>;

/** Reads a property that is the object's own: what it inherits is nobody's attribute. */
export type Reader = (body: Body, name: string) => unknown;

/** What every object inherits. Polluted by other code, it must not lend attributes to everybody. */
export const ROOT = Object.prototype as unknown as Body;

export const own: Reader = (body, name) => (Object.hasOwn(body, name) ? body[name] : undefined);

/**
 * All the same: `own`, for bodies that inherit from nothing but `ROOT`. V8 keeps what it learns about a property access
 * by its place in the source, so a place for each of the first names halves what reading an attribute costs.
 */
const READERS: readonly Reader[] = [
  (b, n) => (ROOT[n] === undefined ? b[n] : own(b, n)),
  (b, n) => (ROOT[n] === undefined ? b[n] : own(b, n)),
  (b, n) => (ROOT[n] === undefined ? b[n] : own(b, n)),
  (b, n) => (ROOT[n] === undefined ? b[n] : own(b, n)),
  (b, n) => (ROOT[n] === undefined ? b[n] : own(b, n)),
  (b, n) => (ROOT[n] === undefined ? b[n] : own(b, n)),
  (b, n) => (ROOT[n] === undefined ? b[n] : own(b, n)),
  (b, n) => (ROOT[n] === undefined ? b[n] : own(b, n)),
  (b, n) => (ROOT[n] === undefined ? b[n] : own(b, n)),
  (b, n) => (ROOT[n] === undefined ? b[n] : own(b, n)),
  (b, n) => (ROOT[n] === undefined ? b[n] : own(b, n)),
  (b, n) => (ROOT[n] === undefined ? b[n] : own(b, n)),
  (b, n) => (ROOT[n] === undefined ? b[n] : own(b, n)),
  (b, n) => (ROOT[n] === undefined ? b[n] : own(b, n)),
  (b, n) => (ROOT[n] === undefined ? b[n] : own(b, n)),
  (b, n) => (ROOT[n] === undefined ? b[n] : own(b, n)),
];
const names: string[] = [];

/** A reader for one name, of bodies that are plain. */
export function readerOf(name: string): Reader {
  if (!names.includes(name) && names.length < READERS.length) names.push(name);
  return READERS[names.indexOf(name)] ?? own;
}
