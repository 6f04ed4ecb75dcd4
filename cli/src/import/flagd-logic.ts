import { RESERVED_KEYS, type Scalar } from '@glidepath/core';
import { comparison, isScalar } from './clauses.ts';
import { ALWAYS, allOf, anyOf, clauseOf, type Expression, exists, NEVER, not } from './expression.ts';
import { Untranslatable } from './imported.ts';
import { type Fields, isFields, listOf } from './reading.ts';
import { readVersion } from './versions.ts';

/** One operation of JsonLogic and what it is given; null for what is a value by itself. */
export function operationOf(logic: unknown): { readonly name: string; readonly given: readonly unknown[] } | null {
  if (!isFields(logic)) return null;
  const [entry, another] = Object.entries(logic);
  if (entry === undefined || another !== undefined) throw new Untranslatable('an operation has more than one name');
  const [name, given] = entry;
  return { name, given: Array.isArray(given) ? given : [given] };
}

/** The same logic with what it refers to in its place. */
export function withEvaluators(logic: unknown, evaluators: Fields, depth = 0): unknown {
  if (depth > 50) throw new Untranslatable('its evaluators refer to each other without an end');
  if (Array.isArray(logic)) return logic.map((one) => withEvaluators(one, evaluators, depth));
  if (!isFields(logic)) return logic;
  const reference = logic['$ref'];
  if (typeof reference === 'string') {
    if (!Object.hasOwn(evaluators, reference)) throw new Untranslatable(`there is no evaluator ${reference}`);
    return withEvaluators(evaluators[reference], evaluators, depth + 1);
  }
  return Object.fromEntries(Object.entries(logic).map(([name, one]) => [name, withEvaluators(one, evaluators, depth)]));
}

export interface Variable {
  /** As it is referred to here. */
  readonly attribute: string;
}

/** Null for what is no attribute of the context. */
function variableOf(logic: unknown): Variable | null {
  const operation = operationOf(logic);
  if (operation?.name !== 'var') return null;
  const [name, otherwise] = operation.given;
  if (typeof name !== 'string' || name === '' || otherwise !== undefined)
    throw new Untranslatable('it reads an attribute by a name that is computed, or with a default');
  if (name === '$flagd.timestamp') throw new Untranslatable('it depends on the time: use a scheduled change here');
  if (name.startsWith('$flagd')) return null;
  if (name === 'targetingKey') return { attribute: 'key' };
  const path = name.split('.');
  if (path.some((step) => RESERVED_KEYS.has(step))) throw new Untranslatable(`nothing called ${name} is read here`);
  return { attribute: path.length === 1 && !name.startsWith('/') ? name : path.map(escaped).join('') };
}

const escaped = (step: string): string => `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`;

/** A value that is written down, or the flag's own key. */
export function literalOf(logic: unknown, flagKey: string): Scalar | null | undefined {
  if (logic === null || isScalar(logic)) return logic;
  const operation = operationOf(logic);
  return operation?.name === 'var' && operation.given[0] === '$flagd.flagKey' ? flagKey : undefined;
}

/** For whom it is something that counts as true. */
export function conditionOf(logic: unknown, flagKey: string): Expression {
  const literal = literalOf(logic, flagKey);
  if (literal !== undefined) return literal ? ALWAYS : NEVER;
  const variable = variableOf(logic);
  // Whatever is there and is not empty.
  if (variable !== null) return { kind: 'clause', clause: { ...inList(variable, [false, 0, '']), negate: true } };
  const operation = operationOf(logic);
  if (operation === null) throw new Untranslatable('a list is no condition here');
  const make = Object.hasOwn(CONDITIONS, operation.name) ? CONDITIONS[operation.name] : undefined;
  if (make === undefined) throw new Untranslatable(`there is nothing like ${operation.name} here`);
  return make(operation.given, flagKey);
}

type Make = (given: readonly unknown[], flagKey: string) => Expression;

const inList = ({ attribute }: Variable, values: readonly Scalar[]) => ({ attribute, operator: 'in', values });

