import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyToConfig } from '../change/apply-config.ts';
import { applyToFlag } from '../change/apply-flag.ts';
import { applyToSegment, applyToSegmentConfig } from '../change/apply-segment.ts';
import { createFlag, createSegment } from '../change/create.ts';
import type { Applied } from '../change/problem.ts';
import type { Flag, FlagConfig, SegmentConfig } from '../model/model.ts';
import { aConfig, aFlag, aRule, aSegment, aSegmentConfig } from '../testing/builders.ts';
import { arbitraryConfig, arbitrarySegmentConfig } from '../testing/change-arbitraries.ts';
import { defineFlag, defineSegment, type FlagState, type SegmentState } from './define.ts';
import type { FlagDefinition, SegmentDefinition } from './definition.ts';
import { type FlagPlan, planFlag, planSegment, type SegmentPlan } from './plan.ts';

const ENVIRONMENTS = ['staging', 'production'];
const facts = {
  now: 1_000,
  actor: 'member:1',
  origin: 'code',
  newId: () => 'id-1',
  environments: ENVIRONMENTS,
} as const;
const NOTHING_TO_DO: FlagPlan = { create: null, before: [], configs: [], releases: [], after: [] };

const stateOf = (flag: Flag, ...configs: readonly FlagConfig[]): FlagState => ({
  flag,
  configs: new Map(configs.map((config, index) => [ENVIRONMENTS[index] ?? '', config])),
  driven: new Map(),
  plans: new Map(),
});

function documentOf<D>(result: Applied<D>): D {
  if (result.kind === 'refused') throw new Error(JSON.stringify(result.problems));
  return result.document;
}

/** The flag after the plan, as the write path would leave it. */
function carriedOut(plan: FlagPlan, present: FlagState | null): FlagState {
  const made = plan.create === null ? null : documentOf(createFlag(plan.create, facts));
  const start = made?.flag ?? present?.flag;
  if (start === undefined) throw new Error('there is no flag');
  const shared = { ...facts, environments: [] };
  const flag = documentOf(applyToFlag(start, plan.before, shared));
  const configs = new Map(
    ENVIRONMENTS.map((environment) => {
      const config = made?.config ?? present?.configs.get(environment);
      if (config === undefined) throw new Error(`there is no configuration in ${environment}`);
      const instructions = plan.configs.find((one) => one.environment === environment)?.instructions ?? [];
      return [environment, documentOf(applyToConfig(flag, config, instructions, facts))];
    }),
  );
  return {
    flag: documentOf(applyToFlag(flag, plan.after, shared)),
    configs,
    driven: present?.driven ?? new Map(),
    plans: plansAfter(plan, present),
  };
}

function plansAfter(plan: FlagPlan, present: FlagState | null): FlagState['plans'] {
  const plans = new Map(present?.plans);
  for (const { environment, plan: next } of plan.releases)
    if (next === null) plans.delete(environment);
    else plans.set(environment, next);
  return plans;
}

function brought(definition: FlagDefinition, present: FlagState | null): FlagState {
  return carriedOut(documentOf(planFlag(definition, present, facts)), present);
}

const arbitraryFlag: fc.Arbitrary<Flag> = fc
  .record(
    {
      name: fc.constantFrom('New checkout', 'new-checkout'),
      description: fc.constantFrom('', 'The *new* one'),
      purpose: fc.constantFrom<Flag['purpose'][]>('release', 'operational', 'permission'),
      lifetimeDays: fc.constantFrom(null, 7, 30, 31),
      owner: fc.constantFrom(null, 'payments'),
      tags: fc.constantFrom<string[][]>([], ['a', 'b']),
      links: fc.constantFrom<Flag['links'][]>([], [{ kind: 'issue', url: 'https://example.test/1' }]),
      metadata: fc.constantFrom({}, { team: 'web' }),
      clientSide: fc.boolean(),
      salt: fc.constantFrom('new-checkout', 'another'),
      jsonSchema: fc.constantFrom<Flag['jsonSchema'][]>(null, { type: 'string' }),
    },
    { requiredKeys: [] },
  )
  .chain((shared) =>
    fc.subarray(['red', 'green', 'blue', 'black'], { minLength: 2 }).map((keys) =>
      aFlag({
        createdAt: facts.now,
        createdBy: facts.actor,
        type: 'string',
        variations: keys.map((key) => ({ key, value: key })),
        ...shared,
      }),
    ),
  );

