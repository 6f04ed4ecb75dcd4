import { describe, expect, test } from 'vitest';
import { aPlan } from '../rollouts/world.contract.ts';
import type { HealthEntry, HealthRate, HealthSeriesKey } from '../store/health.ts';
import type { RolloutRow } from '../store/rollouts.ts';
import { affectedBy } from './affected.ts';
import { executionsForErrors, executionsForLatency } from './detection.ts';
import { forecastOf, stagesOf } from './forecast.ts';
import { gateSchema } from './gate-schemas.ts';

const HOUR = 3_600_000;
const NOW = 1_900_000_000_000;
const precision = { alpha: 0.005, smallSample: 500 };
const GATES = [
  gateSchema.parse({ id: 'errors', kind: 'error-rate' }),
  gateSchema.parse({ id: 'p95', kind: 'latency' }),
];

describe('executions that it takes to find harm', () => {
  test('of two percentage points of errors are about as many as simulated rollouts took', () => {
    // Four in five of the rollouts of docs/statistics.md had found it after 3,800.
    const needed = executionsForErrors(0.009, 0.02, precision) ?? 0;
    expect(needed).toBeGreaterThan(3_800);
    expect(needed).toBeLessThan(2 * 3_800);
  });

  test('are fewer the larger the harm, and the more often a gate may be wrong', () => {
    const [small, large] = [executionsForErrors(0.01, 0.005, precision), executionsForErrors(0.01, 0.05, precision)];
    expect(small).toBeGreaterThan(10 * (large ?? 0));
    expect(executionsForErrors(0.01, 0.005, { ...precision, alpha: 0.05 })).toBeLessThan(small ?? 0);
  });

  test('of longer durations are more where durations are spread further', () => {
    const sought = { quantile: 0.95, times: 1.2 };
    const [narrow, wide] = [
      executionsForLatency({ p50: 80, p95: 120 }, sought, precision),
      executionsForLatency({ p50: 80, p95: 400 }, sought, precision),
    ];
    expect(wide).toBeGreaterThan(5 * (narrow ?? Number.POSITIVE_INFINITY));
  });
});

describe('the forecast of a plan', () => {
  const stages = [
    { kind: 'segment', segment: 'staff', bakeMinutes: 1 },
    { kind: 'percent', percent: 1, bakeMinutes: 1 },
    { kind: 'percent', percent: 50, bakeMinutes: 1 },
    { kind: 'percent', percent: 100, bakeMinutes: 1 },
  ] as const;
  const plan = aPlan({ stages, gates: GATES });
  const traffic = { executionsPerHour: 100_000, errorRate: 0.01, durations: { p50: 80, p95: 200 } };

  test('says for each stage with arms when each comparison finds something', () => {
    const told = stagesOf(plan, traffic);
    expect(told.map(({ stage, gate, detects }) => [stage, gate, detects])).toEqual([
      [1, 'errors', 0.005],
      [1, 'p95', 1.2],
      [2, 'errors', 0.005],
      [2, 'p95', 1.2],
    ]);
    const [first, , third] = told;
    expect((first?.hours ?? 0) / (third?.hours ?? 1)).toBeCloseTo(50);
  });

  test('does not know where nothing was measured', () => {
    expect(stagesOf(plan, null).every(({ hours }) => hours === null)).toBe(true);
    expect(
      stagesOf(plan, { ...traffic, durations: null })
        .filter(({ hours }) => hours === null)
        .map(({ gate }) => gate),
    ).toEqual(['p95', 'p95']);
  });

  const rate = (name: string, n: number): HealthRate => ({
    kind: 'guard',
    name,
    n,
    sum: n / 100,
    firstAt: NOW - 10 * HOUR,
  });
  const reads = (rates: Readonly<Record<string, readonly HealthRate[]>>) => ({
    healthRates: async ({ flag }: { flag: string }) => rates[flag] ?? [],
    healthSums: async () => [],
    rollouts: async () => Object.keys(rates).map((flag) => ({ flag }) as RolloutRow),
  });
  const asked = { environment: 'e', flag: 'checkout', plan: aPlan({ stages: stages.slice(1), gates: GATES }) };

  test('is said in a sentence, by the traffic since something was measured', async () => {
    const { sentence } = await forecastOf(reads({ checkout: [rate('pay', 1_000_000)] }), asked, NOW);
    expect(sentence).toMatch(
      /^With your traffic, 1 % needs about \d+ (hours|days) to detect \+0\.5 percentage points of errors\.$/,
    );
    const none = await forecastOf(reads({}), asked, NOW);
    expect(none.sentence).toContain('Nothing was measured of this flag in the last week');
  });

  test('warns of live rollouts that measure the same operation', async () => {
    const rates = {
      checkout: [rate('pay', 10), rate('quote', 10)],
      search: [rate('find', 10)],
      basket: [rate('quote', 5)],
    };
    const { warnings } = await forecastOf(reads(rates), asked, NOW);
    expect(warnings).toEqual([
      '`quote` is measured for `basket` too, whose rollout is live: harm of one may look like harm of both.',
    ]);
  });
});

describe('executions that a rollout has affected', () => {
  const entry = (n: number, key: Partial<HealthSeriesKey>, heardAt = NOW): HealthEntry => ({
    key: {
      environment: 'e',
      flag: 'f',
      flagVersion: 5,
      variation: 'on',
      arm: '',
      stage: -1,
      kind: 'guard',
      name: 'pay',
      source: 'server',
      ...key,
    },
    sums: {
      n,
      sum: 0,
      sumOfSquares: 0,
      shards: { n: [], sum: [], sumOfSquares: [], people: [] },
      latency: [],
      errorKinds: {},
    },
    heardAt,
  });
  const row = { rollout: { plan: aPlan() }, environment: 'e', flag: 'f', createdAt: NOW - HOUR } as RolloutRow;
  const affected = (...entries: readonly HealthEntry[]) => affectedBy({ healthSums: async () => entries }, row);

  test('are those of the released variation since its first stage, within its arms and beside them', async () => {
    const found = await affected(
      entry(1, { arm: 't', stage: 0 }),
      entry(2, { arm: 't', stage: 1, flagVersion: 6 }),
      entry(4, { flagVersion: 6 }),
      entry(8, { variation: 'off', arm: 'c', stage: 0 }),
      entry(16, { flagVersion: 4 }),
      entry(32, { arm: 't', stage: 0 }, NOW - 2 * HOUR),
    );
    expect(found).toEqual({ executions: 7, people: null });
  });

  test('are told from the beginning, in whose interval the rollout was started', async () => {
    const began = { ...row, createdAt: NOW + 7_000 };
    const entries = [entry(3, { arm: 't', stage: 0 }, NOW), entry(1, { arm: 't', stage: 0 }, NOW - 10_000)];
    expect(await affectedBy({ healthSums: async () => entries }, began)).toMatchObject({ executions: 3 });
  });

  test('are of at least as many people as its largest stage met', async () => {
    const met = (stage: number, people: readonly number[], name = 'pay'): HealthEntry => {
      const one = entry(50, { arm: 't', stage, name });
      return { ...one, sums: { ...one.sums, shards: { ...one.sums.shards, people } } };
    };
    const found = await affected(met(0, [1, 2]), met(1, [3, 4]), met(1, [5], 'search'), entry(9, {}));
    expect(found).toEqual({ executions: 159, people: 12 });
  });

  test('are not known where nobody measures', async () => {
    expect(await affected()).toBeNull();
  });
});
