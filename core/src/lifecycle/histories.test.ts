import fc from 'fast-check';
import { expect, test } from 'vitest';
import { flagBodyOf } from '../change/item.ts';
import { openEnvironment } from '../environment/environment.ts';
import type { MultiContext } from '../model/context.ts';
import type { FlagConfig } from '../model/model.ts';
import { aConfig, aFlag, aRule, arbitraryConfig, flagItem } from '../testing/index.ts';
import type { EnvironmentFacts, Lifecycle, LifecycleFacts } from './lifecycle.ts';
import { lifecycleOf } from './lifecycle-of.ts';
import { DAY_MS } from './words.ts';

const SETTINGS = { settledDays: 7, idleDays: 14 };
const HISTORIES = 10_000;
const VARIATIONS = ['on', 'off', 'beta'].map((key) => ({ key, value: key }));
const FLAG = aFlag({ type: 'string', variations: VARIATIONS });
const NEEDED = 'payments';

/** What happens to a flag; `days` pass before it. */
interface Happening {
  readonly days: number;
  readonly apply: (world: World) => void;
}

/** A flag and all that is known of it, as it changes. */
interface World {
  now: number;
  facts: LifecycleFacts;
}

/** Everyone has what any split hashes, so a split of 100 % is one variation. */
const PEOPLE: readonly MultiContext[] = ['DE', 'FR', 'US'].flatMap((country) =>
  [17, 42].flatMap((age) =>
    [{}, { plan: 'pro' }].map((more, index) => ({
      kind: 'multi' as const,
      user: { key: `${country}${age}${index}`, country, age },
      org: { key: `u${index + 1}`, country, ...more },
    })),
  ),
);

const simpleConfigs: readonly FlagConfig[] = [
  aConfig(),
  aConfig({ on: false }),
  aConfig({ offVariation: 'on', prerequisites: [{ flag: NEEDED, variations: ['on'] }] }),
  aConfig({ rules: [aRule()], targets: [{ variation: 'on', contextKind: 'user', keys: ['DE170'] }] }),
  aConfig({
    rules: [
      aRule({ serve: { variation: 'off' }, clauses: [{ attribute: 'age', operator: 'exists', values: [] }] }),
      aRule({
        id: 'r2',
        clauses: [{ attribute: 'age', operator: 'exists', values: [], negate: true }],
        serve: { variation: 'off' },
      }),
    ],
  }),
];

const arbitraryServed: fc.Arbitrary<FlagConfig> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...simpleConfigs) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(arbitraryConfig(FLAG), fc.boolean())
      .map(([config, needs]) => ({ ...config, prerequisites: needs ? [{ flag: NEEDED, variations: ['on'] }] : [] })),
  },
);

function environment(key: string, isCritical: boolean): EnvironmentFacts {
  const config = aConfig({ on: false });
  return {
    key,
    isCritical,
    config,
    servesSince: 0,
    hasRollout: false,
    evaluatedAt: null,
    evaluations: {},
    isConnected: true,
  };
}

const change = (world: World, facts: Partial<LifecycleFacts>) => {
  world.facts = { ...world.facts, ...facts };
};
const changeFlag = (world: World, flag: Partial<LifecycleFacts['flag']>) =>
  change(world, { flag: { ...world.facts.flag, ...flag }, changedAt: world.now });
const changeIn = (world: World, at: number, facts: Partial<EnvironmentFacts>) =>
  change(world, {
    environments: world.facts.environments.map((one, index) => (index === at ? { ...one, ...facts } : one)),
  });