const arbitraryState = arbitraryFlag.chain((flag) =>
  fc.tuple(arbitraryConfig(flag), arbitraryConfig(flag)).map((configs) => stateOf(flag, ...configs)),
);

const unkilled = (state: FlagState): FlagState => ({
  ...state,
  configs: new Map([...state.configs].map(([key, config]) => [key, { ...config, killed: null }])),
});

/** Percentages that come to be from others move as few people as can be: whom exactly depends on where they began. */
const unallotted = (state: FlagState): FlagState =>
  JSON.parse(
    JSON.stringify({ ...state, configs: [...unkilled(state).configs] }, (name, value: unknown) =>
      name === 'allocation' ? undefined : value,
    ),
  ) as FlagState;

describe('a flag and its definition', () => {
  test('say the same: what a definition was made of is made of it', () => {
    fc.assert(
      fc.property(arbitraryState, (state) => {
        expect(brought(defineFlag(state), null)).toEqual(unkilled(state));
      }),
    );
  });

  test('survive JSON', () => {
    fc.assert(
      fc.property(arbitraryState, (state) => {
        const definition = defineFlag(state);
        expect(JSON.parse(JSON.stringify(definition))).toEqual(definition);
      }),
    );
  });

  test('leave nothing to do once the one has led to the other, wherever that began', () => {
    const both = arbitraryFlag.chain((flag) =>
      fc
        .tuple(arbitraryConfig(flag), arbitraryConfig(flag), arbitraryConfig(flag), arbitraryConfig(flag))
        .map(([a, b, c, d]) => ({ here: stateOf(flag, a, b), there: stateOf(flag, c, d) })),
    );
    fc.assert(
      fc.property(both, ({ here, there }) => {
        const definition = defineFlag(there);
        const reached = brought(definition, here);
        expect(unallotted(reached)).toEqual(unallotted(there));
        expect([...reached.configs.values()].map(({ killed }) => killed)).toEqual(
          [...here.configs.values()].map(({ killed }) => killed),
        );
        expect(planFlag(definition, reached, facts)).toEqual({ kind: 'applied', document: NOTHING_TO_DO });
      }),
    );
  });

  test('may differ in what the definition leaves out', () => {
    fc.assert(
      fc.property(arbitraryState, (state) => {
        const { key, type } = state.flag;
        expect(brought({ key, type }, state)).toEqual(state);
      }),
    );
  });
});

const off = { on: false, offVariation: 'off', fallthrough: { variation: 'off' } } as const;