const CONDITIONS: Readonly<Record<string, Make>> = {
  and: (given, key) => allOf(...given.map((one) => conditionOf(one, key))),
  or: (given, key) => anyOf(...given.map((one) => conditionOf(one, key))),
  '!': ([one], key) => not(conditionOf(one, key)),
  '!!': ([one], key) => conditionOf(one, key),
  '==': (given, key) => equal(given, key, loosely),
  '===': (given, key) => equal(given, key, (value) => [value]),
  '!=': (given, key) => not(equal(given, key, loosely)),
  '!==': (given, key) => not(equal(given, key, (value) => [value])),
  '<': (given, key) => ordered(given, key, '<'),
  '<=': (given, key) => ordered(given, key, '<='),
  '>': (given, key) => ordered(given, key, '>'),
  '>=': (given, key) => ordered(given, key, '>='),
  in: isAmong,
  starts_with: (given, key) => textual(given, key, 'starts-with'),
  ends_with: (given, key) => textual(given, key, 'ends-with'),
  sem_ver: versioned,
};

/** What a loose comparison takes for the same. */
function loosely(value: Scalar): readonly Scalar[] {
  const number = value === '' ? 0 : Number(value);
  if (Number.isNaN(number)) return [value];
  const same = [value, number, ...(typeof value === 'string' ? [] : [String(number)])];
  return [...new Set([...same, ...(number === 1 ? [true] : []), ...(number === 0 ? [false] : [])])];
}

/** An attribute and what it is compared with, whichever stands first. */
function sides(given: readonly unknown[], flagKey: string) {
  const [one, other] = given;
  const [first, second] = [variableOf(one), variableOf(other)];
  const [literal, another] = [literalOf(other, flagKey), literalOf(one, flagKey)];
  if (given.length === 2 && first !== null && literal !== undefined)
    return { variable: first, literal, isTurned: false };
  if (given.length === 2 && second !== null && another !== undefined)
    return { variable: second, literal: another, isTurned: true };
  throw new Untranslatable('it compares something else than an attribute with a value');
}

function equal(given: readonly unknown[], flagKey: string, same: (value: Scalar) => readonly Scalar[]): Expression {
  const [one, other] = given.map((logic) => literalOf(logic, flagKey));
  if (one !== undefined && other !== undefined) return one === other ? ALWAYS : NEVER;
  const { variable, literal } = sides(given, flagKey);
  if (literal === null) return not(exists(variable.attribute));
  return clauseOf(variable.attribute, 'in', same(literal));
}

const ORDERS = {
  '<': { operator: 'less-than', turned: '>', test: (a: number, b: number) => a < b },
  '<=': { operator: 'at-most', turned: '>=', test: (a: number, b: number) => a <= b },
  '>': { operator: 'greater-than', turned: '<', test: (a: number, b: number) => a > b },
  '>=': { operator: 'at-least', turned: '<=', test: (a: number, b: number) => a >= b },
} as const;

function ordered(given: readonly unknown[], flagKey: string, name: keyof typeof ORDERS): Expression {
  const [low, middle, high] = given;
  if (given.length === 3) return allOf(ordered([low, middle], flagKey, name), ordered([middle, high], flagKey, name));
  const { variable, literal, isTurned } = sides(given, flagKey);
  if (typeof literal !== 'number') throw new Untranslatable(`it orders by ${name} what is no number`);
  const { operator, test } = ORDERS[isTurned ? ORDERS[name].turned : name];
  const compared = clauseOf(variable.attribute, operator, [literal]);
  // There, what is missing counts as 0.
  return test(0, literal) ? anyOf(compared, not(exists(variable.attribute))) : compared;
}