const place = fc.nat(2);
const arbitraryHappening: fc.Arbitrary<Happening['apply']> = fc.oneof(
  fc.tuple(place, arbitraryServed).map(([at, config]) => (world: World) => {
    changeIn(world, at, { config, servesSince: world.now });
    change(world, { changedAt: world.now });
  }),
  fc.constantFrom(...simpleConfigs).map((config) => (world: World) => {
    for (const at of [0, 1, 2]) changeIn(world, at, { config, servesSince: world.now });
    change(world, { changedAt: world.now });
  }),
  fc.tuple(place, fc.constantFrom('on', 'off', '')).map(([at, variation]) => (world: World) => {
    changeIn(world, at, { evaluatedAt: world.now, evaluations: { [variation]: 10 } });
  }),
  fc.tuple(place, fc.boolean()).map(([at, isKilled]) => (world: World) => {
    const config = world.facts.environments[at]?.config ?? aConfig();
    const killed = isKilled ? { at: world.now, by: 'member:1', reason: '' } : null;
    changeIn(world, at, { config: { ...config, killed }, servesSince: world.now });
  }),
  fc.tuple(place, fc.boolean()).map(
    ([at, hasRollout]) =>
      (world: World) =>
        changeIn(world, at, { hasRollout }),
  ),
  fc.tuple(place, fc.boolean()).map(
    ([at, isConnected]) =>
      (world: World) =>
        changeIn(world, at, { isConnected }),
  ),
  fc.tuple(fc.nat(3), fc.nat(1)).map(([count, byHand]) => (world: World) => {
    const had = (world.facts.references?.count ?? 0) > 0;
    const goneSince = count > 0 ? null : had ? world.now : (world.facts.references?.goneSince ?? null);
    change(world, { references: { count, byHand: Math.min(count, byHand), scannedAt: world.now, goneSince } });
  }),
  fc.boolean().map((isNeeded) => (world: World) => change(world, { dependents: isNeeded ? ['other'] : [] })),
  fc.constantFrom(null, 7, 30).map((lifetimeDays) => (world: World) => changeFlag(world, { lifetimeDays })),
  fc.boolean().map((isArchived) => (world: World) => changeFlag(world, { archivedAt: isArchived ? world.now : null })),
  fc.nat(30).map((days) => (world: World) => change(world, { keepUntil: world.now + days * DAY_MS })),
);

const arbitraryHistory = fc.record({
  isCritical: fc.tuple(fc.boolean(), fc.boolean()),
  happenings: fc.array(fc.record({ days: fc.constantFrom(0, 0.5, 1, 3, 8, 15, 40), apply: arbitraryHappening }), {
    minLength: 1,
    maxLength: 12,
  }),
});

const known = new WeakMap<FlagConfig, ReadonlySet<unknown>>();

/** Whether the SDKs give these people that value and no other there. */
function isGiven(config: FlagConfig, value: unknown): boolean {
  const all = known.get(config) ?? given(config);
  known.set(config, all);
  return all.size === 1 && all.has(value);
}

/** Asked for real, with the needed flag on and off. */
function given(config: FlagConfig): ReadonlySet<unknown> {
  const item = flagItem(FLAG.key, flagBodyOf(FLAG, config));
  const values = config.prerequisites
    .map(() => 1)
    .concat(0)
    .flatMap((needed) => {
      const evaluator = openEnvironment([item, flagItem(NEEDED, { fallthrough: { variation: needed } })], {});
      return PEOPLE.map((person) => evaluator.value(FLAG.key, person, 'fallback'));
    });
  return new Set(values);
}

function decisive({ environments }: LifecycleFacts): readonly EnvironmentFacts[] {
  const critical = environments.filter(({ isCritical }) => isCritical);
  return critical.length > 0 ? critical : environments;
}