describe('a plan', () => {
  const flag = aFlag({ lifetimeDays: 30 });
  const split = (on: number) => ({
    split: {
      weights: { on, off: 100_000 - on },
      allocation: [
        { from: 0, to: on, variation: 'on' },
        { from: on, to: 100_000, variation: 'off' },
      ],
    },
  });
  const definitionOf = (overrides: Partial<FlagDefinition> = {}): FlagDefinition => ({
    key: flag.key,
    type: 'boolean',
    ...overrides,
  });
  const problemsOf = (result: Applied<unknown>) =>
    result.kind === 'refused' ? result.problems.map(({ code, pointer }) => `${code} ${pointer}`) : [];

  test('says how many of those who reach a place get something else', () => {
    const present = stateOf(flag, aConfig(), aConfig({ fallthrough: split(5_000) }));
    const wanted = { ...off, on: true, fallthrough: { split: { weights: { on: 10_000, off: 90_000 } } } };
    const plan = documentOf(planFlag(definitionOf({ environments: { production: wanted } }), present, facts));
    expect(plan.configs).toEqual([
      {
        environment: 'production',
        instructions: [{ kind: 'set-split', at: 'fallthrough', weights: { on: 10_000, off: 90_000 } }],
        moves: [{ at: 'fallthrough', from: 'off', to: 'on', buckets: 5_000, exact: true }],
        before: present.configs.get('production'),
        after: aConfig({ fallthrough: split(10_000) }),
      },
    ]);
  });

  test('ends no kill and begins none', () => {
    const killed = { at: 1, by: 'member:1', reason: 'INC-1' };
    const state = stateOf(flag, aConfig({ killed }), aConfig());
    expect(brought(defineFlag(unkilled(state)), state)).toEqual(state);
  });

  test('takes a rule that was renamed and moved for the same rule', () => {
    const rules = [aRule({ id: 'a' }), aRule({ id: 'b', serve: split(10_000) })];
    const state = stateOf(flag, aConfig({ rules }), aConfig());
    const [first, second] = defineFlag(state).environments?.['staging']?.rules ?? [];
    if (first === undefined || second === undefined) throw new Error('no rules');
    const environments = {
      staging: {
        ...off,
        on: true,
        rules: [{ ...second, name: 'Ten percent' }, first],
        fallthrough: { variation: 'on' },
      },
    };
    const plan = documentOf(planFlag(definitionOf({ environments }), state, facts));
    expect(plan.configs[0]?.instructions).toEqual([
      { kind: 'move-rule', ruleId: 'b', index: 0 },
      { kind: 'update-rule', ruleId: 'b', name: 'Ten percent' },
    ]);
  });

  describe('while a rollout drives a split', () => {
    const before = { variation: 'off' } as const;
    const ownRule = aRule({ id: 'rollout:1', name: 'Released first' });
    const config = aConfig({ rules: [ownRule, aRule({ id: 'a', serve: split(25_000) }), aRule({ id: 'b' })] });
    const state: FlagState = {
      ...stateOf(flag, aConfig(), config),
      driven: new Map([['production', [{ at: 'a', before }]]]),
    };

    test('leaves its weights and its rule alone, whatever the definition says of them', () => {
      const definition = defineFlag(state);
      expect(definition.environments?.['production']?.rules?.map(({ id, serve }) => [id, serve])).toEqual([
        ['a', before],
        ['b', { variation: 'on' }],
      ]);
      expect(planFlag(definition, state, facts)).toEqual({ kind: 'applied', document: NOTHING_TO_DO });
    });

    test('changes everything else', () => {
      const { rules = [] } = defineFlag(state).environments?.['production'] ?? {};
      const production = { ...off, on: true, rules: [...rules].reverse(), fallthrough: { variation: 'off' } };
      const reached = brought(definitionOf({ environments: { production } }), state).configs.get('production');
      expect(reached?.rules.map(({ id, serve }) => [id, serve])).toEqual([
        ['rollout:1', { variation: 'on' }],
        ['b', { variation: 'on' }],
        ['a', split(25_000)],
      ]);
      expect(reached?.fallthrough).toEqual({ variation: 'off' });
    });

    test('refuses to take away the rule that it drives', () => {
      const production = { ...off, rules: [] };
      expect(problemsOf(planFlag(definitionOf({ environments: { production } }), state, facts))).toEqual([
        'in-use /environments/production/rules',
      ]);
    });
  });

  test('puts a flag aside only where the definition says so, and then leaves it alone', () => {
    const state = stateOf(flag, aConfig(), aConfig());
    const reached = brought(definitionOf({ archived: true }), state);
    expect(reached.flag.archivedAt).toBe(facts.now);
    const environments = { production: off };
    for (const definition of [definitionOf({ archived: true, environments }), definitionOf({ environments })])
      expect(planFlag(definition, reached, facts)).toEqual({ kind: 'applied', document: NOTHING_TO_DO });
    expect(brought(definitionOf({ archived: false }), reached)).toEqual(state);
  });

  test('takes a variation away after whatever served it, and adds one before', () => {
    const colours = ['red', 'green'].map((key) => ({ key, value: key }));
    const string = aFlag({ type: 'string', variations: colours });
    const serving = (key: string) => aConfig({ offVariation: key, fallthrough: { variation: key } });
    const state = stateOf(string, serving('red'), serving('red'));
    const variations = ['green', 'blue'].map((key) => ({ key, value: key }));
    const wanted = { on: true, offVariation: 'blue', fallthrough: { variation: 'blue' } };
    const definition = definitionOf({
      type: 'string',
      variations,
      environments: { staging: wanted, production: wanted },
    });
    const plan = documentOf(planFlag(definition, state, facts));
    expect(plan.before.map(({ kind }) => kind)).toEqual(['add-variation']);
    expect(plan.after.map(({ kind }) => kind)).toEqual(['remove-variation']);
  });

  test.for<[string, Partial<FlagDefinition>, string]>([
    ['another type', { type: 'string' }, 'type /type'],
    ['an unknown environment', { environments: { 'pro/d': off } }, 'invalid /environments/pro~1d'],
    [
      'weights that do not sum up',
      { environments: { production: { ...off, fallthrough: { split: { weights: { on: 1, off: 1 } } } } } },
      'weights /environments/production/fallthrough/split/weights',
    ],
    [
      'an allocation of other weights',
      {
        environments: {
          production: {
            ...off,
            fallthrough: { split: { weights: { on: 100_000 }, allocation: split(5_000).split.allocation } },
          },
        },
      },
      'allocation /environments/production/fallthrough/split/allocation',
    ],
    [
      'a rule twice',
      {
        environments: {
          production: { ...off, rules: ['a', 'a'].map((id) => ({ id, clauses: [], serve: { variation: 'on' } })) },
        },
      },
      'duplicate /environments/production/rules/1/id',
    ],
    [
      'a key for two variations',
      {
        environments: {
          production: {
            ...off,
            targets: ['on', 'off'].map((variation) => ({ contextKind: 'user', variation, keys: ['u1'] })),
          },
        },
      },
      'duplicate /environments/production/targets/1/keys/0',
    ],
    ['a third variation of a boolean flag', { variations: [{ key: 'maybe', value: true }] }, 'invalid /variations'],
  ])('refuses %s, and says where', ([, overrides, problem]) => {
    const state = stateOf(flag, aConfig(), aConfig());
    expect(problemsOf(planFlag(definitionOf(overrides), state, facts))).toContain(problem);
  });
});

