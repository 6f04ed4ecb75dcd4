import { describe, expect, test } from 'vitest';
import type { FlagConfig, Rule, Serve } from '../model/model.ts';
import { aConfig, aFlag, aRule } from '../testing/index.ts';
import type {
  CheckCode,
  EnvironmentFacts,
  LifecycleFacts,
  LifecycleStage,
  NextStep,
  Readiness,
  ReferenceFacts,
  StaleCode,
} from './lifecycle.ts';
import { lifecycleOf } from './lifecycle-of.ts';
import { DAY_MS } from './words.ts';

const SETTINGS = { settledDays: 7, idleDays: 14 };
const NOW = 1_000 * DAY_MS;
const ago = (days: number): number => NOW - days * DAY_MS;

const REFERENCES: ReferenceFacts = { count: 3, byHand: 0, scannedAt: ago(1), goneSince: null };
const GONE: ReferenceFacts = { count: 0, byHand: 0, scannedAt: ago(1), goneSince: ago(3) };

function production(overrides: Partial<EnvironmentFacts> = {}): EnvironmentFacts {
  return {
    key: 'production',
    isCritical: true,
    config: aConfig(),
    servesSince: ago(60),
    hasRollout: false,
    evaluatedAt: ago(0.1),
    evaluations: { on: 12_000 },
    isConnected: true,
    ...overrides,
  };
}

const development = (overrides: Partial<EnvironmentFacts> = {}): EnvironmentFacts =>
  production({ key: 'development', isCritical: false, ...overrides });

/** A release flag, 100 days old, that has long served `on` to everyone, and whose code is still there. */
function facts(overrides: Partial<LifecycleFacts> = {}): LifecycleFacts {
  return {
    flag: aFlag({ createdAt: ago(100) }),
    environments: [production(), development()],
    dependents: [],
    references: REFERENCES,
    keepUntil: null,
    changedAt: ago(60),
    ...overrides,
  };
}

const serving = (config: Partial<FlagConfig>, overrides: Partial<EnvironmentFacts> = {}) =>
  facts({ environments: [production({ config: aConfig(config), ...overrides }), development()] });
const inProduction = (overrides: Partial<EnvironmentFacts>) =>
  facts({ environments: [production(overrides), development()] });
const unused = (overrides: Partial<LifecycleFacts> = {}) =>
  facts({
    environments: [production, development].map((one) => one({ evaluatedAt: ago(20), evaluations: {} })),
    ...overrides,
  });
const neverUsed = (flag: Parameters<typeof aFlag>[0], overrides: Partial<EnvironmentFacts> = {}) =>
  facts({
    flag: aFlag(flag),
    environments: [production, development].map((one) =>
      one({ config: aConfig({ on: false }), servesSince: 0, evaluatedAt: null, evaluations: {}, ...overrides }),
    ),
    changedAt: flag?.createdAt ?? 0,
  });

const split = (weights: Record<string, number>): Serve => ({ split: { weights, allocation: [] } });
const rule = (overrides: Partial<Rule>): Rule => aRule({ serve: { variation: 'on' }, ...overrides });
const KILLED = { at: ago(10), by: 'member:1', reason: 'errors' };

interface Said {
  readonly stage?: LifecycleStage;
  readonly stale?: readonly StaleCode[];
  readonly ready?: Readiness['kind'];
  readonly blocks?: readonly CheckCode[];
  readonly cautions?: readonly CheckCode[];
  readonly forward?: string | null;
  readonly next?: NextStep['action'];
}

/** What is said of a flag, as far as a row of a table says it. */
function said(of: LifecycleFacts, wanted: Said): Said {
  const { stage, stale, readiness, forward, next } = lifecycleOf(of, SETTINGS, NOW);
  const codes = (outcome: string) =>
    readiness.checks.filter((check) => check.outcome === outcome).map(({ code }) => code);
  const all: Required<Said> = {
    stage,
    stale: stale.map(({ code }) => code),
    ready: readiness.kind,
    blocks: codes('block'),
    cautions: codes('caution'),
    forward: forward?.variation ?? null,
    next: next.action,
  };
  return Object.fromEntries(Object.keys(wanted).map((key) => [key, all[key as keyof Said]]));
}

type Row = readonly [title: string, facts: LifecycleFacts, said: Said];

