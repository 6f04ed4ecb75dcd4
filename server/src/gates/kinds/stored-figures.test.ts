import { Sketch } from '@glidepath/core/sdk';
import { describe, expect, test } from 'vitest';
import type { Finding } from '../finding.ts';
import type { Gate } from '../gate.ts';
import { gateSchema } from '../gate-schemas.ts';
import type { Fleet } from '../gate-world.ts';
import type { Measured, MeasuredArm } from '../measured.ts';
import { judgeErrorRate } from './error-rate.ts';
import { judgeFleet } from './fleet.ts';
import { judgeIncidents } from './incident.ts';
import { judgeLatency } from './latency.ts';
import { judgeMetric } from './metric.ts';
import { judgeSampleRatio } from './sample-ratio.ts';

const NOW = 1_900_000_000_000;
const at = { now: NOW, precision: { alpha: 0.05, smallSample: 500 } };

function aGate<Kind extends Gate['kind']>(kind: Kind, settings: object = {}): Extract<Gate, { kind: Kind }> {
  return gateSchema.parse({ id: 'g', kind, ...settings }) as Extract<Gate, { kind: Kind }>;
}

/** Thirty-two shards alike, but for a little that makes a variance. */
function anArm(perShard: { n: number; sum: number; ms?: number; people?: number }): MeasuredArm {
  const shards = Array.from({ length: 32 }, (_, i) => ({
    n: perShard.n,
    sum: Math.max(0, perShard.sum + (perShard.sum > 0 ? ([1, -1, 0, 0][i % 4] ?? 0) : 0)),
  }));
  const sketches = Array.from({ length: perShard.ms === undefined ? 0 : 8 }, (_, group) => {
    const sketch = new Sketch();
    for (let i = 1; i <= 4 * perShard.n; i += 1)
      sketch.add((perShard.ms ?? 0) * (0.5 + i / (4 * perShard.n)) * (1 + group / 500));
    return sketch.body();
  });
  return {
    n: 32 * perShard.n,
    sum: shards.reduce((all, { sum }) => all + sum, 0),
    shards: { n: shards.map(({ n }) => n), sum: shards.map(({ sum }) => sum) },
    people: perShard.people === undefined ? [] : shards.map(() => perShard.people ?? 0),
    sketches,
  };
}

function measured(
  treatment: MeasuredArm,
  control: MeasuredArm | null,
  heardAt: number | null = NOW - 15_000,
): Measured {
  return { treatment, control, groups: control === null ? 'time' : 'people', heardAt };
}

const words = (finding: Finding): string => (finding.kind === 'pass' ? 'pass' : `${finding.kind}: ${finding.reason}`);
const NOTHING = anArm({ n: 0, sum: 0 });

