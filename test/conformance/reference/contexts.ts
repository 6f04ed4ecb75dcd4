import { Failure } from './failure.ts';

type Properties = Readonly<Record<string, unknown>>;

/** What is known of one kind. */
export interface Body {
  /** Null: keyless. */
  readonly key: string | null;
  readonly properties: Properties;
}

/** One body per kind. */
export type Subject = ReadonlyMap<string, Body>;

/** Reads a key: a string, null for a keyless body, undefined for what is no key. */
export type KeyReader = (key: unknown) => string | null | undefined;

export function readKey(key: unknown): string | null | undefined {
  if (key === undefined || key === null) return null;
  if (typeof key === 'string') return key === '' ? undefined : key;
  if (typeof key === 'number' && Number.isFinite(key)) return String(key);
  return undefined;
}

/** Who is asked for; fails with INVALID_CONTEXT. */
export function readSubject(input: unknown, keyOf: KeyReader): Subject {
  if (input === null || input === undefined) return new Map([['user', { key: null, properties: {} }]]);
  try {
    if (typeof input !== 'object' || Array.isArray(input)) throw new Failure('INVALID_CONTEXT');
    const properties = input as Properties;
    return isMulti(properties) ? readBodies(properties, keyOf) : readSingle(properties, keyOf);
  } catch {
    // A property that throws, or one of the failures above and below.
    throw new Failure('INVALID_CONTEXT');
  }
}

function isMulti(properties: Properties): boolean {
  if (Object.hasOwn(properties, 'kind')) return properties['kind'] === 'multi';
  if (Object.hasOwn(properties, 'key')) return false;
  const values = Object.values(properties);
  return values.length > 0 && values.every(isPlainObject);
}

function isPlainObject(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

function readSingle(properties: Properties, keyOf: KeyReader): Subject {
  const kind = ownOf(properties, 'kind') ?? 'user';
  return new Map([[checkedKind(kind), readBody(properties, keyOf)]]);
}

function readBodies(properties: Properties, keyOf: KeyReader): Subject {
  const bodies = new Map<string, Body>();
  for (const [kind, body] of Object.entries(properties)) {
    const isMarker = kind === 'kind' && body === 'multi';
    // Dropped; the rest is used.
    if (isMarker || typeof body !== 'object' || body === null || Array.isArray(body)) continue;
    bodies.set(checkedKind(kind), readBody(body as Properties, keyOf));
  }
  return bodies;
}

function readBody(properties: Properties, keyOf: KeyReader): Body {
  const key = keyOf(ownOf(properties, 'key'));
  if (key === undefined) throw new Failure('INVALID_CONTEXT');
  return { key, properties };
}

function checkedKind(kind: unknown): string {
  const isLegal = typeof kind === 'string' && kind !== 'kind' && /^[a-zA-Z0-9._-]{1,64}$/.test(kind);
  if (!isLegal) throw new Failure('INVALID_CONTEXT');
  return kind;
}

/** The value that a reference names; undefined for what is missing, null, or cannot be written as JSON. */
export function readAttribute(subject: Subject, kind: string, reference: string): unknown {
  const body = subject.get(kind);
  if (body === undefined) return undefined;
  const names = namesIn(reference);
  const [first] = names;
  if (names.length === 1 && first === 'key') return body.key ?? undefined;
  if (names.length === 1 && first === 'kind') return kind;
  try {
    let value: unknown = body.properties;
    for (const name of names) value = step(value, name);
    return asJson(value);
  } catch {
    throw new Failure('INVALID_CONTEXT');
  }
}

/** `country` is a name; `/address/city` a path, in which `~1` stands for a slash and `~0` for a tilde. */
function namesIn(reference: string): readonly string[] {
  if (!reference.startsWith('/')) return [reference];
  return reference
    .slice(1)
    .split('/')
    .map((name) => name.replace(/~[01]/g, (escaped) => (escaped === '~1' ? '/' : '~')));
}

function step(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) return /^(0|[1-9]\d*)$/.test(name) ? value[Number(name)] : undefined;
  return ownOf(value as Properties, name);
}

function ownOf(properties: Properties, name: string): unknown {
  return Object.hasOwn(properties, name) ? properties[name] : undefined;
}

function asJson(value: unknown): unknown {
  if (value instanceof Date) return asJson(value.getTime());
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map(asJson);
  return typeof value === 'object' && value !== null ? value : undefined;
}
