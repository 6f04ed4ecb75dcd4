import type { Fields } from './reading.ts';
import { type Chance, chanceOf } from './testing-chance.ts';

// Definitions of flagd with everything that can be said here, and contexts for them.

type Make = (chance: Chance) => unknown;

const MAILS = ['ann@shop.test', 'bob@example.org', 'eve@shop.test.evil'];
const PLANS = ['pro', 'free', 'trial'];
const VERSIONS = ['1.0.0', '1.4.2', '2.0.0-beta.1', '2.0.0', '3.1.0'];
const variable = (name: string) => ({ var: name });

const CONDITIONS: readonly Make[] = [
  (chance) => ({ '==': [variable('plan'), chance.one(PLANS)] }),
  (chance) => ({ '!=': [chance.one(PLANS), variable('plan')] }),
  (chance) => ({ '===': [variable('beta'), chance.is(0.5)] }),
  (chance) => ({ '!==': [variable('plan'), chance.one(PLANS)] }),
  (chance) => ({ '>=': [variable('age'), chance.below(90)] }),
  (chance) => ({ '<': [variable('age'), chance.below(90)] }),
  (chance) => ({ '<': [chance.below(40), variable('age'), 40 + chance.below(40)] }),
  (chance) => ({ in: [variable('plan'), chance.some(PLANS, 3)] }),
  (chance) => ({ in: [chance.one(['@shop', 'example']), variable('email')] }),
  (chance) => ({ starts_with: [variable('email'), chance.one(['ann', 'bob'])] }),
  (chance) => ({ ends_with: [variable('email'), chance.one(['.test', 'org'])] }),
  (chance) => ({
    sem_ver: [variable('app.version'), chance.one(['=', '!=', '<', '<=', '>', '>=', '^', '~']), chance.one(VERSIONS)],
  }),
  (chance) => ({ in: [variable('targetingKey'), chance.some(['u-1', 'u-2', 'u-3'], 3)] }),
  () => variable('beta'),
  () => ({ $ref: 'isStaff' }),
  () => ({ '==': [variable('$flagd.flagKey'), 'flag-3'] }),
];

function conditionOf(chance: Chance, depth: number): unknown {
  if (depth === 0 || chance.is(0.6)) return chance.one(CONDITIONS)(chance);
  if (chance.is(0.3)) return { '!': [conditionOf(chance, depth - 1)] };
  return { [chance.one(['and', 'or'])]: [conditionOf(chance, depth - 1), conditionOf(chance, depth - 1)] };
}

function resultOf(chance: Chance, names: readonly string[], depth: number): unknown {
  if (depth > 0 && chance.is(0.3)) return ifOf(chance, names, depth - 1);
  if (chance.is(0.25)) {
    const by = [[], [variable('email')], [{ cat: [variable('$flagd.flagKey'), variable('email')] }]];
    return { fractional: [...chance.one(by), ...names.map((name) => [name, chance.below(100) + 1])] };
  }
  return chance.is(0.1) ? null : chance.one(names);
}

function ifOf(chance: Chance, names: readonly string[], depth: number): unknown {
  const parts = Array.from({ length: 1 + chance.below(3) }, () => [
    conditionOf(chance, 2),
    resultOf(chance, names, depth),
  ]);
  return { if: [...parts.flat(), ...(chance.is(0.7) ? [resultOf(chance, names, depth)] : [])] };
}

const VARIANTS: readonly Readonly<Record<string, unknown>>[] = [
  { on: true, off: false },
  { red: 'r', green: 'g', blue: 'b' },
  { low: 1, high: 9 },
  { a: { limit: 1 }, b: { limit: 2 } },
];

export function aFlagdFile(seed: number, count: number): Fields {
  const chance = chanceOf(seed);
  const flags = Array.from({ length: count }, (_, index) => {
    const variants = chance.one(VARIANTS);
    const names = Object.keys(variants);
    const flag = {
      state: 'ENABLED',
      variants,
      defaultVariant: chance.one(names),
      ...(chance.is(0.9) && { targeting: ifOf(chance, names, 1) }),
    };
    return [`flag-${index}`, flag] as const;
  });
  const isStaff = { or: [{ ends_with: [variable('email'), '@shop.test'] }, { '==': [variable('role'), 'staff'] }] };
  return { flags: Object.fromEntries(flags), $evaluators: { isStaff } };
}

export function aFlagdContext(chance: Chance): Fields {
  return {
    ...(chance.is(0.9) && { targetingKey: `u-${chance.below(200)}` }),
    ...(chance.is(0.8) && { plan: chance.one(PLANS) }),
    ...(chance.is(0.8) && { age: chance.below(90) }),
    ...(chance.is(0.8) && { email: chance.one(MAILS) }),
    ...(chance.is(0.5) && { beta: chance.is(0.5) }),
    ...(chance.is(0.3) && { role: chance.one(['staff', 'guest']) }),
    ...(chance.is(0.7) && { app: { version: chance.one(VERSIONS) } }),
  };
}
