import { thrownWords } from './thrown.ts';
import type { StandardSchema } from './typing.ts';

/** What a schema said of a value; a schema may also make another value of it. */
export type Verdict =
  | { readonly kind: 'valid'; readonly value: unknown }
  | { readonly kind: 'rejected'; readonly why: string };

/** Why a value is not what the caller's fallback promises; null when it may be. */
export function misfitOf(value: unknown, fallback: unknown): string | null {
  if (fallback === undefined || fallback === null) return null;
  const served = typeName(value);
  const expected = typeName(fallback);
  return served === expected ? null : `the value is of type ${served}, the fallback of type ${expected}`;
}

interface Known {
  readonly objects: WeakMap<object, Verdict>;
  readonly others: Map<unknown, Verdict>;
}

const MOST_OTHERS = 1_000;
const NO_SCHEMA: Verdict = { kind: 'rejected', why: 'the schema is none' };
/** A value is the same object as long as its flag stays as it is, so that each is checked once. */
const known = new WeakMap<object, Known>();

/** Runs the schema over a value that it has not seen yet. Never throws. */
export function verdictOf(schema: StandardSchema<unknown>, value: unknown): Verdict {
  // Some libraries' schemas are functions.
  if (schema === null || (typeof schema !== 'object' && typeof schema !== 'function')) return NO_SCHEMA;
  const before = known.get(schema) ?? { objects: new WeakMap(), others: new Map() };
  known.set(schema, before);
  const isObject = typeof value === 'object' && value !== null;
  const told = isObject ? before.objects.get(value) : before.others.get(value);
  if (told !== undefined) return told;
  const verdict = ask(schema, value);
  if (isObject) before.objects.set(value, verdict);
  else if (before.others.size < MOST_OTHERS) before.others.set(value, verdict);
  return verdict;
}

/** Of a schema that keeps to the standard, or not. */
interface Result {
  readonly value?: unknown;
  readonly issues?: readonly unknown[];
  then?(onValue: undefined, onError: () => void): unknown;
}

function ask(schema: StandardSchema<unknown>, value: unknown): Verdict {
  try {
    const result = schema['~standard'].validate(value) as Result;
    if (typeof result.then === 'function') {
      // Nobody waits for it, so that its failure is nobody's either.
      result.then(undefined, () => undefined);
      return rejected('the schema is asynchronous: only a synchronous one can check a flag');
    }
    if (result.issues !== undefined) return rejected(wordsOf(result.issues));
    return 'value' in result ? { kind: 'valid', value: deepFrozen(result.value) } : rejected('the schema said nothing');
  } catch (error) {
    return rejected(`the schema threw ${thrownWords(error)}`);
  }
}

function wordsOf([issue]: readonly unknown[]): string {
  const message = (issue as { message?: unknown } | undefined)?.message;
  return `the schema rejected the value${typeof message === 'string' ? `: ${message.slice(0, 200)}` : ''}`;
}

function rejected(why: string): Verdict {
  return { kind: 'rejected', why };
}

/** The same value goes to every caller, so that none may alter it. */
function deepFrozen(value: unknown): unknown {
  const isData = Array.isArray(value) || (typeof value === 'object' && value !== null && isPlain(value));
  if (!isData || Object.isFrozen(value)) return value;
  Object.freeze(value);
  Object.values(value as object).forEach(deepFrozen);
  return value;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

function typeName(value: unknown): string {
  try {
    return Array.isArray(value) ? 'array' : typeof value;
  } catch {
    // A proxy that was revoked is not even that.
    return 'nothing';
  }
}
