import { createHash } from 'node:crypto';
import type { Json } from '@glidepath/core';
import type { Deal, Evaluator } from './imported.ts';
import type { Attribute, Clause, Flag, Members, Rollout, Segment, Serve } from './launchdarkly-shape.ts';
import { type Fields, isFields } from './reading.ts';
import { compareVersions, readVersion } from './versions.ts';

/** An application's own fallback. */
const FALLBACK = null;

interface Visit {
  readonly flags: ReadonlyMap<string, Flag>;
  readonly segments: ReadonlyMap<string, Segment>;
  readonly context: Fields;
  readonly deal: Deal;
}

/** Answers what LaunchDarkly's SDKs answer, by their published rules. */
export function launchDarklyEvaluator(given: {
  readonly flags: readonly Flag[];
  readonly segments: readonly Segment[];
}): Evaluator {
  const flags = new Map(given.flags.map((flag) => [flag.key, flag]));
  const segments = new Map(given.segments.map((segment) => [segment.key, segment]));
  return {
    flags: [...flags.keys()],
    evaluate(key, context, deal) {
      const flag = flags.get(key);
      const index = flag === undefined ? FALLBACK : indexOf(flag, { flags, segments, context, deal }, []);
      return index === FALLBACK ? undefined : (flag?.variations[index] as Json | undefined);
    },
  };
}

function indexOf(flag: Flag, visit: Visit, visited: readonly string[]): number | null {
  const { on, offVariation, prerequisites, targets, rules, fallthrough } = flag;
  if (!on) return offVariation;
  for (const { key, variation } of prerequisites) {
    const needed = visit.flags.get(key);
    if (visited.includes(key)) return FALLBACK;
    if (needed === undefined || !needed.on) return offVariation;
    if (indexOf(needed, visit, [...visited, key]) !== variation) return offVariation;
  }
  for (const { kind, keys, variation } of targets) {
    const key = keyOf(visit.context, kind);
    if (key !== undefined && keys.includes(key)) return variation;
  }
  const rule = rules.find(({ clauses }) => clauses.every((clause) => holds(clause, visit, [])));
  return served(rule === undefined ? fallthrough : rule.serve, flag, visit);
}

function served(serve: Serve, { key, salt }: Flag, visit: Visit): number | null {
  if (serve === null) return FALLBACK;
  if ('variation' in serve) return serve.variation;
  const { variations, by, seed } = serve.rollout;
  const value = bucketable(attributeValue(visit.context, by));
  const firstBelow = (position: number) => positionAmong(serve.rollout, position);
  const theirs =
    value === null ? null : () => firstBelow(bucketOf(seed === null ? `${key}.${salt}` : `${seed}`, value));
  const chosen = theirs === null ? firstBelow(0) : visit.deal(variations.length, theirs);
  return variations[chosen]?.variation ?? FALLBACK;
}

function positionAmong({ variations }: Rollout, position: number): number {
  let sum = 0;
  const found = variations.findIndex(({ weight }) => {
    sum += weight / 100_000;
    return position < sum;
  });
  return found < 0 ? variations.length - 1 : found;
}

/** Where a value stands between 0 and 1. */
function bucketOf(prefix: string, value: string): number {
  const digest = createHash('sha1').update(`${prefix}.${value}`).digest('hex');
  return Number.parseInt(digest.slice(0, 15), 16) / 2 ** 60;
}

function bucketable(value: unknown): string | null {
  if (typeof value === 'string') return value;
  return Number.isInteger(value) ? String(value) : null;
}

function holds(clause: Clause, visit: Visit, visited: readonly string[]): boolean {
  const { attribute, operator, values, isNegated } = clause;
  if (operator === 'segmentMatch') return values.some((key) => isIn(key, visit, visited)) !== isNegated;
  const value = attributeValue(visit.context, attribute);
  if (value === null || value === undefined) return false;
  const compare = COMPARE[operator];
  const isAny = (one: unknown) => compare !== undefined && values.some((wanted) => compare(one, wanted));
  return (Array.isArray(value) ? value.some(isAny) : isAny(value)) !== isNegated;
}

