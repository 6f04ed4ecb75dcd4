import type { Fields } from './reading.ts';
import type { Chance } from './testing-chance.ts';

// What Unleash sends to its SDKs, with everything that its strategies can hold, and contexts for it.

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

/** So many features, and the segments that they ask for. */
export function anUnleashProject(chance: Chance, count: number) {
  const features = Array.from({ length: count }, (_, index) => {
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
  return { version: 2, features, segments };
}

export function anUnleashContext(chance: Chance): Fields {
  return {
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
  };
}
