import { GrowthBook } from '@growthbook/growthbook';
import { expect, test } from 'vitest';
import { growthBook } from './growthbook.ts';
import type { Fields } from './reading.ts';
import { settled } from './settle.ts';
import { type Chance, chanceOf } from './testing-chance.ts';
import { verify } from './verify.ts';

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

const chance = chanceOf(21);
const features: Readonly<Record<string, Fields>> = Object.fromEntries(
  Array.from({ length: 80 }, (_, index) => {
    const values = chance.one(VALUES);
    const rules = Array.from({ length: chance.below(4) }, () => rule(chance, values));
    return [`feature-${index}`, { defaultValue: chance.one(values), rules }];
  }),
);
const savedGroups = { known: ['u-1', 'u-2', 'u-3'] };
const contexts = Array.from(
  { length: 600 },
  (): Fields => ({
    ...(chance.is(0.9) && { id: `u-${chance.below(300)}` }),
    ...(chance.is(0.6) && { company: `c-${chance.below(30)}` }),
    ...(chance.is(0.8) && { plan: chance.one(PLANS) }),
    ...(chance.is(0.8) && { age: chance.below(90) }),
    ...(chance.is(0.8) && { email: chance.one(['ann@shop.test', 'bob@example.org', 'eve@shop.test']) }),
    ...(chance.is(0.5) && { beta: chance.is(0.5) }),
    ...(chance.is(0.5) && { role: chance.one(['staff', 'guest']) }),
    ...(chance.is(0.5) && { groups: chance.some(['staff', 'beta'], 2) }),
    ...(chance.is(0.7) && { app: { version: chance.one(VERSIONS) } }),
  }),
);
const given = growthBook.read([{ features, savedGroups }]);
const NAMES = new Map([['', 'production']]);

test('for 80 features and 600 contexts, the verifier answers what their own SDK answers', () => {
  const ours = given.evaluatorOf('');
  const differences: unknown[] = [];
  for (const attributes of contexts) {
    const client = new GrowthBook({ attributes, features: features as never, savedGroups });
    for (const flag of ours.flags) {
      const mine = ours.evaluate(flag, attributes, (_count, theirs) => theirs());
      const theirs: unknown = client.evalFeature(flag).value;
      if (JSON.stringify(mine) !== JSON.stringify(theirs))
        differences.push({ flag: features[flag], attributes, mine, theirs });
    }
    client.destroy();
  }
  expect(differences.slice(0, 3)).toEqual([]);
});

test('nothing that is made of them differs without a reason', () => {
  const imported = settled(given.translate(NAMES), ['production']);
  expect(imported.notes).toEqual([]);
  const verified = verify(given, imported, NAMES, contexts);
  expect(verified).toMatchObject({ evaluations: 48_000, told: 0, unexplained: 0, differences: [] });
  expect(verified.dealtAnew).toBeGreaterThan(1_000);
});

test('what the API lists is read by its environments, and namespaces are told', () => {
  const rules = [{ id: 'r1', type: 'rollout', enabled: true, value: 'true', coverage: 0.3, hashAttribute: 'id' }];
  const apart = JSON.stringify({
    defaultValue: false,
    rules: [{ variations: [false, true], namespace: ['n', 0, 0.5] }],
  });
  const environments = { production: { enabled: true, rules }, staging: { enabled: true, definition: apart } };
  const feature = { id: 'f', valueType: 'boolean', defaultValue: 'false', tags: ['shop'], environments };
  const names = new Map([
    ['production', 'production'],
    ['staging', 'staging'],
  ]);
  const { flags, notes } = settled(growthBook.read([{ features: [feature] }]).translate(names), [...names.values()]);
  expect(flags[0]?.environments?.['production']).toEqual({
    on: true,
    offVariation: 'off',
    fallthrough: { split: { weights: { on: 30_000, off: 70_000 } } },
  });
  expect(notes).toMatchObject([{ severity: 'turned-off', environment: 'staging' }]);
});
