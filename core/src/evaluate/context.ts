import { KIND_PATTERN } from '../model/keys.ts';
import { Fault } from './fault.ts';

type Body = Readonly<Record<string, unknown>>;

/** A context whose shape was checked; its attributes are read when a clause asks for them. */
export interface Subject {
  /** The kind of a single context; null when there is one body per kind. */
  kind: string | null;
  body: Body;
  /** The key of a single context; null when it is keyless. */
  key: string | null;
}

export const NO_BODY: Body = Object.freeze({});
const INDEX = /^\d+$/;

/** Checks what a caller passed and fills in who it is; throws `INVALID_CONTEXT`. */
export function readContext(input: unknown, subject: Subject): void {
  subject.kind = 'user';
  subject.body = NO_BODY;
  subject.key = null;
  if (input === null || input === undefined) return;
  try {
    if (!isObject(input)) throw invalid('it is not an object');
    const kind = own(input, 'kind');
    const isMulti = kind === 'multi' || isBodyPerKind(input, kind);
    if (isMulti) checkBodies(input);
    subject.kind = isMulti ? null : readKind(kind);
    subject.key = isMulti ? null : readKey(input);
    subject.body = input;
  } catch (error) {
    throw unreadable(error);
  }
}

/** The key of one kind as a string; null when it is keyless or the context has no such kind. */
export function keyOf(subject: Subject, kind: string): string | null {
  if (subject.kind !== null) return subject.kind === kind ? subject.key : null;
  const body = bodyOf(subject, kind);
  try {
    return body === undefined ? null : readKey(body);
  } catch (error) {
    throw unreadable(error);
  }
}

/** Where the value of a reference is found: a name, or a path such as `/address/city`. */
export interface Place {
  readonly kind: string;
  /** Attributes that are read from the context itself rather than from its properties. */
  readonly special: 'key' | 'kind' | null;
  readonly name: string;
  /** The path below `name`; null where there is none. */
  readonly below: readonly string[] | null;
}

export function placeOf(kind: string, reference: string): Place {
  const [name = '', ...below] = reference.startsWith('/') ? reference.slice(1).split('/').map(unescaped) : [reference];
  if (below.length > 0) return { kind, special: null, name, below };
  return { kind, special: name === 'key' || name === 'kind' ? name : null, name, below: null };
}

/** Undefined stands for what is missing, null, or cannot be written as JSON; a `Date` is its milliseconds. */
export function readAttribute(subject: Subject, { kind, special, name, below }: Place): unknown {
  if (special === 'key') return keyOf(subject, kind) ?? undefined;
  const body = bodyOf(subject, kind);
  if (body === undefined) return undefined;
  if (special === 'kind') return kind;
  try {
    const value = own(body, name);
    return asJson(below === null ? value : follow(value, below));
  } catch (error) {
    throw unreadable(error);
  }
}

function bodyOf(subject: Subject, kind: string): Body | undefined {
  if (subject.kind !== null) return subject.kind === kind ? subject.body : undefined;
  try {
    const body = own(subject.body, kind);
    return isObject(body) ? body : undefined;
  } catch (error) {
    throw unreadable(error);
  }
}

function checkBodies(bodies: Body): void {
  for (const kind of Object.keys(bodies)) {
    const body = bodies[kind];
    // What is no object is dropped, the rest is used.
    if (!isObject(body)) continue;
    readKind(kind);
    readKey(body);
  }
}

function readKind(kind: unknown): string {
  if (kind === undefined || kind === null || kind === 'user') return 'user';
  if (typeof kind === 'string' && kind !== 'kind' && KIND_PATTERN.test(kind)) return kind;
  throw invalid('its kind is not a legal name');
}

function readKey(body: Body): string | null {
  const key = own(body, 'key');
  if (typeof key === 'string' && key !== '') return key;
  if (key === undefined || key === null) return null;
  if (typeof key === 'number' && Number.isFinite(key)) return String(key);
  throw invalid('its key is neither a non-empty string nor a finite number');
}

/** Whether the context holds one body per kind without saying so. */
function isBodyPerKind(input: Body, kind: unknown): boolean {
  if (kind !== undefined || Object.hasOwn(input, 'key')) return false;
  const names = Object.keys(input);
  return names.length > 0 && names.every((name) => isPlain(input[name]));
}

/** Only own properties: what an object inherits is nobody's attribute. */
function own(body: Body, name: string): unknown {
  return Object.hasOwn(body, name) ? body[name] : undefined;
}

function follow(start: unknown, path: readonly string[]): unknown {
  let value = start;
  for (const name of path) {
    if (Array.isArray(value)) value = INDEX.test(name) ? value[Number(name)] : undefined;
    else value = isObject(value) ? own(value, name) : undefined;
  }
  return value;
}

function asJson(value: unknown): unknown {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) ? value : undefined;
    case 'object':
      return value === null ? undefined : objectAsJson(value);
    default:
      return undefined;
  }
}

function objectAsJson(value: object): unknown {
  if (Array.isArray(value)) return value.every((element) => typeof element === 'string') ? value : value.map(asJson);
  if (!('getTime' in value) || typeof value.getTime !== 'function') return value;
  return asJson(value.getTime());
}

function isObject(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Of this realm or another, or without a prototype. */
function isPlain(value: unknown): boolean {
  if (!isObject(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Getters and proxies are the caller's code, and may throw. */
function unreadable(error: unknown): Fault {
  return error instanceof Fault ? error : invalid('it cannot be read');
}

function invalid(why: string): Fault {
  return new Fault('INVALID_CONTEXT', `the context is invalid: ${why}`);
}

function unescaped(name: string): string {
  return name.replaceAll('~1', '/').replaceAll('~0', '~');
}