describe('errors per guarded execution', () => {
  const gate = aGate('error-rate', { ceiling: 0.05 });
  const good = anArm({ n: 100, sum: 2 });

  test.for<[what: string, finds: string, measured: Measured, gate?: object]>([
    ['as many as in the control', 'pass', measured(good, good)],
    ['none at all', 'pass', measured(anArm({ n: 100, sum: 0 }), anArm({ n: 100, sum: 0 }))],
    [
      'many more than in the control',
      'fail: 4 % of executions failed, 1 % of the control',
      measured(anArm({ n: 100, sum: 4 }), anArm({ n: 100, sum: 1 })),
    ],
    [
      'the same where nothing is compared',
      'pass',
      measured(anArm({ n: 100, sum: 4 }), anArm({ n: 100, sum: 1 })),
      { isCompared: false },
    ],
    [
      'far above the ceiling',
      'fail: 20 % of executions failed',
      measured(anArm({ n: 100, sum: 20 }), anArm({ n: 100, sum: 20 })),
    ],
    ['above it in a stage without arms', 'fail: 20 % of executions failed', measured(anArm({ n: 100, sum: 20 }), null)],
    ['few in a stage without arms', 'pass', measured(good, null)],
    [
      'above the ceiling by what may be chance',
      'inconclusive',
      measured(anArm({ n: 20, sum: 1 }), anArm({ n: 20, sum: 1 })),
      { ceiling: 0.0495 },
    ],
    [
      'of too few executions',
      'inconclusive: 320 of 500 executions in an arm',
      measured(anArm({ n: 10, sum: 0 }), good),
    ],
    ['of nobody', 'no-data: nothing was measured of the released variation', measured(NOTHING, good)],
    ['against nobody', 'no-data: nothing was measured of the control', measured(good, NOTHING)],
    ['of two minutes ago', 'no-data: no application has reported for two minutes', measured(good, good, NOW - 120_001)],
    ['that were harm two minutes ago', 'fail', measured(anArm({ n: 100, sum: 20 }), good, NOW - 300_000)],
    ['that are harm in a small sample', 'fail', measured(anArm({ n: 9, sum: 8 }), anArm({ n: 9, sum: 0 }))],
  ])('%s: %s', ([, finds, figures, settings = {}]) => {
    expect(words(judgeErrorRate({ ...gate, ...settings }, figures, at))).toContain(finds);
  });

  test('of very few people say nothing, however many executions they make', () => {
    const few: MeasuredArm = {
      ...good,
      shards: { n: good.shards.n.map((n, i) => (i < 5 ? n * 10 : 0)), sum: good.shards.sum.map(() => 0) },
      sum: 0,
    };
    expect(words(judgeErrorRate(gate, measured(few, few), at))).toContain('fewer than 20 of 32 groups');
  });

  test('come with value, limit, control, interval and samples', () => {
    const { figures } = judgeErrorRate(gate, measured(anArm({ n: 100, sum: 4 }), anArm({ n: 200, sum: 2 })), at);
    expect(figures).toMatchObject({ limit: 0.05, samples: { released: 3_200, control: 6_400 } });
    expect(figures.value).toBeCloseTo(0.04, 2);
    expect(figures.control).toBeCloseTo(0.01, 2);
    const [lower, upper] = figures.interval ?? [0, 0];
    expect(lower).toBeLessThan(0.03);
    expect(upper).toBeGreaterThan(0.03);
  });

  test('have no interval while nothing is known of how far people differ', () => {
    const { figures } = judgeErrorRate(gate, measured(NOTHING, NOTHING), at);
    expect(figures).toEqual({
      value: null,
      limit: 0.05,
      control: null,
      interval: null,
      samples: { released: 0, control: 0 },
    });
  });
});

describe('durations of guarded executions', () => {
  const gate = aGate('latency');
  const good = anArm({ n: 100, sum: 0, ms: 100 });

  test.for<[what: string, finds: string, measured: Measured]>([
    ['as long as the control', 'pass', measured(good, good)],
    ['half as long again', 'times the control', measured(anArm({ n: 100, sum: 0, ms: 150 }), good)],
    [
      'above the ceiling in both arms',
      'above 500 ms',
      measured(anArm({ n: 100, sum: 0, ms: 900 }), anArm({ n: 100, sum: 0, ms: 900 })),
    ],
    ['above the ceiling without arms', 'above 500 ms', measured(anArm({ n: 100, sum: 0, ms: 900 }), null)],
    ['without arms', 'pass', measured(good, null)],
    [
      'that nobody measured',
      'no-data: no durations were measured',
      measured(anArm({ n: 100, sum: 0 }), anArm({ n: 100, sum: 0 })),
    ],
    ['of too few executions', 'inconclusive: 320 of 500', measured(anArm({ n: 10, sum: 0, ms: 100 }), good)],
  ])('%s: %s', ([, finds, figures]) => {
    expect(words(judgeLatency(gate, figures, at))).toContain(finds);
  });
});

