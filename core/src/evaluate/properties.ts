export type Body = Readonly<Record<string, unknown>>;

/** Reads a property that is the object's own: what it inherits is nobody's attribute. */
export type Reader = (body: Body, name: string) => unknown;

const ROOT = Object.prototype as unknown as Body;
const { getPrototypeOf, hasOwn } = Object;

export const own: Reader = (body, name) => (hasOwn(body, name) ? body[name] : undefined);

/**
 * All the same, and the same as `own`. V8 keeps what it learns about a property access by its place in the source: a
 * place for each of the first names halves what reading an attribute costs.
 */
const READERS: readonly Reader[] = [
  (b, n) => (getPrototypeOf(b) === ROOT && ROOT[n] === undefined ? b[n] : own(b, n)),
  (b, n) => (getPrototypeOf(b) === ROOT && ROOT[n] === undefined ? b[n] : own(b, n)),
  (b, n) => (getPrototypeOf(b) === ROOT && ROOT[n] === undefined ? b[n] : own(b, n)),
  (b, n) => (getPrototypeOf(b) === ROOT && ROOT[n] === undefined ? b[n] : own(b, n)),
  (b, n) => (getPrototypeOf(b) === ROOT && ROOT[n] === undefined ? b[n] : own(b, n)),
  (b, n) => (getPrototypeOf(b) === ROOT && ROOT[n] === undefined ? b[n] : own(b, n)),
  (b, n) => (getPrototypeOf(b) === ROOT && ROOT[n] === undefined ? b[n] : own(b, n)),
  (b, n) => (getPrototypeOf(b) === ROOT && ROOT[n] === undefined ? b[n] : own(b, n)),
  (b, n) => (getPrototypeOf(b) === ROOT && ROOT[n] === undefined ? b[n] : own(b, n)),
  (b, n) => (getPrototypeOf(b) === ROOT && ROOT[n] === undefined ? b[n] : own(b, n)),
  (b, n) => (getPrototypeOf(b) === ROOT && ROOT[n] === undefined ? b[n] : own(b, n)),
  (b, n) => (getPrototypeOf(b) === ROOT && ROOT[n] === undefined ? b[n] : own(b, n)),
  (b, n) => (getPrototypeOf(b) === ROOT && ROOT[n] === undefined ? b[n] : own(b, n)),
  (b, n) => (getPrototypeOf(b) === ROOT && ROOT[n] === undefined ? b[n] : own(b, n)),
  (b, n) => (getPrototypeOf(b) === ROOT && ROOT[n] === undefined ? b[n] : own(b, n)),
  (b, n) => (getPrototypeOf(b) === ROOT && ROOT[n] === undefined ? b[n] : own(b, n)),
];
const names: string[] = [];

/** A reader for one name. */
export function readerOf(name: string): Reader {
  if (!names.includes(name) && names.length < READERS.length) names.push(name);
  return READERS[names.indexOf(name)] ?? own;
}
