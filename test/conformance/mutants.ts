import type { Scalar } from '@glidepath/core';
import { hashOf } from './reference/buckets.ts';
import { instantOf } from './reference/dates.ts';
import { addressOf, blockOf, isInside } from './reference/networks.ts';
import { OPERATORS, patternOf, type ValueTest } from './reference/operators.ts';
import { any, DEFINITION, every, type Parts } from './reference/parts.ts';
import { STEPS } from './reference/steps.ts';
import { precedence, versionOf } from './reference/versions.ts';

/** The definition with one thing wrong. */
export interface Mutant {
  readonly name: string;
  readonly parts: Partial<Parts>;
}

/** Any two steps change places; any one is left out. */
function orders(): readonly Mutant[] {
  const swapped = STEPS.flatMap((first, i) =>
    STEPS.slice(i + 1).map((second) => ({
      name: `${first.name} and ${second.name} change places`,
      parts: { order: STEPS.map((step) => (step === first ? second : step === second ? first : step)) },
    })),
  );
  // Without the last one nobody would get anything.
  const missing = STEPS.slice(0, -1).map((left) => ({
    name: `${left.name} is left out`,
    parts: { order: STEPS.filter((step) => step !== left) },
  }));
  return [...swapped, ...missing];
}

function withOperator(name: string, operator: string, test: ValueTest): Mutant {
  return { name: `${operator} ${name}`, parts: { operators: { ...OPERATORS, [operator]: test } } };
}

/** Each operator does what another one does, the contrary, nothing, everything. */
function operators(): readonly Mutant[] {
  return Object.entries(OPERATORS).flatMap(([operator, test]) => [
    ...Object.entries(OPERATORS)
      .filter(([other]) => other !== operator)
      .map(([other, instead]) => withOperator(`is ${other}`, operator, instead)),
    withOperator('is flipped', operator, (attribute, value) => !test(attribute, value)),
    withOperator('always matches', operator, () => true),
    withOperator('never matches', operator, () => false),
  ]);
}

const lower = (value: unknown): unknown => (typeof value === 'string' ? value.toLowerCase() : value);
const text = (value: unknown): unknown => (typeof value === 'object' ? value : String(value));
const trimmed = (value: unknown): unknown => (typeof value === 'string' ? value.trim() : value);
const composed = (value: unknown): unknown => (typeof value === 'string' ? value.normalize() : value);
const numeric = (value: unknown): unknown => (typeof value === 'string' ? Number(value) : value);

/** What somebody writing an evaluator in a hurry would get wrong. */
function subtleOperators(): readonly Mutant[] {
  const through = (name: string, change: (value: unknown) => unknown, names: readonly string[]) =>
    names.map((operator) => {
      const test = OPERATORS[operator];
      if (test === undefined) throw new Error(`there is no operator ${operator}`);
      return withOperator(name, operator, (attribute, value) => test(change(attribute), change(value)));
    });
  const onText = ['in', 'contains', 'starts-with', 'ends-with'];
  const onNumbers = ['less-than', 'at-most', 'greater-than', 'at-least'];
  const instants = (attribute: unknown, value: unknown, read = instantOf): readonly [number, number] => [
    read(attribute) ?? Number.NaN,
    read(value) ?? Number.NaN,
  ];
  const lenient = (value: unknown) => (typeof value === 'string' ? Date.parse(value) : instantOf(value));
  const versions = (attribute: unknown, value: unknown, compare: (a: string, b: string) => number) =>
    typeof attribute === 'string' && typeof value === 'string' && versionOf(attribute) && versionOf(value)
      ? compare(attribute, value)
      : Number.NaN;
  const withoutSuffix = (version: string) => version.replace(/^v/, '').replace(/[-+].*$/, '');
  const byRelease = (a: string, b: string) => orderOf(withoutSuffix(a), withoutSuffix(b));
  const cidr = (bits: number, attribute: unknown, value: unknown) => {
    const [address, block] = [addressOf(String(attribute)), blockOf(String(value))];
    const prefix = Math.max(0, (block?.prefix ?? 0) + bits);
    return address !== undefined && block !== undefined && isInside(address, { ...block, prefix });
  };
  const matches =
    (limit: number, find: (pattern: string, input: string) => boolean): ValueTest =>
    (attribute, value) =>
      typeof attribute === 'string' && typeof value === 'string' && attribute.length <= limit && find(value, attribute);
  const finds = (pattern: string, input: string) => patternOf(pattern).matcher(input).find();
  return [
    ...through('ignores case', lower, onText),
    ...through('turns numbers and booleans into texts', text, onText),
    ...through('trims', trimmed, ['in']),
    ...through('composes letters', composed, ['in']),
    ...through('turns texts into numbers', numeric, onNumbers),
    withOperator('converts as == does', 'in', (attribute, value) => looselyEqual(attribute, value as Scalar)),
    withOperator('is true of the very moment', 'before', (a, b) => instants(a, b)[0] <= instants(a, b)[1]),
    withOperator('is true of the very moment', 'after', (a, b) => instants(a, b)[0] >= instants(a, b)[1]),
    withOperator(
      'reads what the host reads',
      'before',
      (a, b) => instants(a, b, lenient)[0] < instants(a, b, lenient)[1],
    ),
    withOperator(
      'reads what the host reads',
      'after',
      (a, b) => instants(a, b, lenient)[0] > instants(a, b, lenient)[1],
    ),
    withOperator('compares texts', 'before', (a, b) => typeof a === 'string' && typeof b === 'string' && a < b),
    withOperator('ignores pre-releases', 'semver-equal', (a, b) => versions(a, b, byRelease) === 0),
    withOperator('ignores pre-releases', 'semver-less-than', (a, b) => versions(a, b, byRelease) < 0),
    withOperator('compares texts', 'semver-less-than', (a, b) => versions(a, b, (x, y) => (x < y ? -1 : 1)) < 0),
    withOperator('compares texts', 'semver-equal', (a, b) => versions(a, b, (x, y) => (x === y ? 0 : 1)) === 0),
    withOperator('takes one bit less', 'in-cidr', (a, b) => cidr(-1, a, b)),
    withOperator('takes any address of the family', 'in-cidr', (a, b) => cidr(-128, a, b)),
    withOperator(
      'wants the whole text',
      'matches',
      matches(4_096, (pattern, input) => patternOf(pattern).matches(input)),
    ),
    withOperator('takes inputs of any length', 'matches', matches(Number.MAX_VALUE, finds)),
    withOperator('takes inputs of 4,095 characters only', 'matches', matches(4_095, finds)),
    withOperator(
      'looks for the pattern as a text',
      'matches',
      matches(4_096, (pattern, input) => input.includes(pattern)),
    ),
  ];
}

