import { type Context, InMemStorageProvider, Unleash } from 'unleash-client';
import { expect, test } from 'vitest';
import { type Fields, fieldsIn } from './reading.ts';
import { settled } from './settle.ts';
import { type Chance, chanceOf } from './testing-chance.ts';
import { unleash } from './unleash.ts';
import { hasVariants } from './unleash-evaluate.ts';
import { projectOf } from './unleash-shape.ts';
import { verify } from './verify.ts';

const PLANS = ['pro', 'free', 'trial'];
const VERSIONS = ['1.0.0', '1.4.2', '2.0.0-beta.1', '2.0.0', '3.1.0'];

function constraint(chance: Chance): Fields {
  const inverted = chance.is(0.2);
  const caseInsensitive = chance.is(0.3);
  const one = (contextName: string, operator: string, rest: Fields) => ({ contextName, operator, inverted, ...rest });
  const number = (chance.below(90) + 1).toString();
  return chance.one([
    one('plan', chance.one(['IN', 'NOT_IN']), { values: chance.some(PLANS, 2) }),
    one('userId', 'IN', { values: ['1', '2', '3', '4'] }),
    one('beta', 'IN', { values: ['true'] }),
    one('email', 'STR_ENDS_WITH', { values: ['.TEST', '.test', '.org'], caseInsensitive }),
    one('email', 'STR_STARTS_WITH', { values: ['ANN', 'bob'], caseInsensitive }),
    one('email', 'STR_CONTAINS', { values: ['@shop'], caseInsensitive }),
    one('age', chance.one(['NUM_EQ', 'NUM_GT', 'NUM_GTE', 'NUM_LT', 'NUM_LTE']), { value: number, values: [] }),
    one('version', chance.one(['SEMVER_EQ', 'SEMVER_GT', 'SEMVER_LT', 'SEMVER_GTE', 'SEMVER_LTE']), {
      value: chance.one(VERSIONS),
      values: [],
    }),
    one('email', 'REGEX', { value: '^[a-c].*(test|org)$', values: [], caseInsensitive }),
    one('remoteAddress', 'IN_CIDR', { values: ['10.0.0.0/9', '192.168.1.7'] }),
  ]);
}

function strategy(chance: Chance, feature: string, withVariants: boolean): Fields {
  const rest = {
    constraints: Array.from({ length: chance.below(3) }, () => constraint(chance)),
    ...(chance.is(0.3) && { segments: chance.some([1, 2, 9], 1) }),
    ...(withVariants && chance.is(0.4) && { variants: variantsOf(chance, 'own') }),
  };
  if (chance.is(0.2)) return { name: 'userWithId', parameters: { userIds: '1, 5,9' }, ...rest };
  if (chance.is(0.2)) return { name: 'default', parameters: {}, ...rest };
  const stickiness = chance.one(['default', 'userId', 'plan']);
  const rollout = chance.one(['0', '25', '70', '100']);
  return { name: 'flexibleRollout', parameters: { rollout, stickiness, groupId: feature }, ...rest };
}

const variantsOf = (chance: Chance, prefix: string) =>
  ['a', 'b', 'c'].map((name, index) => ({
    name: `${prefix}-${name}`,
    weight: [300, 700, 0][index],
    stickiness: 'default',
    payload: { type: 'string', value: `${name}${chance.below(3)}` },
    ...(index === 2 && { overrides: [{ contextName: 'userId', values: ['7'] }] }),
  }));

