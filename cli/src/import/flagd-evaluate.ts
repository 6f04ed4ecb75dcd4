import { seedOf } from '@glidepath/core';
import type { FlagdFlag } from './flagd.ts';
import type { Deal, Evaluator } from './imported.ts';
import { type Fields, isFields, listOf } from './reading.ts';
import { compareVersions, readVersion } from './versions.ts';

interface Visit {
  readonly flagKey: string;
  readonly context: Fields;
  readonly deal: Deal;
}

/** Answers what flagd answers, by its published rules. */
export function flagdEvaluator(given: readonly FlagdFlag[]): Evaluator {
  const flags = new Map(given.map((flag) => [flag.key, flag]));
  return {
    flags: [...flags.keys()],
    evaluate(key, context, deal) {
      const flag = flags.get(key);
      if (flag === undefined || !flag.isOn || flag.fault !== null) return undefined;
      const found = flag.targeting === null ? null : run(flag.targeting, { flagKey: key, context, deal });
      const variant = found === null || found === undefined ? flag.defaultVariant : String(found);
      return flag.variants.find(([name]) => name === variant)?.[1];
    },
  };
}

type Operation = (given: readonly unknown[], visit: Visit) => unknown;

function run(logic: unknown, visit: Visit): unknown {
  if (Array.isArray(logic)) return logic.map((one) => run(one, visit));
  if (!isFields(logic)) return logic;
  const [entry] = Object.entries(logic);
  if (entry === undefined) return logic;
  const [name, given] = entry;
  return OPERATIONS[name]?.(Array.isArray(given) ? given : [given], visit) ?? null;
}

/** Operations whose parts are all wanted. */
const on =
  (make: (given: readonly unknown[], visit: Visit) => unknown): Operation =>
  (given, visit) =>
    make(
      given.map((one) => run(one, visit)),
      visit,
    );

const isTrue = (value: unknown): boolean => (Array.isArray(value) ? value.length > 0 : Boolean(value));

const inOrder = (test: (one: number, other: number) => boolean): Operation =>
  on((given) => given.slice(1).every((other, index) => test(Number(given[index]), Number(other))));

// biome-ignore lint/suspicious/noDoubleEquals: JsonLogic compares loosely by `==`.
const isLoosely = (one: unknown, other: unknown): boolean => one == other;

const OPERATIONS: Readonly<Record<string, Operation>> = {
  if(given, visit) {
    for (let index = 0; index + 1 < given.length; index += 2)
      if (isTrue(run(given[index], visit))) return run(given[index + 1], visit);
    return given.length % 2 === 1 ? run(given.at(-1), visit) : null;
  },
  and(given, visit) {
    let last: unknown = null;
    for (const one of given) {
      last = run(one, visit);
      if (!isTrue(last)) return last;
    }
    return last;
  },
  or(given, visit) {
    let last: unknown = null;
    for (const one of given) {
      last = run(one, visit);
      if (isTrue(last)) return last;
    }
    return last;
  },
  '!': on(([one]) => !isTrue(one)),
  '!!': on(([one]) => isTrue(one)),
  '==': on(([one, other]) => isLoosely(one, other)),
  '===': on(([one, other]) => one === other),
  '!=': on(([one, other]) => !isLoosely(one, other)),
  '!==': on(([one, other]) => one !== other),
  '<': inOrder((one, other) => one < other),
  '<=': inOrder((one, other) => one <= other),
  '>': inOrder((one, other) => one > other),
  '>=': inOrder((one, other) => one >= other),
  cat: on((given) => given.map(String).join('')),
  in: on(([one, other]) => {
    if (Array.isArray(other)) return other.includes(one);
    return typeof other === 'string' && other.includes(String(one));
  }),
  var(given, visit) {
    const name = String(run(given[0], visit));
    if (name === '$flagd.flagKey') return visit.flagKey;
    let value: unknown = visit.context;
    for (const step of name.split('.')) value = isFields(value) && Object.hasOwn(value, step) ? value[step] : null;
    return value ?? run(given[1] ?? null, visit);
  },
  starts_with: on(([text, start]) =>
    typeof text === 'string' && typeof start === 'string' ? text.startsWith(start) : null,
  ),
  ends_with: on(([text, end]) => (typeof text === 'string' && typeof end === 'string' ? text.endsWith(end) : null)),
  sem_ver: on(([one, operator, other]) => versionsCompared(one, String(operator), other)),
  fractional: on(dealt),
};

function versionsCompared(one: unknown, operator: string, other: unknown): boolean | null {
  const [first, second] = [one, other].map((text) => readVersion(String(text).replace(/^[vV]/, '')));
  if (!first || !second) return null;
  const order = compareVersions(first, second);
  const [major, minor] = [0, 1].map((place) => first.numbers[place] === second.numbers[place]);
  const answers: Readonly<Record<string, boolean | undefined>> = {
    '=': order === 0,
    '!=': order !== 0,
    '<': order < 0,
    '<=': order <= 0,
    '>': order > 0,
    '>=': order >= 0,
    '^': major,
    '~': major && minor,
  };
  return answers[operator] ?? null;
}

function dealt(given: readonly unknown[], { flagKey, context, deal }: Visit): unknown {
  const [first] = given;
  const key =
    typeof first === 'string' ? first : context['targetingKey'] ? `${flagKey}${String(context['targetingKey'])}` : null;
  if (key === null) return null;
  const buckets = (typeof first === 'string' ? given.slice(1) : given).map((one) => listOf(one));
  if (buckets.some(({ length }) => length === 0)) return null;
  const weights = buckets.map(([, weight = 1]) => Math.max(0, Number(weight)));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const theirs = () => {
    const place = Number((BigInt(seedOf(key) >>> 0) * BigInt(total)) >> 32n);
    let sum = 0;
    return weights.findIndex((weight) => {
      sum += weight;
      return sum > place;
    });
  };
  return buckets[deal(buckets.length, theirs)]?.[0] ?? null;
}