/** What is said and cannot be; named, since a matcher for each would take most of the time. */
function wrongIn({ facts, now }: World, life: Lifecycle): readonly string[] {
  const { stage, stale, readiness, forward, next } = life;
  const { archivedAt, lifetimeDays } = facts.flag;
  const outcomes = readiness.checks.map(({ outcome }) => outcome);
  const isReady = readiness.kind !== 'blocked';
  const isCandidate = archivedAt !== null || stale.some(({ code }) => code !== 'over-age');
  const isUsed = facts.environments.some(({ evaluatedAt }) => now - (evaluatedAt ?? 0) < 14 * DAY_MS);
  const isYoung = decisive(facts).some(({ servesSince }) => now - servesSince < 7 * DAY_MS);
  const isDriven = facts.environments.some(({ hasRollout }) => hasRollout);
  const laws: Readonly<Record<string, boolean>> = {
    'blocked is what a check blocks': isReady !== outcomes.includes('block'),
    'safe is what passes all checks': (readiness.kind === 'safe') === outcomes.every((outcome) => outcome === 'pass'),
    'archived is what was archived': (stage === 'archived') === (archivedAt !== null),
    'an archived flag is not stale': archivedAt === null || stale.length === 0,
    'nothing began later than now': life.stageSince <= now && stale.every(({ since }) => since <= now),
    'a permanent flag is stale only where nobody asks':
      lifetimeDays !== null || stale.every(({ code }) => code === 'abandoned' || code === 'gone-from-code'),
    'nobody uses what is abandoned': stage !== 'abandoned' || !isUsed,
    'somebody could use what is abandoned': stage !== 'abandoned' || facts.environments.some((one) => one.isConnected),
    'what is settled serves one variation for long': stage !== 'settled' || (forward !== null && !isYoung),
    'nothing in a rollout is ready': !(isReady && isDriven),
    'nothing that others need is ready': !isReady || facts.dependents.length === 0,
    'what is ready has a value for the code': !isReady || forward !== null,
    'nothing is ready by its age': !isReady || isCandidate,
    'what is not ready is not to be removed': isReady || stage === 'archived' || !/remove|archive/.test(next.action),
    'the value for the code is the only one': isOneValue(facts, life),
  };
  return Object.keys(laws).filter((law) => laws[law] !== true);
}

/** The value for the code is what everybody is given where it matters; there is none only where that is not one value. */
function isOneValue(facts: LifecycleFacts, { forward }: Lifecycle): boolean {
  const configs = decisive(facts).map(({ config }) => config);
  if (forward !== null) return configs.every((config) => isGiven(config, forward.value));
  return configs.some(({ killed }) => killed !== null) || new Set(configs.flatMap(mentioned)).size > 1;
}

/** All that a configuration could serve to anybody, as it is written. */
function mentioned({ on, offVariation, prerequisites, targets, rules, fallthrough }: FlagConfig): readonly string[] {
  if (!on) return [offVariation];
  const served = [...rules.map(({ serve }) => serve), fallthrough].flatMap((serve) =>
    'variation' in serve ? [serve.variation] : Object.keys(serve.split.weights),
  );
  return [...(prerequisites.length > 0 ? [offVariation] : []), ...targets.map(({ variation }) => variation), ...served];
}

test('whatever happens to a flag, it is never ready while it serves two variations, is needed, or is being rolled out', () => {
  const seen = { blocked: 0, caution: 0, safe: 0 };
  const history = fc.property(arbitraryHistory, ({ isCritical: [first, second], happenings }) => {
    const world: World = {
      now: 0,
      facts: {
        flag: FLAG,
        environments: [environment('production', first), environment('europe', second), environment('test', false)],
        dependents: [],
        references: null,
        keepUntil: null,
        changedAt: 0,
      },
    };
    for (const { days, apply } of happenings) {
      world.now += days * DAY_MS;
      apply(world);
    }
    const life = lifecycleOf(world.facts, SETTINGS, world.now);
    const later = { ...world, now: world.now + 30 * DAY_MS };
    const lifeLater = lifecycleOf(later.facts, SETTINGS, later.now);
    for (const { readiness } of [life, lifeLater]) seen[readiness.kind] += 1;
    const isHealed = life.stale.length > 0 && lifeLater.stale.length === 0;
    const wrong = [...wrongIn(world, life), ...wrongIn(later, lifeLater), ...(isHealed ? ['time alone heals'] : [])];
    if (wrong.length > 0) throw new Error(wrong.join('; '));
  });
  fc.assert(history, { numRuns: HISTORIES, seed: 1 });
  // Laws about flags that are ready say nothing where none is.
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(HISTORIES / 50);
});