describe('the stage of a flag', () => {
  test.for<Row>([
    ['made today and never evaluated', neverUsed({ createdAt: ago(0.5) }), { stage: 'new' }],
    [
      'on for everyone, never evaluated, made yesterday',
      neverUsed({ createdAt: ago(1) }, { config: aConfig() }),
      { stage: 'new' },
    ],
    [
      'never evaluated for a year, and nothing connected',
      neverUsed({ createdAt: ago(365) }, { isConnected: false }),
      { stage: 'new' },
    ],
    [
      'never evaluated for twenty days, and something connected',
      neverUsed({ createdAt: ago(20) }),
      { stage: 'abandoned' },
    ],
    [
      'never evaluated, made long ago, but worked on last week',
      { ...neverUsed({ createdAt: ago(90) }), changedAt: ago(6) },
      { stage: 'new' },
    ],
    [
      'evaluated, but off since it was made, within its lifetime',
      facts({
        flag: aFlag({ createdAt: ago(20) }),
        environments: [production({ config: aConfig({ on: false }), servesSince: ago(20) })],
      }),
      { stage: 'new', stale: [], ready: 'blocked', next: 'wait' },
    ],
    [
      'off since it was made, and older than its lifetime',
      facts({
        flag: aFlag({ createdAt: ago(40) }),
        environments: [production({ config: aConfig({ on: false }), servesSince: ago(40) })],
      }),
      { stage: 'settled', stale: ['over-age', 'settled'], forward: 'off' },
    ],
    [
      'off again after it was on',
      facts({
        flag: aFlag({ createdAt: ago(20) }),
        environments: [production({ config: aConfig({ on: false }), servesSince: ago(9) })],
      }),
      { stage: 'settled', stale: ['settled'], forward: 'off' },
    ],
    [
      'half of the people',
      serving({ fallthrough: split({ on: 50_000, off: 50_000 }) }),
      { stage: 'rolling-out', stale: ['over-age'], ready: 'blocked', forward: null, next: 'settle' },
    ],
    [
      'one in a hundred thousand',
      serving({ fallthrough: split({ on: 1, off: 99_999 }) }),
      { stage: 'rolling-out', forward: null },
    ],
    [
      'a rule serves something else',
      serving({ rules: [rule({ serve: { variation: 'off' } })] }),
      { stage: 'rolling-out', forward: null },
    ],
    [
      'a target gets something else',
      serving({ targets: [{ variation: 'off', contextKind: 'user', keys: ['ann'] }] }),
      { stage: 'rolling-out', forward: null },
    ],
    [
      'one variation for six days',
      inProduction({ servesSince: ago(6) }),
      { stage: 'rolling-out', forward: 'on', ready: 'blocked', next: 'wait' },
    ],
    [
      'one variation for exactly seven days',
      inProduction({ servesSince: ago(7) }),
      { stage: 'settled', forward: 'on' },
    ],
    ['one variation for sixty days', facts(), { stage: 'settled' }],
    [
      'one variation, but a rollout is not over',
      inProduction({ hasRollout: true }),
      { stage: 'rolling-out', blocks: ['one-variation', 'no-rollout'], next: 'wait' },
    ],
    [
      'killed for ten days',
      serving({ killed: KILLED }),
      { stage: 'rolling-out', forward: null, ready: 'blocked', next: 'settle' },
    ],
    ['killed while it was off anyway', serving({ on: false, killed: KILLED }), { stage: 'rolling-out', forward: null }],
    ['not evaluated for twenty days', unused(), { stage: 'abandoned', stale: ['over-age', 'abandoned'] }],
    ['not evaluated for exactly fourteen days', inProduction({ evaluatedAt: ago(14) }), { stage: 'settled' }],
    [
      'not evaluated for twenty days, but nothing is connected',
      facts({ environments: [production({ evaluatedAt: ago(20), evaluations: {}, isConnected: false })] }),
      { stage: 'settled', cautions: ['evaluations'] },
    ],
    [
      'split, and not evaluated for twenty days',
      unused({
        environments: [
          production({ config: aConfig({ fallthrough: split({ on: 1, off: 99_999 }) }), evaluatedAt: ago(20) }),
        ],
      }),
      { stage: 'abandoned', ready: 'blocked', forward: null, next: 'settle' },
    ],
    ['archived', facts({ flag: aFlag({ createdAt: ago(100), archivedAt: ago(2) }) }), { stage: 'archived', stale: [] }],
    [
      'archived while nobody asked',
      unused({ flag: aFlag({ createdAt: ago(100), archivedAt: ago(2) }) }),
      { stage: 'archived' },
    ],
    ['no environment at all', facts({ environments: [] }), { stage: 'new', ready: 'blocked', forward: null }],
  ])('%s', ([, of, wanted]) => {
    expect(said(of, wanted)).toEqual(wanted);
  });
});