function broughtSegment(definition: SegmentDefinition, present: SegmentState | null): SegmentState {
  const plan: SegmentPlan = documentOf(planSegment(definition, present, facts));
  const made = plan.create === null ? null : documentOf(createSegment(plan.create, facts));
  const segment = made?.segment ?? present?.segment;
  if (segment === undefined) throw new Error('there is no segment');
  const configs = new Map(
    ENVIRONMENTS.map((environment) => {
      const config = made?.config ?? present?.configs.get(environment) ?? aSegmentConfig();
      const instructions = plan.configs.find((one) => one.environment === environment)?.instructions ?? [];
      return [environment, documentOf(applyToSegmentConfig(config, instructions, facts))];
    }),
  );
  return { segment: documentOf(applyToSegment(segment, plan.shared)), configs };
}

describe('a segment and its definition', () => {
  const segment = aSegment({ createdAt: facts.now, createdBy: facts.actor });
  const stateWith = (...configs: readonly SegmentConfig[]): SegmentState => ({
    segment,
    configs: new Map(configs.map((config, index) => [ENVIRONMENTS[index] ?? '', config])),
  });
  const arbitraryMembership = fc
    .tuple(arbitrarySegmentConfig, arbitrarySegmentConfig)
    .map((configs) => stateWith(...configs));

  test('say the same, wherever that began', () => {
    fc.assert(
      fc.property(fc.option(arbitraryMembership), arbitraryMembership, (here, there) => {
        const definition = defineSegment({
          ...there,
          configs: there.configs,
        });
        const everything = { ...definition, environments: withLists(definition, there) };
        const reached = broughtSegment(everything, here);
        expect(reached).toEqual(there);
        expect(documentOf(planSegment(everything, reached, facts))).toEqual({ create: null, shared: [], configs: [] });
      }),
    );
  });

  test('leave keys alone that the definition does not say', () => {
    const included = [{ contextKind: 'user', keys: ['u1'] }];
    const state = stateWith(aSegmentConfig({ included }), aSegmentConfig());
    expect(broughtSegment({ key: segment.key, environments: { staging: {} } }, state)).toEqual(state);
    const emptied = broughtSegment({ key: segment.key, environments: { staging: { included: [] } } }, state);
    expect(emptied.configs.get('staging')).toEqual(aSegmentConfig());
  });

  test('are refused where the definition lists a kind of contexts twice', () => {
    const included = [{ contextKind: 'user', keys: ['u1'] }];
    const definition = { key: segment.key, environments: { staging: { included: [...included, ...included] } } };
    const result = planSegment(definition, stateWith(aSegmentConfig()), facts);
    expect(result).toMatchObject({ problems: [{ pointer: '/environments/staging/included/1' }] });
  });
});

/** Empty lists are not written, and what is not written is left alone: here everything is to be said. */
function withLists(definition: SegmentDefinition, { configs }: SegmentState) {
  return Object.fromEntries(
    [...configs].map(([environment, { included, excluded }]) => [
      environment,
      { ...definition.environments?.[environment], included, excluded },
    ]),
  );
}
