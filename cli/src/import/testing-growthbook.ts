import type { Fields } from './reading.ts';
import type { Chance } from './testing-chance.ts';

// What GrowthBook sends to its SDKs, with everything that its rules can hold, and attributes for it.

const PLANS = ['pro', 'free', 'trial'];
const VERSIONS = ['1.0.0', '1.4.2', '2.0.0-beta.1', '2.0.0', '3.1.0'];

function condition(chance: Chance, depth: number): Fields {
  if (depth > 0 && chance.is(0.3))
    return { [chance.one(['$and', '$or', '$nor'])]: [condition(chance, depth - 1), condition(chance, depth - 1)] };
  if (depth > 0 && chance.is(0.1)) return { $not: condition(chance, depth - 1) };
  const name = chance.one(['$eq', '$ne', '$gt', '$gte', '$lt', '$lte']);
  const version = chance.one(['$veq', '$vne', '$vgt', '$vgte', '$vlt', '$vlte']);
  return chance.one<Fields>([
    { plan: chance.one(PLANS) },
    { plan: { $in: chance.some(PLANS, 2) } },
    { plan: { $nin: chance.some(PLANS, 2) } },
    { plan: { $ini: ['PRO'] } },
    { beta: chance.is(0.5) },
    { role: null },
    { age: { [name]: chance.below(90) } },
    { age: { $gt: 20, $lt: 60 } },
    { 'app.version': { [version]: chance.one(VERSIONS) } },
    { email: { $regex: '^[a-c].*(test|org)$' } },
    { email: { $exists: chance.is(0.5) } },
    { groups: { $in: ['staff'] } },
    { id: { $inGroup: 'known' } },
    { role: { $not: { $eq: 'guest' } } },
  ]);
}

const VALUES: readonly (readonly unknown[])[] = [
  [true, false],
  ['red', 'green', 'blue'],
  [1, 2, 3],
  [{ limit: 1 }, { limit: 2 }],
];

function rule(chance: Chance, values: readonly unknown[]): Fields {
  const shared = { ...(chance.is(0.7) && { condition: condition(chance, 1) }), hashVersion: 2 };
  if (chance.is(0.4)) return { ...shared, force: chance.one(values) };
  const hashAttribute = chance.one(['id', 'company']);
  if (chance.is(0.5))
    return { ...shared, force: chance.one(values), coverage: chance.one([0, 0.25, 0.7, 1]), hashAttribute };
  const variations = [values[0], values[1]];
  return {
    ...shared,
    key: 'experiment',
    variations,
    weights: [0.3, 0.7],
    coverage: chance.one([0.5, 1]),
    hashAttribute,
  };
}

export function aGrowthBookProject(chance: Chance, count: number) {
  const features: Readonly<Record<string, Fields>> = Object.fromEntries(
    Array.from({ length: count }, (_, index) => {
      const values = chance.one(VALUES);
      const rules = Array.from({ length: chance.below(4) }, () => rule(chance, values));
      return [`feature-${index}`, { defaultValue: chance.one(values), rules }];
    }),
  );
  const savedGroups = { known: ['u-1', 'u-2', 'u-3'] };
  return { features, savedGroups };
}

export function growthBookAttributes(chance: Chance): Fields {
  return {
    ...(chance.is(0.9) && { id: `u-${chance.below(300)}` }),
    ...(chance.is(0.6) && { company: `c-${chance.below(30)}` }),
    ...(chance.is(0.8) && { plan: chance.one(PLANS) }),
    ...(chance.is(0.8) && { age: chance.below(90) }),
    ...(chance.is(0.8) && { email: chance.one(['ann@shop.test', 'bob@example.org', 'eve@shop.test']) }),
    ...(chance.is(0.5) && { beta: chance.is(0.5) }),
    ...(chance.is(0.5) && { role: chance.one(['staff', 'guest']) }),
    ...(chance.is(0.5) && { groups: chance.some(['staff', 'beta'], 2) }),
    ...(chance.is(0.7) && { app: { version: chance.one(VERSIONS) } }),
  };
}