const chance = chanceOf(11);
const features = Array.from({ length: 80 }, (_, index) => {
  const name = `feature-${index}`;
  const withVariants = index % 4 === 3;
  return {
    name,
    enabled: chance.is(0.9),
    strategies: Array.from({ length: chance.below(4) }, () => strategy(chance, name, withVariants)),
    ...(withVariants && { variants: variantsOf(chance, 'of') }),
    ...(index % 10 === 9 && { dependencies: [{ feature: `feature-${index - 9}` }] }),
  };
});
const segments = [1, 2].map((id) => ({
  id,
  name: `Segment ${id}`,
  constraints: [constraint(chance), constraint(chance)],
}));
const payload = { version: 2, features, segments };
const contexts = Array.from(
  { length: 300 },
  (): Fields => ({
    ...(chance.is(0.9) && { userId: String(1 + chance.below(400)) }),
    ...(chance.is(0.3) && { sessionId: `s-${chance.below(100)}` }),
    remoteAddress: chance.one(['10.1.2.3', '10.200.0.1', '192.168.1.7']),
    properties: {
      ...(chance.is(0.8) && { plan: chance.one(PLANS) }),
      ...(chance.is(0.8) && { age: chance.below(90) }),
      ...(chance.is(0.8) && { email: chance.one(['ann@shop.test', 'bob@example.org', 'eve@shop.TEST']) }),
      ...(chance.is(0.8) && { version: chance.one(VERSIONS) }),
      ...(chance.is(0.3) && { beta: chance.one(['true', 'false']) }),
    },
  }),
);
const given = unleash.read([payload]);
const NAMES = new Map([['', 'production']]);

test('for 80 features and 300 contexts, the verifier answers what their own SDK answers', async () => {
  const client = new Unleash({
    appName: 'shop',
    url: 'http://127.0.0.1:1/',
    refreshInterval: 0,
    disableMetrics: true,
    disableAutoStart: true,
    storageProvider: new InMemStorageProvider(),
    bootstrap: { data: features as never, segments: segments as never },
  });
  client.on('error', () => undefined);
  client.on('warn', () => undefined);
  const isReady = new Promise<void>((resolve) => client.once('ready', () => resolve()));
  await client.start();
  await isReady;
  const ours = given.evaluatorOf('');
  const known = new Map((projectOf([payload]).environments.get('') ?? []).map((one) => [one.key, one]));
  const differences: unknown[] = [];
  // Without anybody to be known by, they let chance decide.
  for (const context of contexts.filter(({ userId }) => userId !== undefined))
    for (const flag of ours.flags) {
      const mine = ours.evaluate(flag, context, (_count, theirs) => theirs());
      const feature = known.get(flag);
      const { featureEnabled: _, ...variant } = client.getVariant(flag, context as Context);
      const theirs = feature && hasVariants(feature) ? variant : client.isEnabled(flag, context as Context);
      const isSame = typeof mine === 'object' ? sorted(mine) === sorted(theirs) : mine === theirs;
      if (!isSame) differences.push({ flag: features.find(({ name }) => name === flag), context, mine, theirs });
    }
  client.destroy();
  expect(differences.slice(0, 2)).toEqual([]);
});

const sorted = (value: unknown): string => JSON.stringify(Object.entries(value as object).sort());

test('nothing that is made of them differs without a reason', () => {
  const imported = settled(given.translate(NAMES), ['production']);
  expect(imported.notes.filter(({ severity }) => severity !== 'told')).toEqual([]);
  const verified = verify(given, imported, NAMES, contexts);
  expect(verified).toMatchObject({ evaluations: 24_000, told: 0, unexplained: 0, differences: [] });
  expect(verified.dealtAnew).toBeGreaterThan(400);
});

test('an export of a project names its environments', () => {
  const strategies = fieldsIn(features[1]?.strategies).map((one) => ({
    ...one,
    featureName: 'f',
    environment: 'production',
  }));
  const whole = {
    features: [{ name: 'f', type: 'kill-switch', description: 'Stops it' }],
    featureStrategies: strategies,
    featureEnvironments: [
      { featureName: 'f', environment: 'production', enabled: true },
      { featureName: 'f', environment: 'development', enabled: false },
    ],
    featureTags: [{ featureName: 'f', tagType: 'simple', tagValue: 'shop' }],
    segments,
  };
  const read = unleash.read([whole]);
  expect(read.environments).toEqual(['production', 'development']);
  const [flag] = read.translate(new Map([['production', 'live']])).flags;
  expect(flag).toMatchObject({ purpose: 'kill-switch', tags: ['shop'], environments: { live: { on: true } } });
});