function isIn(key: unknown, visit: Visit, visited: readonly string[]): boolean {
  const segment = visit.segments.get(String(key));
  if (segment === undefined || segment.isBig || visited.includes(segment.key)) return false;
  const isNamed = ({ kind, keys }: Members) => keys.includes(keyOf(visit.context, kind) ?? '');
  if (segment.included.some(isNamed)) return true;
  if (segment.excluded.some(isNamed)) return false;
  return segment.rules.some(({ clauses, weight, by }) => {
    if (!clauses.every((clause) => holds(clause, visit, [...visited, segment.key]))) return false;
    if (weight === null) return true;
    const value = bucketable(attributeValue(visit.context, by));
    if (value === null) return weight > 0;
    const theirs = () => (bucketOf(`${segment.key}.${segment.salt}`, value) < weight / 100_000 ? 1 : 0);
    return visit.deal(2, theirs) === 1;
  });
}

function bodyOf(context: Fields, kind: string): Fields | undefined {
  if (context['kind'] === 'multi') return isFields(context[kind]) ? context[kind] : undefined;
  return (context['kind'] ?? 'user') === kind ? context : undefined;
}

function keyOf(context: Fields, kind: string): string | undefined {
  const key = bodyOf(context, kind)?.['key'];
  return typeof key === 'string' && key !== '' ? key : undefined;
}

function attributeValue(context: Fields, { kind, path }: Attribute): unknown {
  if (path.length === 1 && path[0] === 'kind')
    return context['kind'] === 'multi'
      ? Object.keys(context).filter((one) => one !== 'kind')
      : [context['kind'] ?? 'user'];
  const body = bodyOf(context, kind);
  // Whoever is not said to be anonymous is not.
  if (path.length === 1 && path[0] === 'anonymous' && body !== undefined) return body['anonymous'] ?? false;
  let value: unknown = body;
  for (const step of path) value = isFields(value) && Object.hasOwn(value, step) ? value[step] : undefined;
  return value;
}

type Compare = (value: unknown, wanted: unknown) => boolean;

const texts =
  (test: (value: string, wanted: string) => boolean): Compare =>
  (value, wanted) =>
    typeof value === 'string' && typeof wanted === 'string' && test(value, wanted);
const numbers =
  (test: (value: number, wanted: number) => boolean): Compare =>
  (value, wanted) =>
    typeof value === 'number' && typeof wanted === 'number' && test(value, wanted);
const instants =
  (test: (value: number, wanted: number) => boolean): Compare =>
  (value, wanted) =>
    test(instantOf(value), instantOf(wanted));
const versions =
  (test: (order: number) => boolean): Compare =>
  (value, wanted) => {
    const [one, other] = [versionOf(value), versionOf(wanted)];
    return one !== null && other !== null && test(compareVersions(one, other));
  };

const COMPARE: Readonly<Record<string, Compare>> = {
  in: (value, wanted) => value === wanted,
  startsWith: texts((value, wanted) => value.startsWith(wanted)),
  endsWith: texts((value, wanted) => value.endsWith(wanted)),
  contains: texts((value, wanted) => value.includes(wanted)),
  matches: texts(isMatch),
  lessThan: numbers((value, wanted) => value < wanted),
  lessThanOrEqual: numbers((value, wanted) => value <= wanted),
  greaterThan: numbers((value, wanted) => value > wanted),
  greaterThanOrEqual: numbers((value, wanted) => value >= wanted),
  before: instants((value, wanted) => value < wanted),
  after: instants((value, wanted) => value > wanted),
  semVerEqual: versions((order) => order === 0),
  semVerLessThan: versions((order) => order < 0),
  semVerGreaterThan: versions((order) => order > 0),
};

function isMatch(value: string, pattern: string): boolean {
  try {
    return new RegExp(pattern).test(value);
  } catch {
    return false;
  }
}

const DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[-+]\d\d(:\d\d)?)$/;

function instantOf(value: unknown): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && DATE.test(value) ? Date.parse(value) : Number.NaN;
}

/** Missing parts are 0; a `v` in front makes it no version. */
function versionOf(value: unknown) {
  return typeof value === 'string' && !value.startsWith('v') ? readVersion(value) : null;
}