describe('what counts as one variation', () => {
  test.for<Row>([
    [
      'a split of 100 and 0 %',
      serving({ fallthrough: split({ on: 100_000, off: 0 }) }),
      { stage: 'settled', ready: 'safe', forward: 'on' },
    ],
    [
      'rules that all serve what everybody gets',
      serving({ rules: [rule({ id: 'a' }), rule({ id: 'b', serve: split({ on: 100_000 }) })] }),
      { stage: 'settled', forward: 'on' },
    ],
    [
      'targets that get what everybody gets',
      serving({ targets: [{ variation: 'on', contextKind: 'user', keys: ['ann'] }] }),
      { stage: 'settled', forward: 'on' },
    ],
    [
      'a target of nobody',
      serving({ targets: [{ variation: 'off', contextKind: 'user', keys: [] }] }),
      { stage: 'settled', forward: 'on' },
    ],
    [
      'a rule that nobody can match',
      serving({
        rules: [
          rule({
            serve: { variation: 'off' },
            clauses: [...aRule().clauses, { attribute: 'country', operator: 'exists', values: [], negate: true }],
          }),
        ],
      }),
      { stage: 'settled', forward: 'on' },
    ],
    [
      'a rule whose people an earlier one takes',
      serving({ rules: [rule({ id: 'a' }), rule({ id: 'b', serve: { variation: 'off' } })] }),
      { stage: 'settled', forward: 'on' },
    ],
    [
      'rules that leave nobody over for the fallthrough',
      serving({
        rules: [
          rule({ id: 'a', clauses: [{ attribute: 'country', operator: 'exists', values: [] }] }),
          rule({ id: 'b', clauses: [{ attribute: 'country', operator: 'exists', values: [], negate: true }] }),
        ],
        fallthrough: { variation: 'off' },
      }),
      { stage: 'settled', forward: 'on' },
    ],
    [
      'a prerequisite, where the off variation is another one',
      serving({ prerequisites: [{ flag: 'payments', variations: ['on'] }] }),
      { stage: 'rolling-out', forward: null },
    ],
    [
      'a prerequisite, where the off variation is the same',
      serving({ prerequisites: [{ flag: 'payments', variations: ['on'] }], offVariation: 'on' }),
      { stage: 'settled', forward: 'on' },
    ],
    [
      'off, whatever stands behind the switch',
      serving({
        on: false,
        fallthrough: split({ on: 50_000, off: 50_000 }),
        prerequisites: [{ flag: 'payments', variations: ['on'] }],
      }),
      { stage: 'settled', forward: 'off' },
    ],
    [
      'a split of a rule that is 100 % of something else',
      serving({ rules: [rule({ serve: split({ off: 100_000 }) })] }),
      { forward: null },
    ],
  ])('%s', ([, of, wanted]) => {
    expect(said(of, wanted)).toEqual(wanted);
  });
});

const europe = (overrides: Partial<EnvironmentFacts>) => production({ key: 'production-eu', ...overrides });
const OFF = aConfig({ on: false });

describe('which environments decide', () => {
  test.for<Row>([
    [
      'one that does not matter serves two variations',
      facts({
        environments: [production(), development({ config: aConfig({ fallthrough: split({ on: 1, off: 99_999 }) }) })],
      }),
      { stage: 'settled', forward: 'on', ready: 'caution', cautions: ['same-everywhere'] },
    ],
    [
      'one that does not matter serves another',
      facts({ environments: [production(), development({ config: OFF })] }),
      { stage: 'settled', ready: 'caution', cautions: ['same-everywhere'] },
    ],
    [
      'one that does not matter is killed',
      facts({ environments: [production(), development({ config: aConfig({ killed: KILLED }) })] }),
      { stage: 'settled', ready: 'caution' },
    ],
    [
      'one that does not matter has a rollout',
      facts({ environments: [production(), development({ hasRollout: true })] }),
      { stage: 'settled', ready: 'blocked', blocks: ['no-rollout'], next: 'wait' },
    ],
    [
      'two that matter serve different variations',
      facts({ environments: [production(), europe({ config: OFF })] }),
      { stage: 'rolling-out', forward: null, blocks: ['one-variation', 'same-everywhere'], next: 'settle' },
    ],
    [
      'two that matter serve the same, one for three days',
      facts({ environments: [production(), europe({ servesSince: ago(3) })] }),
      { stage: 'rolling-out', forward: 'on', next: 'wait' },
    ],
    [
      'two that matter serve the same for long',
      facts({ environments: [production(), europe({})] }),
      { stage: 'settled', ready: 'safe' },
    ],
    [
      'none is marked, and they differ',
      facts({ environments: [development(), development({ key: 'test', config: OFF })] }),
      { stage: 'rolling-out', forward: null, ready: 'blocked' },
    ],
    [
      'none is marked, and they agree',
      facts({ environments: [development(), development({ key: 'test' })] }),
      { stage: 'settled', forward: 'on', ready: 'safe' },
    ],
  ])('%s', ([, of, wanted]) => {
    expect(said(of, wanted)).toEqual(wanted);
  });
});

