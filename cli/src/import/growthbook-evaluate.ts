import type { Json } from '@glidepath/core';
import type { Feature, Rule } from './growthbook-shape.ts';
import type { Deal, Evaluator } from './imported.ts';
import { type Fields, fieldsIn, fieldsOf, isFields, listOf } from './reading.ts';

interface Visit {
  readonly features: ReadonlyMap<string, Feature>;
  readonly groups: Fields;
  readonly context: Fields;
  readonly deal: Deal;
}

/** Answers what GrowthBook's SDKs answer, by their published rules. */
export function growthBookEvaluator(given: readonly Feature[], groups: Fields): Evaluator {
  const features = new Map(given.filter(({ isOn }) => isOn).map((feature) => [feature.key, feature]));
  return {
    flags: given.map(({ key }) => key),
    evaluate: (key, context, deal) => valueFor(key, { features, groups, context, deal }, []) ?? undefined,
  };
}

function valueFor(key: string, visit: Visit, visited: readonly string[]): Json {
  const feature = visit.features.get(key);
  if (feature === undefined || visited.includes(key)) return null;
  for (const rule of feature.rules) {
    const failed = rule.parents.find(
      ({ key: parent, condition }) =>
        !isMet(condition, { value: valueFor(parent, visit, [...visited, key]) }, visit.groups),
    );
    if (failed?.isGate) return null;
    const found =
      failed === undefined && isMet(rule.condition, visit.context, visit.groups) ? dealt(rule, visit) : undefined;
    if (found !== undefined) return found;
  }
  return feature.value;
}

/** Undefined where the rule is not for them. */
function dealt(rule: Rule, { context, deal }: Visit): Json | undefined {
  const { values, widths, starts, attribute, seed, hashVersion } = rule;
  if (values.length < (rule.isForced ? 1 : 2)) return undefined;
  if (widths === null) return values[0];
  const value = context[attribute];
  if (value === undefined || value === null || value === '' || value === 0 || value === false) return undefined;
  const theirs = () => {
    const place = hash(seed, String(value), hashVersion);
    const found = widths.findIndex((width, index) => {
      const from = starts[index] ?? 0;
      return rule.isForced ? place <= width : place >= from && place < from + width;
    });
    return found < 0 ? widths.length : found;
  };
  return values[deal(widths.length + 1, theirs)];
}

function hash(seed: string, value: string, version: number): number {
  return version === 2 ? (fnv(String(fnv(seed + value))) % 10_000) / 10_000 : (fnv(value + seed) % 1_000) / 1_000;
}

/** FNV-1a, of 32 bits. */
function fnv(text: string): number {
  let made = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) made = Math.imul(made ^ text.charCodeAt(index), 0x01000193);
  return made >>> 0;
}

/** Whether a condition holds. */
export function isMet(condition: Fields, context: Fields, groups: Fields): boolean {
  return Object.entries(condition).every(([name, wanted]) => {
    const any = () => listOf(wanted).length === 0 || fieldsIn(wanted).some((one) => isMet(one, context, groups));
    switch (name) {
      case '$or':
        return any();
      case '$nor':
        return !any();
      case '$and':
        return fieldsIn(wanted).every((one) => isMet(one, context, groups));
      case '$not':
        return !isMet(fieldsOf(wanted), context, groups);
      default:
        return isValue(attributeAt(context, name), wanted, groups);
    }
  });
}

function attributeAt(context: Fields, name: string): unknown {
  let value: unknown = context;
  for (const step of name.split('.')) value = isFields(value) && step in value ? value[step] : null;
  return value;
}

function isValue(value: unknown, wanted: unknown, groups: Fields): boolean {
  if (typeof wanted === 'string') return String(value) === wanted;
  if (typeof wanted === 'number') return Number(value) === wanted;
  if (typeof wanted === 'boolean') return value !== null && Boolean(value) === wanted;
  if (wanted === null) return value === null;
  const operators = Object.entries(fieldsOf(wanted));
  if (Array.isArray(wanted) || operators.length === 0 || operators.some(([name]) => !name.startsWith('$')))
    return JSON.stringify(value) === JSON.stringify(wanted);
  return operators.every(([name, one]) => TESTS[name]?.(value, one, groups) ?? false);
}

type Test = (value: unknown, wanted: unknown, groups: Fields) => boolean;

const isAmong: Test = (value, wanted) =>
  Array.isArray(value) ? value.some((one) => listOf(wanted).includes(one)) : listOf(wanted).includes(value);
const folded = (value: unknown): unknown => (typeof value === 'string' ? value.toLowerCase() : value);
const isAmongFolded: Test = (value, wanted, groups) =>
  isAmong(Array.isArray(value) ? value.map(folded) : folded(value), listOf(wanted).map(folded), groups);
const isInGroup: Test = (value, id, groups) => {
  const group = groups[String(id)];
  return isAmong(value, Array.isArray(group) ? group : fieldsOf(group)['values'], groups);
};

const inOrder =
  (test: (value: number, wanted: number) => boolean): Test =>
  (value, wanted) =>
    test(value as number, wanted as number);
const version =
  (test: (value: string, wanted: string) => boolean): Test =>
  (value, wanted) =>
    test(paddedVersion(value), paddedVersion(wanted));
const pattern =
  (flags: string): Test =>
  (value, wanted) => {
    try {
      return new RegExp(String(wanted), flags).test(String(value));
    } catch {
      return false;
    }
  };

const TESTS: Readonly<Record<string, Test>> = {
  $eq: (value, wanted) => value === wanted,
  $ne: (value, wanted) => value !== wanted,
  $in: isAmong,
  $nin: (value, wanted, groups) => !isAmong(value, wanted, groups),
  $ini: isAmongFolded,
  $nini: (value, wanted, groups) => !isAmongFolded(value, wanted, groups),
  $inGroup: isInGroup,
  $notInGroup: (value, id, groups) => !isInGroup(value, id, groups),
  $exists: (value, wanted) => Boolean(wanted) === (value !== null && value !== undefined),
  $not: (value, wanted, groups) => !isValue(value, wanted, groups),
  $lt: inOrder((value, wanted) => value < wanted),
  $lte: inOrder((value, wanted) => value <= wanted),
  $gt: inOrder((value, wanted) => value > wanted),
  $gte: inOrder((value, wanted) => value >= wanted),
  $veq: version((value, wanted) => value === wanted),
  $vne: version((value, wanted) => value !== wanted),
  $vlt: version((value, wanted) => value < wanted),
  $vlte: version((value, wanted) => value <= wanted),
  $vgt: version((value, wanted) => value > wanted),
  $vgte: version((value, wanted) => value >= wanted),
  $regex: pattern(''),
  $regexi: pattern('i'),
};

/** A text that orders as versions do; what is missing is version 0. */
export function paddedVersion(given: unknown): string {
  const text = typeof given === 'number' || (typeof given === 'string' && given !== '') ? String(given) : '0';
  const parts = text.replace(/(^v|\+.*$)/g, '').split(/[-.]/);
  // A release comes after all that lead to it.
  return [...parts, ...(parts.length === 3 ? ['~'] : [])]
    .map((part) => (/^[0-9]+$/.test(part) ? part.padStart(5, ' ') : part))
    .join('-');
}
