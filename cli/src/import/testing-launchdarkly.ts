import type { Fields } from './reading.ts';
import { type Chance, chanceOf } from './testing-chance.ts';

// A project as LaunchDarkly's API lists it, with everything that its rules can hold, and contexts for it.

const COUNTRIES = ['DE', 'AT', 'CH', 'FR', 'US'];
const VERSIONS = ['1.0.0', '1.4.2', '2.0.0-beta.1', '2.0.0', '2.1', '3'];
const DAYS = ['2024-01-01T00:00:00Z', '2025-06-01T12:30:00.5+02:00', '2026-01-01T00:00:00Z'];
const MAILS = ['ann@shop.test', 'bob@example.org', 'eve@shop.test.evil', 'zoë@übel.test'];
const KEYS = Array.from({ length: 60 }, (_, index) => `u-${index}`);
const ORGS = Array.from({ length: 12 }, (_, index) => `o-${index}`);
const SEGMENTS = Array.from({ length: 12 }, (_, index) => `segment-${index}`);

type Make = (chance: Chance) => Fields;

const clause =
  (attribute: string, op: string, values: (chance: Chance) => readonly unknown[], contextKind = 'user'): Make =>
  (chance) => ({
    _id: `c${chance.below(1e9)}`,
    attribute,
    op,
    values: values(chance),
    contextKind,
    negate: chance.is(0.25),
  });
const some =
  <T>(list: readonly T[], most = 3) =>
  (chance: Chance) =>
    chance.some(list, most);
const number = (chance: Chance) => [chance.below(90)];

const CLAUSES: readonly Make[] = [
  clause('country', 'in', some(COUNTRIES)),
  clause('key', 'in', some(KEYS, 8)),
  clause('age', 'in', (chance) => [chance.below(90), String(chance.below(90)), true]),
  clause('groups', 'in', some(['staff', 'beta', 7])),
  clause('email', 'startsWith', some(['ann', 'bob', 'zo'])),
  clause('email', 'endsWith', some(['.test', 'org'])),
  clause('email', 'contains', some(['@shop', '@', 'übel'])),
  clause('email', 'matches', some(['^[a-m]', 'test$', '(shop|example)\\.\\w+', '['])),
  clause('groups', 'matches', some(['^be', 'f{2}'])),
  clause('age', 'lessThan', number),
  clause('age', 'lessThanOrEqual', number),
  clause('age', 'greaterThan', number),
  clause('age', 'greaterThanOrEqual', number),
  clause('signedUp', 'before', some([...DAYS, 1_735_689_600_000])),
  clause('signedUp', 'after', some([...DAYS, 'yesterday'])),
  clause('version', 'semVerEqual', some([...VERSIONS, 'v2.0.0', 'new'])),
  clause('version', 'semVerLessThan', some(VERSIONS)),
  clause('version', 'semVerGreaterThan', some(VERSIONS)),
  clause('plan', 'in', some(['pro', 'free']), 'org'),
  clause('key', 'in', some(ORGS, 4), 'org'),
  clause('/address/city', 'in', some(['Bern', 'Wien'])),
  clause('/a~1b', 'in', some([1, 2])),
  clause('anonymous', 'in', (chance) => [chance.is(0.7)]),
  clause('kind', 'in', some(['org', 'device', 'user'], 2)),
  clause('', 'segmentMatch', some([...SEGMENTS, 'nowhere'])),
];

const rolloutOf = (chance: Chance, count: number): Fields => {
  const first = 1_000 * chance.below(100);
  const weights = count === 2 ? [first, 100_000 - first] : [first, 0, 100_000 - first];
  return {
    rollout: {
      variations: weights.map((weight, variation) => ({ variation, weight })),
      ...(chance.is(0.4) && { contextKind: chance.one(['user', 'org']) }),
      ...(chance.is(0.3) && { bucketBy: 'email', contextKind: 'user' }),
      ...(chance.is(0.2) && { seed: chance.below(1_000) }),
    },
  };
};

const serveOf = (chance: Chance, count: number): Fields =>
  chance.is(0.3) ? rolloutOf(chance, count) : { variation: chance.below(count) };

const VALUES: readonly (readonly unknown[])[] = [
  [true, false],
  [false, true],
  ['red', 'green', 'blue'],
  [1, 2.5, -3],
  [{ limit: 1 }, { limit: 2 }, []],
];