const permanent = (overrides: Partial<LifecycleFacts> = {}) =>
  facts({ flag: aFlag({ purpose: 'kill-switch', lifetimeDays: null, createdAt: ago(900) }), ...overrides });

describe('why a flag is stale', () => {
  test.for<Row>([
    [
      'a release of 29 days, just settled',
      facts({ flag: aFlag({ createdAt: ago(29) }), environments: [production({ servesSince: ago(8) })] }),
      { stale: ['settled'], ready: 'safe' },
    ],
    [
      'a release of 31 days that is still split',
      serving({ fallthrough: split({ on: 10_000, off: 90_000 }) }),
      { stale: ['over-age'], ready: 'blocked', blocks: ['one-variation'] },
    ],
    [
      'a lifetime of its own',
      facts({ flag: aFlag({ createdAt: ago(100), lifetimeDays: 200 }) }),
      { stale: ['settled'] },
    ],
    [
      'a permanent flag, settled for years',
      permanent(),
      { stage: 'settled', stale: [], ready: 'blocked', next: 'none' },
    ],
    [
      'a permanent flag that is split',
      permanent({
        environments: [production({ config: aConfig({ rules: [rule({ serve: { variation: 'off' } })] }) })],
      }),
      { stage: 'rolling-out', stale: [], next: 'none' },
    ],
    [
      'a permanent flag that nobody asks for',
      permanent({ environments: [production({ evaluatedAt: ago(90), evaluations: {} })] }),
      { stage: 'abandoned', stale: ['abandoned'], ready: 'safe', next: 'remove-code' },
    ],
    [
      'a permanent flag that is gone from the code',
      permanent({ references: GONE }),
      { stale: ['gone-from-code'], ready: 'caution', next: 'wait' },
    ],
    [
      'gone from the code, and still evaluated',
      facts({ references: GONE }),
      { stale: ['over-age', 'settled', 'gone-from-code'], ready: 'caution', cautions: ['evaluations'], next: 'wait' },
    ],
    [
      'gone from the code, and not evaluated any more',
      unused({ references: GONE }),
      { stale: ['over-age', 'abandoned', 'gone-from-code'], ready: 'safe', next: 'archive' },
    ],
    [
      'gone from the code while it is split',
      { ...serving({ fallthrough: split({ on: 1, off: 99_999 }) }), references: GONE },
      { stale: ['over-age', 'gone-from-code'], ready: 'blocked', next: 'settle' },
    ],
    [
      'gone from the code a week after its release',
      { ...inProduction({ servesSince: ago(5) }), references: GONE },
      { stage: 'rolling-out', stale: ['over-age', 'gone-from-code'], ready: 'caution' },
    ],
    [
      'never was in the scanned code',
      facts({ references: { ...GONE, goneSince: null } }),
      { stale: ['over-age', 'settled'], ready: 'caution', cautions: ['evaluations'] },
    ],
  ])('%s', ([, of, wanted]) => {
    expect(said(of, wanted)).toEqual(wanted);
  });
});