describe('a number of the application', () => {
  const gate = aGate('metric', { metric: 'basket', failsWhen: 'below', threshold: 3, minSamples: 100 });

  test.for<[what: string, finds: string, measured: Measured]>([
    ['on the right side', 'pass', measured(anArm({ n: 10, sum: 50 }), anArm({ n: 10, sum: 60 }))],
    ['on the wrong side', 'fail: basket is 1', measured(anArm({ n: 10, sum: 10 }), anArm({ n: 10, sum: 60 }))],
    ['that nobody reported', 'no-data', measured(NOTHING, NOTHING)],
    [
      'reported a few times',
      'inconclusive: 64 of 100 values',
      measured(anArm({ n: 2, sum: 10 }), anArm({ n: 10, sum: 60 })),
    ],
  ])('%s: %s', ([, finds, figures]) => {
    expect(words(judgeMetric(gate, figures, at))).toContain(finds);
  });
});

describe('the arms', () => {
  test.for<[what: string, finds: string, measured: Measured]>([
    ['of equal size', 'pass', measured(anArm({ n: 100, sum: 0, people: 50 }), anArm({ n: 100, sum: 0, people: 50 }))],
    [
      'of which one lost a third of its people',
      'fail: 0.6',
      measured(anArm({ n: 100, sum: 0, people: 33 }), anArm({ n: 100, sum: 0, people: 50 })),
    ],
    ['of which one is not heard at all', 'fail', measured(NOTHING, anArm({ n: 1_000, sum: 0 }))],
    ['of which nobody was heard', 'no-data', measured(NOTHING, NOTHING)],
    ['that a stage does not have', 'pass', measured(anArm({ n: 100, sum: 0 }), null)],
  ])('%s: %s', ([, finds, figures]) => {
    expect(words(judgeSampleRatio(figures, NOW))).toContain(finds);
  });
});

describe('the fleet', () => {
  const fleet: Fleet = { instances: 200, deployed: null, applied: 200, sinceMs: 120_000 };

  test.for<[what: string, finds: string, fleet: Partial<Fleet>]>([
    ['that has applied the stage', 'pass', {}],
    ['of which a few have not', 'fail: 97 % of 200 instances have applied', { applied: 194 }],
    ['of which a few have not yet', 'inconclusive: 97 %', { applied: 194, sinceMs: 30_000 }],
    ['that runs the version', 'pass', { deployed: { instances: 20, covered: 20 } }],
    [
      'of which one runs another version',
      'fail: 95 % of 20 instances run',
      { deployed: { instances: 20, covered: 19 } },
    ],
    ['without an instance of the service', 'no-data', { deployed: { instances: 0, covered: 0 } }],
    ['of nobody', 'no-data: no instance is connected', { instances: 0 }],
  ])('%s: %s', ([, finds, more]) => {
    const first = judgeFleet(aGate('fleet'), { ...fleet, ...more }, null);
    expect(first.kind).not.toBe('fail');
    const before = { gate: 'g', at: 0, ...first };
    expect(words(judgeFleet(aGate('fleet'), { ...fleet, ...more }, before))).toContain(finds);
  });

  test('of which some have only just come back is no harm: they have not said yet what they have applied', () => {
    const passing = { gate: 'g', at: 0, ...judgeFleet(aGate('fleet'), fleet, null) };
    const back = judgeFleet(aGate('fleet'), { ...fleet, applied: 150 }, passing);
    expect(words(back)).toContain('inconclusive: 75 % of 200 instances have applied');
    expect(judgeFleet(aGate('fleet'), fleet, { gate: 'g', at: 0, ...back }).kind).toBe('pass');
  });
});

test('an incident as severe as those named fails, others do not', () => {
  const minor = { key: 'INC-2', title: 'slow search', severity: 'SEV3' } as const;
  const major = { key: 'INC-3', title: 'no payments', severity: 'SEV1' } as const;
  expect(words(judgeIncidents(aGate('incident'), [minor]))).toBe('pass');
  expect(words(judgeIncidents(aGate('incident'), [minor, major]))).toBe('fail: INC-3 is open (SEV1): no payments');
});