function orderOf(a: string, b: string): number {
  const [left, right] = [versionOf(a), versionOf(b)];
  return left && right ? precedence(left, right) : Number.NaN;
}

function looselyEqual(attribute: unknown, value: Scalar): boolean {
  // biome-ignore lint/suspicious/noDoubleEquals: what the mutant is about
  return typeof attribute !== 'object' && attribute == value;
}

function rest(): readonly Mutant[] {
  const {
    bucketOf: bucket,
    bucketText,
    bucketBy,
    keyOf,
    members,
    ofMissing,
    prerequisiteMustBeOn,
    satisfies,
    fits,
  } = DEFINITION;
  const named: Readonly<Record<string, Partial<Parts>>> = {
    'negate is ignored': { negated: (holds) => holds },
    'every clause is negated': { negated: (holds) => !holds },
    'negate is compared with what it is': {
      negated: (holds, negate) => holds !== (negate ?? false) || negate === null,
    },
    'a missing attribute matches negated clauses': { ofMissing: (negate) => negate === true },
    'a missing attribute matches': { ofMissing: () => !ofMissing(false) },
    'exists is true of what is missing': { exists: () => true },
    'exists is never true': { exists: () => false },
    'exists wants what counts as true': { exists: (value) => Boolean(value) },
    'exists wants an element': {
      exists: (value) => value !== undefined && !(Array.isArray(value) && value.length === 0),
    },
    'the kind of a clause is ignored': { kindOf: () => 'user' },
    'one clause of a rule is enough': { overClauses: any },
    'all values have to match': { overValues: every },
    'all elements have to match': { overElements: every },
    'only the first value counts': { overValues: (list, test) => list.slice(0, 1).some(test) },
    'only the first element counts': { overElements: (list, test) => list.slice(0, 1).some(test) },
    'all segments are needed': { overSegments: every },
    'only the first segment counts': { overSegments: (list, test) => list.slice(0, 1).some(test) },
    'included wins over excluded': { segmentOrder: ['included', 'excluded', 'rules'] },
    'rules win over included': { segmentOrder: ['excluded', 'rules', 'included'] },
    'rules win over excluded': { segmentOrder: ['rules', 'excluded', 'included'] },
    'excluded is ignored': { segmentOrder: ['included', 'rules'] },
    'included is ignored': { segmentOrder: ['excluded', 'rules'] },
    'rules of segments are ignored': { segmentOrder: ['excluded', 'included'] },
    'lists are of users whatever they say': { listKind: () => 'user' },
    'lists ignore case': { members: (keys, key) => keys.some((other) => other.toLowerCase() === key.toLowerCase()) },
    'lists hold what objects inherit': { members: (keys, key) => members(keys, key) || key in {} },
    'lists hold what begins alike': { members: (keys, key) => keys.some((other) => key.startsWith(other)) },
    'numbers are no keys': { keyOf: (key) => (typeof key === 'number' ? null : keyOf(key)) },
    'numbers make a context invalid': { keyOf: (key) => (typeof key === 'number' ? undefined : keyOf(key)) },
    'an empty key is keyless': { keyOf: (key) => (key === '' ? null : keyOf(key)) },
    'true is a key': { keyOf: (key) => (typeof key === 'boolean' ? String(key) : keyOf(key)) },
    'infinity is a key': { keyOf: (key) => (typeof key === 'number' ? String(key) : keyOf(key)) },
    'null is no key at all': { keyOf: (key) => (key === null ? undefined : keyOf(key)) },
    'the salt is ignored': { bucketOf: (_, value) => hashTo(value, 0) },
    'the salt is hashed before the value': { bucketOf: (salt, value) => hashTo(`${salt}.${value}`, 0) },
    'the value is hashed first': { bucketOf: (salt, value) => hashTo(salt, hashOf(value, 0)) },
    'buckets are a remainder': { bucketOf: (salt, value) => hashOf(value, hashOf(salt, 0)) % 100_000 },
    'buckets are rounded': {
      bucketOf: (salt, value) => Math.round((hashOf(value, hashOf(salt, 0)) * 100_000) / 2 ** 32),
    },
    'buckets are one off': { bucketOf: (salt, value) => (bucket(salt, value) + 1) % 100_000 },
    'there are 10,000 buckets': { bucketOf: (salt, value) => Math.floor(bucket(salt, value) / 10) },
    'text is encoded twice': { bucketOf: (salt, value) => bucket(salt, bytesAsText(encodeURIComponent(value))) },
    'a range holds the bucket at which it ends': { isBelow: (position, end) => position <= end },
    'a range ends a bucket early': { isBelow: (position, end) => position < end - 1 },
    'the salt of a split is ignored': { saltOf: (_, own) => own },
    'the salt of a flag is ignored': { saltOf: (given) => given ?? '' },
    'the bucketing attribute is ignored': { bucketBy: (by) => ({ ...bucketBy(by), attribute: 'key' }) },
    'the bucketing kind is ignored': { bucketBy: (by) => ({ ...bucketBy(by), contextKind: 'user' }) },
    'how to bucket is ignored': { bucketBy: () => bucketBy(undefined) },
    'integers cannot be bucketed': { bucketText: (value) => (typeof value === 'string' ? value : undefined) },
    'fractions can be bucketed': {
      bucketText: (value) => (typeof value === 'number' ? String(value) : bucketText(value)),
    },
    'booleans can be bucketed': {
      bucketText: (value) => (typeof value === 'boolean' ? String(value) : bucketText(value)),
    },
    'arrays can be bucketed': { bucketText: (value) => (Array.isArray(value) ? String(value) : bucketText(value)) },
    'an empty text cannot be bucketed': { bucketText: (value) => (value === '' ? undefined : bucketText(value)) },
    'who cannot be bucketed is in the first bucket': { bucketText: (value) => bucketText(value) ?? '' },
    'who cannot be bucketed gets the off variation in any case': { unbucketed: (_, off) => off },
    'who cannot be bucketed gets the first variation': { unbucketed: (owners, off) => owners[0] ?? off },
    'who cannot be bucketed gets the last variation': { unbucketed: (owners, off) => owners.at(-1) ?? off },
    'a share takes who cannot be bucketed': { takesUnbucketed: true },
    'a prerequisite may be off': { prerequisiteMustBeOn: ({ killed }) => killed !== true },
    'a prerequisite may be killed': { prerequisiteMustBeOn: ({ on }) => on },
    'a prerequisite only has to be on': { satisfies: () => true },
    'a prerequisite must not serve what is wanted': { satisfies: (served, wanted) => !satisfies(served, wanted) },
    'only the first wanted variation counts': { satisfies: (served, wanted) => served === wanted[0] },
    'prerequisites must be off': { prerequisiteMustBeOn: (body) => !prerequisiteMustBeOn(body) },
    'any fallback fits': { fits: () => true },
    'null fits nothing': { fits: (fallback, type) => fallback !== null && fits(fallback, type) },
    'undefined fits nothing': { fits: (fallback, type) => fallback !== undefined && fits(fallback, type) },
    'arrays fit no JSON': { fits: (fallback, type) => !Array.isArray(fallback) && fits(fallback, type) },
    'what cannot be read is not kept': { keepsReadable: false },
    'an unknown operator does not match': { refusesUnknown: false },
    'references may be 200 deep': { referenceDepth: 200 },
    'references may be 50 deep': { referenceDepth: 50 },
    'lists are walked from the end': { inOrder: (list) => [...list].reverse() },
    'only the first of a list is asked': { inOrder: (list) => list.slice(0, 1) },
  };
  return Object.entries(named).map(([name, parts]) => ({ name, parts }));
}

function hashTo(value: string, seed: number): number {
  return Math.floor((hashOf(value, seed) * 100_000) / 2 ** 32);
}

/** One character per byte. */
function bytesAsText(text: string): string {
  return text.replace(/%([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

export const MUTANTS: readonly Mutant[] = [...orders(), ...operators(), ...subtleOperators(), ...rest()];