describe('whether a flag may go, and what is next', () => {
  test.for<Row>([
    [
      'settled, with code that can be removed',
      facts(),
      { ready: 'safe', blocks: [], cautions: [], next: 'remove-code' },
    ],
    [
      'settled, with code for people',
      facts({ references: { ...REFERENCES, byHand: 1 } }),
      { ready: 'caution', cautions: ['code-references'], next: 'remove-code' },
    ],
    [
      'settled, the scan is old',
      facts({ references: { ...REFERENCES, scannedAt: ago(40) } }),
      { ready: 'caution', cautions: ['code-references'] },
    ],
    [
      'settled, nothing was ever scanned',
      facts({ references: null }),
      { ready: 'caution', cautions: ['code-references', 'evaluations'], next: 'remove-code' },
    ],
    [
      'abandoned, nothing was ever scanned',
      unused({ references: null }),
      { ready: 'caution', cautions: ['code-references'], next: 'archive' },
    ],
    ['abandoned, but in the code', unused(), { ready: 'safe', next: 'remove-code' }],
    [
      'never evaluated, in the code',
      neverUsed({ createdAt: ago(20) }),
      { stage: 'abandoned', ready: 'safe', forward: 'off', next: 'remove-code' },
    ],
    [
      'a live flag needs it',
      facts({ dependents: ['one-click-pay'] }),
      { ready: 'blocked', blocks: ['no-dependents'], forward: 'on', next: 'wait' },
    ],
    ['abandoned, and a live flag needs it', unused({ dependents: ['a', 'b'] }), { ready: 'blocked', next: 'wait' }],
    [
      'abandoned, and a rollout drives it',
      unused({ environments: [production({ hasRollout: true, evaluatedAt: ago(20) })] }),
      { ready: 'blocked', blocks: ['no-rollout'], next: 'wait' },
    ],
    [
      'settled, but the other variation was given in the last week',
      inProduction({ evaluations: { on: 900, off: 2 } }),
      { ready: 'caution', cautions: ['evaluations'], next: 'remove-code' },
    ],
    [
      'settled a week ago, and the other variation was given before',
      inProduction({ servesSince: ago(7), evaluations: { on: 900, off: 2 } }),
      { ready: 'safe' },
    ],
    [
      'settled, and code got values that nobody can tell apart',
      inProduction({ evaluations: { on: 900, '': 2 } }),
      { ready: 'safe' },
    ],
    [
      'somebody keeps it',
      facts({ keepUntil: NOW + 5 * DAY_MS }),
      { stage: 'settled', stale: ['over-age', 'settled'], ready: 'safe', next: 'wait' },
    ],
    ['somebody kept it until yesterday', facts({ keepUntil: ago(1) }), { next: 'remove-code' }],
    [
      'archived, and still asked for',
      facts({ flag: aFlag({ createdAt: ago(100), archivedAt: ago(2) }) }),
      { ready: 'safe', next: 'remove-code' },
    ],
    [
      'archived, and only named in code',
      unused({ flag: aFlag({ createdAt: ago(100), archivedAt: ago(2) }) }),
      { next: 'remove-code' },
    ],
    [
      'archived, and gone',
      unused({ flag: aFlag({ createdAt: ago(100), archivedAt: ago(2) }), references: GONE }),
      { ready: 'safe', next: 'none' },
    ],
    [
      'archived while it was split',
      {
        ...serving({ fallthrough: split({ on: 1, off: 99_999 }) }),
        flag: aFlag({ createdAt: ago(100), archivedAt: ago(2) }),
      },
      { stage: 'archived', ready: 'blocked', forward: null },
    ],
  ])('%s', ([, of, wanted]) => {
    expect(said(of, wanted)).toEqual(wanted);
  });
});

describe('what is told', () => {
  test('each reason comes with when it began and how it shows', () => {
    expect(lifecycleOf(facts(), SETTINGS, NOW).stale).toEqual([
      { code: 'over-age', since: ago(70), sentence: 'It is 100 days old and was meant for 30 days.' },
      { code: 'settled', since: ago(53), sentence: 'It has served `on` to everyone in `production` for 60 days.' },
    ]);
  });

  test('a flag that is not ready says why, and since when', () => {
    const { readiness } = lifecycleOf(serving({ fallthrough: split({ on: 1, off: 99_999 }) }), SETTINGS, NOW);
    expect(readiness.checks[0]).toEqual({
      code: 'one-variation',
      outcome: 'block',
      sentence: '`production` serves `on` and `off`.',
      since: ago(60),
    });
  });

  test('the value for the code is that of the variation', () => {
    const flag = aFlag({
      createdAt: ago(100),
      type: 'json',
      variations: [
        { key: 'on', value: { limit: 7 } },
        { key: 'off', value: {} },
      ],
    });
    expect(lifecycleOf(facts({ flag }), SETTINGS, NOW).forward).toEqual({ variation: 'on', value: { limit: 7 } });
  });

  test('a settled flag waits for the days that the project says', () => {
    const of = inProduction({ servesSince: ago(20) });
    expect(lifecycleOf(of, { settledDays: 21, idleDays: 14 }, NOW)).toMatchObject({
      stage: 'rolling-out',
      stageSince: ago(20),
      next: { sentence: 'It serves `on` to everyone: settled in 1 day.' },
    });
    expect(lifecycleOf(of, { settledDays: 20, idleDays: 14 }, NOW)).toMatchObject({
      stage: 'settled',
      stageSince: NOW,
    });
  });
});