function configOf(chance: Chance, count: number, earlier: readonly { key: string; count: number }[]): Fields {
  const rule = (_: unknown, index: number) => ({
    _id: `r${index}`,
    ...(chance.is(0.5) && { description: `Rule ${index}` }),
    clauses: Array.from({ length: 1 + chance.below(3) }, () => chance.one(CLAUSES)(chance)),
    ...serveOf(chance, count),
  });
  const lists = Array.from({ length: count }, (_, variation) => ({ variation, values: chance.some(KEYS, 5) }));
  const orgs = { contextKind: 'org', variation: chance.below(count), values: chance.some(ORGS, 2) };
  const order = [orgs, ...lists.map(({ variation }) => ({ contextKind: 'user', variation, values: [] }))];
  const needed = earlier.length > 0 && chance.is(0.2) ? chance.some(earlier, 2) : [];
  return {
    on: chance.is(0.85),
    archived: false,
    salt: `salt-${chance.below(1e6)}`,
    offVariation: chance.below(count),
    targets: chance.is(0.4) ? lists : [],
    contextTargets: chance.is(0.3) ? order : [],
    rules: Array.from({ length: chance.below(5) }, rule),
    fallthrough: serveOf(chance, count),
    prerequisites: needed.map((one) => ({ key: one.key, variation: chance.below(one.count) })),
  };
}

function segmentOf(chance: Chance, key: string, index: number): Fields {
  // Only to earlier ones: a circle is an error there.
  const possible = CLAUSES.filter((make) => make(chanceOf(1))['op'] !== 'segmentMatch');
  const nested = clause('', 'segmentMatch', some(SEGMENTS.slice(0, index)));
  const rule = (_: unknown, place: number) => ({
    _id: `s${place}`,
    clauses: [chance.one(index > 0 && chance.is(0.3) ? [nested] : possible)(chance)],
    ...(chance.is(0.3) && { weight: 10_000 * chance.below(10), ...(chance.is(0.5) && { rolloutContextKind: 'org' }) }),
  });
  return {
    key,
    name: `Segment ${index}`,
    included: chance.is(0.5) ? chance.some(KEYS, 6) : [],
    excluded: chance.is(0.5) ? chance.some(KEYS, 6) : [],
    includedContexts: chance.is(0.3) ? [{ contextKind: 'org', values: chance.some(ORGS, 3) }] : [],
    excludedContexts: chance.is(0.3) ? [{ contextKind: 'org', values: chance.some(ORGS, 3) }] : [],
    rules: Array.from({ length: chance.below(3) }, rule),
    salt: key,
    version: 1,
    _links: { self: { href: `/api/v2/segments/shop/production/${key}` } },
  };
}

/** So many flags in one environment, and the segments that they ask for: two answers of the API. */
export function aLaunchDarklyProject(seed: number, count: number) {
  const chance = chanceOf(seed);
  const earlier: { key: string; count: number }[] = [];
  const flags = Array.from({ length: count }, (_, index): Fields => {
    const values = chance.one(VALUES);
    const key = `flag-${index}`;
    const environments = { production: configOf(chance, values.length, earlier) };
    earlier.push({ key, count: values.length });
    return {
      key,
      name: `Flag ${index}`,
      temporary: true,
      tags: ['shop'],
      variations: values.map((value) => ({ value })),
      environments,
    };
  });
  return { flags: { items: flags }, segments: { items: SEGMENTS.map((key, index) => segmentOf(chance, key, index)) } };
}

/** Of one kind or of several, with attributes that are missing, of other types, or lists. */
export function aLaunchDarklyContext(chance: Chance): Fields {
  const user = {
    key: chance.one(KEYS),
    ...(chance.is(0.8) && { country: chance.one(COUNTRIES) }),
    ...(chance.is(0.7) && { age: chance.one([chance.below(90), String(chance.below(90)), true]) }),
    ...(chance.is(0.7) && { email: chance.one(MAILS) }),
    ...(chance.is(0.5) && { groups: chance.some(['staff', 'beta', 'off', 7], 3) }),
    ...(chance.is(0.5) && { signedUp: chance.one([...DAYS, 1_735_689_600_000]) }),
    ...(chance.is(0.6) && { version: chance.one([...VERSIONS, '2.0.0+build', 'new']) }),
    ...(chance.is(0.4) && { address: { city: chance.one(['Bern', 'Wien', 'Rom']) } }),
    ...(chance.is(0.3) && { 'a/b': chance.below(3) }),
    ...(chance.is(0.2) && { anonymous: true }),
  };
  const org = { key: chance.one(ORGS), ...(chance.is(0.8) && { plan: chance.one(['pro', 'free']) }) };
  if (chance.is(0.6)) return { kind: 'user', ...user };
  return chance.is(0.3) ? { kind: 'org', ...org } : { kind: 'multi', user, org };
}