function isAmong(given: readonly unknown[], flagKey: string): Expression {
  const [needle, haystack] = given;
  const variable = variableOf(needle);
  if (variable !== null && Array.isArray(haystack) && haystack.every((one) => one === null || isScalar(one)))
    return comparison({ attribute: variable.attribute, operator: 'in' }, haystack);
  const literal = literalOf(needle, flagKey);
  const text = Array.isArray(haystack) ? null : variableOf(haystack);
  if (typeof literal === 'string' && text !== null)
    return anyOf(clauseOf(text.attribute, 'contains', [literal]), clauseOf(text.attribute, 'in', [literal]));
  throw new Untranslatable('it asks whether something is in what is neither a list nor an attribute');
}

function textual(given: readonly unknown[], flagKey: string, operator: string): Expression {
  const { variable, literal, isTurned } = sides(given, flagKey);
  if (isTurned) throw new Untranslatable('it looks for an attribute in a text');
  return typeof literal === 'string' ? clauseOf(variable.attribute, operator, [literal]) : NEVER;
}

function versioned(given: readonly unknown[]): Expression {
  const [left, operator, right] = given;
  const variable = variableOf(left);
  const version = typeof right === 'string' ? readVersion(right.replace(/^[vV]/, '')) : null;
  if (variable === null || version === null) throw new Untranslatable('it compares versions that are not written down');
  const [major = 0, minor = 0] = version.numbers;
  const text = String(right).replace(/^[vV]/, '');
  const is = (name: string, value: string) => clauseOf(variable.attribute, `semver-${name}`, [value]);
  const between = (from: string, to: string) => allOf(is('at-least', `${from}-0`), is('less-than', `${to}-0`));
  switch (operator) {
    case '=':
      return is('equal', text);
    case '!=':
      return anyOf(is('less-than', text), is('greater-than', text));
    case '<':
      return is('less-than', text);
    case '<=':
      return is('at-most', text);
    case '>':
      return is('greater-than', text);
    case '>=':
      return is('at-least', text);
    case '^':
      return between(`${major}.0.0`, `${major + 1}.0.0`);
    case '~':
      return between(`${major}.${minor}.0`, `${major}.${minor + 1}.0`);
    default:
      throw new Untranslatable(`versions are not compared by ${String(operator)} here`);
  }
}

/** A part of those who are dealt: its variant, null for the default one, and its weight. */
export interface Bucket {
  readonly variant: string | null;
  readonly weight: number;
}

export interface Fractional {
  readonly attribute: string;
  /** Null: the flag's own; what people are dealt by together with their key otherwise. */
  readonly salt: string | null;
  readonly buckets: readonly Bucket[];
  /** Whether those are dealt too who have no such attribute: it is put together with something else. */
  readonly isOfAll: boolean;
}

export function fractionalOf(given: readonly unknown[], flagKey: string): Fractional {
  const [first, ...rest] = given;
  const isKeyed = !Array.isArray(first);
  const buckets = (isKeyed ? rest : given).map(bucketFrom);
  if (!isKeyed) return { attribute: 'key', salt: null, buckets, isOfAll: false };
  const operation = operationOf(first);
  if (operation?.name !== 'cat') {
    const variable = variableOf(first);
    if (variable === null) throw new Untranslatable('it deals by something that is no attribute');
    return { attribute: variable.attribute, salt: 'fractional', buckets, isOfAll: false };
  }
  const parts = operation.given.map((one) => literalOf(one, flagKey) ?? variableOf(one));
  const variable = parts.at(-1);
  const before = parts.slice(0, -1);
  if (!isFields(variable) || before.some((one) => !isScalar(one)))
    throw new Untranslatable('it deals by more than one attribute');
  const salt = before.join('');
  return {
    attribute: (variable as unknown as Variable).attribute,
    salt: salt === flagKey || salt === '' ? null : salt,
    buckets,
    isOfAll: true,
  };
}

function bucketFrom(given: unknown): Bucket {
  const [variant, weight = 1] = listOf(given);
  const isName = variant === null || isScalar(variant);
  if (!Array.isArray(given) || !isName || typeof weight !== 'number')
    throw new Untranslatable('a part of its percentages is computed');
  return { variant: variant === null ? null : String(variant), weight: Math.max(0, weight) };
}
