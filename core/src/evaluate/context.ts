import { KIND_PATTERN } from '../model/keys.ts';
import { Fault } from './fault.ts';
import { type Body, own, type Reader, ROOT, readerOf } from './properties.ts';

/** A context whose shape was checked; its attributes are read when a clause asks for them. */
export interface Subject {
  /** The kind of a single context; null when there is one body per kind. */
  kind: string | null;
  body: Body;
  /** Whether `body` inherits what every object does and nothing else. */
  isPlain: boolean;
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
    subject.isPlain = Object.getPrototypeOf(input) === ROOT;
    if (!subject.isPlain && !isObject(input)) throw invalid('it is not an object');
    readBody(input as Body, subject);
  } catch (error) {
    throw unreadable(error);
  }
}

function readBody(input: Body, subject: Subject): void {
  const isDirect = subject.isPlain && ROOT['key'] === undefined && ROOT['kind'] === undefined;
  const key = isDirect ? input['key'] : own(input, 'key');
  const kind = isDirect ? input['kind'] : own(input, 'kind');
  if (kind === 'multi' || (kind === undefined && key === undefined && isBodyPerKind(input))) {
    checkBodies(input);
    subject.kind = null;
  } else {
    if (kind !== undefined) subject.kind = kindIn(kind);
    subject.key = keyIn(key);
  }
  subject.body = input;
}

/** The key of one kind as a string; null when it is keyless or the context has no such kind. */
export function keyOf(subject: Subject, kind: string): string | null {
  if (subject.kind !== null) return subject.kind === kind ? subject.key : null;
  try {
    return keyIn(own(bodyOf(subject, kind) ?? NO_BODY, 'key'));
  } catch (error) {
    throw unreadable(error);
  }
}

/** Where the value of a reference is found: a name, or a path such as `/address/city`. */
export interface Place {
  readonly kind: string;
  readonly name: string;
  /** The path below `name`. */
  readonly path: readonly string[];
  /** Whether it is an attribute like any other; `key`, `kind` and what has a path are not. */
  readonly isPlain: boolean;
  readonly read: Reader;
}

export function placeOf(kind: string, reference: string): Place {
  const [name = '', ...path] = reference.startsWith('/') ? reference.slice(1).split('/').map(unescaped) : [reference];
  const isPlain = path.length === 0 && name !== 'key' && name !== 'kind';
  return { kind, name, path, isPlain, read: readerOf(name) };
}

/** Undefined stands for what is missing, null, or cannot be written as JSON; a `Date` is its milliseconds. */
export function readAttribute(subject: Subject, place: Place): unknown {
  try {
    if (!place.isPlain || subject.kind !== place.kind) return readElsewhere(subject, place);
    const value = subject.isPlain ? place.read(subject.body, place.name) : own(subject.body, place.name);
    return typeof value === 'string' ? value : asJson(value);
  } catch (error) {
    throw unreadable(error);
  }
}

function readElsewhere(subject: Subject, { kind, name, path, isPlain }: Place): unknown {
  if (name === 'key' && path.length === 0) return keyOf(subject, kind) ?? undefined;
  const body = bodyOf(subject, kind);
  if (body === undefined) return undefined;
  if (!isPlain && path.length === 0) return kind;
  return asJson(path.reduce(below, own(body, name)));
}

function bodyOf(subject: Subject, kind: string): Body | undefined {
  if (subject.kind !== null) return subject.kind === kind ? subject.body : undefined;
  const body = own(subject.body, kind);
  return isObject(body) ? body : undefined;
}

/** What is no object is dropped, the rest is used. */
function checkBodies(bodies: Body): void {
  for (const kind of Object.keys(bodies)) {
    const body = bodies[kind];
    if (!isObject(body)) continue;
    kindIn(kind);
    keyIn(own(body, 'key'));
  }
}

function kindIn(kind: unknown): string {
  if (kind === null || kind === 'user') return 'user';
  if (typeof kind === 'string' && kind !== 'kind' && KIND_PATTERN.test(kind)) return kind;
  throw invalid('its kind is not a legal name');
}

function keyIn(key: unknown): string | null {
  if (typeof key === 'string' && key !== '') return key;
  if (key === undefined || key === null) return null;
  if (typeof key === 'number' && Number.isFinite(key)) return String(key);
  throw invalid('its key is neither a non-empty string nor a finite number');
}

/** Whether the context holds one body per kind without saying so. */
function isBodyPerKind(input: Body): boolean {
  let isAny = false;
  for (const name in input) {
    if (!Object.hasOwn(input, name)) continue;
    if (!isPlain(input[name])) return false;
    isAny = true;
  }
  return isAny;
}

function below(value: unknown, name: string): unknown {
  if (Array.isArray(value)) return INDEX.test(name) ? value[Number(name)] : undefined;
  return isObject(value) ? own(value, name) : undefined;
}

function asJson(value: unknown): unknown {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) ? value : undefined;
    case 'object':
      if (value === null) return undefined;
      if (Array.isArray(value))
        return value.every((element) => typeof element === 'string') ? value : value.map(asJson);
      return 'getTime' in value && typeof value.getTime === 'function' ? asJson(value.getTime()) : value;
    default:
      return undefined;
  }
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
