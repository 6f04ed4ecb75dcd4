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
/** In the place of a kind that the context does not have. */
const ABSENT: Body = Object.freeze({});
const INDEX = /^\d+$/;

/** Checks what a caller passed and fills in who it is; throws `INVALID_CONTEXT`, or what a getter throws. */
export function readContext(input: unknown, subject: Subject): void {
  subject.kind = 'user';
  subject.body = NO_BODY;
  subject.key = null;
  if (input === null || input === undefined) return;
  const body = input as Body;
  // Read before anything is asked about the object: V8 then knows its shape, and with it the answers.
  let key = body['key'];
  let kind = body['kind'];
  subject.isPlain = Object.getPrototypeOf(body) === ROOT;
  if (!subject.isPlain || ROOT['key'] !== undefined || ROOT['kind'] !== undefined) {
    if (!isObject(body)) throw invalid('it is not an object');
    key = own(body, 'key');
    kind = own(body, 'kind');
  }
  if (kind === 'multi' || (kind === undefined && key === undefined && isBodyPerKind(body))) {
    checkBodies(body);
    subject.kind = null;
  } else {
    if (kind !== undefined) subject.kind = kindIn(kind);
    subject.key = keyIn(key);
  }
  subject.body = body;
}

/** Whether this is a single context of kind `user` with a key of its own; of others `readContext` has to tell. */
export function isSurelyContext(input: unknown): boolean {
  if (typeof input !== 'object' || input === null) return false;
  const { key, kind } = input as Body;
  return (
    typeof key === 'string' &&
    key !== '' &&
    kind === undefined &&
    Object.getPrototypeOf(input) === ROOT &&
    ROOT['key'] === undefined
  );
}

/** The key of one kind as a string; null when it is keyless or the context has no such kind. */
export function keyOf(subject: Subject, kind: string): string | null {
  return subject.kind === kind ? subject.key : keyIn(own(bodyOf(subject, kind), 'key'));
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
  const { kind, name, path } = place;
  if (place.isPlain && subject.kind === kind) {
    const value = subject.isPlain ? place.read(subject.body, name) : own(subject.body, name);
    return typeof value === 'string' ? value : asJson(value);
  }
  const body = bodyOf(subject, kind);
  if (place.isPlain || path.length > 0) return asJson(path.reduce(below, own(body, name)));
  if (name === 'key') return keyOf(subject, kind) ?? undefined;
  return body === ABSENT ? undefined : kind;
}

function bodyOf(subject: Subject, kind: string): Body {
  if (subject.kind !== null) return subject.kind === kind ? subject.body : ABSENT;
  const body = own(subject.body, kind);
  return isObject(body) ? body : ABSENT;
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

/** As far as it can be written as JSON. */
export function asJson(value: unknown): unknown {
  if (typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value)) return value;
  if (typeof value !== 'object' || value === null) return undefined;
  return 'getTime' in value && typeof value.getTime === 'function' ? asJson(value.getTime()) : value;
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

export function invalid(why: string): Fault {
  return new Fault('INVALID_CONTEXT', `the context is invalid: ${why}`);
}

function unescaped(name: string): string {
  return name.replaceAll('~1', '/').replaceAll('~0', '~');
}
