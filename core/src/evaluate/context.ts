import { KIND_PATTERN } from '../model/keys.ts';
import { Fault } from './fault.ts';
import { isBodyPerKind, isObject } from './objects.ts';
import { type Body, KEY_SLOT, own, ownAt, ROOT, slotOf } from './properties.ts';

/** A context whose shape was checked; its attributes are read when a clause asks for them. */
export interface Subject {
  /** The kind of a single context; null when there is one body per kind. */
  kind: string | null;
  body: Body;
  /** The same where `body` inherits what every object does and nothing else; else null. */
  plainKind: string | null;
  /** The key of a single context; null when it is keyless. */
  key: string | null;
}

export const NO_BODY: Body = Object.freeze({});
/** In the place of a kind that the context does not have. */
const ABSENT: Body = Object.freeze({});
const INDEX = /^\d+$/;

/** Checks what a caller passed and fills in who it is; throws `INVALID_CONTEXT`, or what a getter throws. */
export function readContext(input: unknown, subject: Subject): void {
  const body = input as Body;
  subject.kind = subject.plainKind = 'user';
  subject.key = null;
  subject.body = NO_BODY;
  if (body === null || body === undefined) return;
  if (!isObject(body)) throw invalid('it is not an object');
  const key = own(body, 'key');
  const kind = own(body, 'kind');
  if (kind === 'multi' || (kind === undefined && key === undefined && isBodyPerKind(body))) {
    checkBodies(body);
    subject.kind = null;
  } else {
    subject.kind = kindIn(kind);
    subject.key = keyIn(key);
  }
  subject.plainKind = Object.getPrototypeOf(body) === ROOT ? subject.kind : null;
  subject.body = body;
}

/** The key of what is surely a single context of kind `user`, as most are; null where `readContext` has to tell. */
export function sureKeyOf(input: unknown): string | null {
  if (input === null || input === undefined) return null;
  // Read before anything is asked about the object: V8 then knows its shape, and with it the answers.
  const body = input as Body;
  const key = body['key'];
  const kind = body['kind'];
  const isSure =
    typeof key === 'string' &&
    key !== '' &&
    (kind === 'user' || kind === undefined) &&
    Object.getPrototypeOf(input) === ROOT &&
    ROOT['key'] === undefined;
  return isSure ? key : null;
}

/** The key of one kind as a string; null when it is keyless or the context has no such kind. */
export function keyOf(subject: Subject, kind: string): string | null {
  return subject.kind === kind ? subject.key : keyElsewhere(subject, kind);
}

function keyElsewhere(subject: Subject, kind: string): string | null {
  return keyIn(own(bodyOf(subject, kind), 'key'));
}

/** Where the value of a reference is found: a name, or a path such as `/address/city`. */
export interface Place {
  readonly kind: string;
  readonly name: string;
  /** The path below `name`. */
  readonly path: readonly string[];
  /** The kind, where it is an attribute like any other, or `key`; empty for `kind` and what has a path. */
  readonly plainKind: string;
  readonly slot: number;
}

export function placeOf(kind: string, reference: string): Place {
  const [name = '', ...path] = reference.startsWith('/') ? reference.slice(1).split('/').map(unescaped) : [reference];
  const plainKind = path.length === 0 && name !== 'kind' ? kind : '';
  return { kind, name, path, plainKind, slot: path.length === 0 ? slotOf(name) : -1 };
}

/** Undefined stands for what is missing, null, or cannot be written as JSON; a `Date` is its milliseconds. */
export function readAttribute(subject: Subject, place: Place): unknown {
  return place.slot !== KEY_SLOT && subject.plainKind === place.plainKind
    ? asJson(ownAt(place.slot, subject.body, place.name))
    : readElsewhere(subject, place);
}

function readElsewhere(subject: Subject, { kind, plainKind, name, path, slot }: Place): unknown {
  if (slot === KEY_SLOT) return keyOf(subject, kind) ?? undefined;
  const body = bodyOf(subject, kind);
  if (plainKind !== '' || path.length > 0) return asJson(path.reduce(below, own(body, name)));
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
  if (kind === undefined || kind === null || kind === 'user') return 'user';
  if (typeof kind === 'string' && kind !== 'kind' && KIND_PATTERN.test(kind)) return kind;
  throw invalid('its kind is not a legal name');
}

function keyIn(key: unknown): string | null {
  if (typeof key === 'string' && key !== '') return key;
  if (key === undefined || key === null) return null;
  if (typeof key === 'number' && Number.isFinite(key)) return String(key);
  throw invalid('its key is not a text or a number');
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

export function invalid(why: string): Fault {
  return new Fault('INVALID_CONTEXT', `the context is invalid: ${why}`);
}

function unescaped(name: string): string {
  return name.replaceAll('~1', '/').replaceAll('~0', '~');
}
