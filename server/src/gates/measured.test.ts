import { describe, expect, test } from 'vitest';
import type { HealthEntry, HealthPoint, HealthSeriesKey, HealthSums } from '../store/health.ts';
import { measuredInArms, measuredOverTime, perExecution } from './measured.ts';

const plan = { variation: 'on', control: 'off' };
const none = { n: [], sum: [], sumOfSquares: [], people: [] };
const shards = (value: number) => Array.from({ length: 32 }, () => value);

function key(more: Partial<HealthSeriesKey>): HealthSeriesKey {
  const base = { environment: 'e', flag: 'f', flagVersion: 1, kind: 'guard', name: 'pay', source: 'server' } as const;
  return { ...base, variation: 'on', arm: 't', stage: 1, ...more };
}

function sums(n: number, sum: number, more: Partial<HealthSums> = {}): HealthSums {
  return { n, sum, sumOfSquares: 0, shards: none, latency: [], errorKinds: {}, ...more };
}

const entry = (of: Partial<HealthSeriesKey>, added: HealthSums, heardAt = 0): HealthEntry => ({
  key: key(of),
  sums: added,
  heardAt,
});
const point = (at: number, added: HealthSums, variation = 'on'): HealthPoint => ({
  key: key({ variation, arm: '', stage: -1 }),
  sums: added,
  at,
});

describe('what was measured in the arms of a stage', () => {
  test('is of all operations together', () => {
    const perShard = { ...none, n: shards(2), sum: shards(1), people: shards(1) };
    const { treatment, control } = measuredInArms(
      [
        entry({}, sums(64, 32, { shards: perShard })),
        entry({ name: 'quote' }, sums(64, 32, { shards: perShard })),
        entry({ arm: 'c', variation: 'off' }, sums(32, 0, { shards: { ...none, n: shards(1) } })),
        // Whoever reports one arm under the variation of the other has measured something else.
        entry({ arm: 'c', variation: 'on' }, sums(1_000, 1_000)),
      ],
      plan,
    );
    expect(treatment).toEqual({
      n: 128,
      sum: 64,
      shards: { n: shards(4), sum: shards(2) },
      people: shards(2),
      sketches: [],
    });
    expect(control).toMatchObject({ n: 32, sum: 0, shards: { n: shards(1), sum: shards(0) } });
  });

  test('was heard when both arms were', () => {
    const [t, c] = [entry({}, sums(1, 0), 500), entry({ arm: 'c', variation: 'off' }, sums(1, 0), 300)];
    expect(measuredInArms([t, c], plan).heardAt).toBe(300);
    expect(measuredInArms([], plan).heardAt).toBe(0);
  });
});

describe('what was measured over time', () => {
  const period = { from: 0, to: 320_000 };

  test('is in batches of equal length', () => {
    const lat = (n: number) => [{ g: 1.0408, o: 0, c: [n] }];
    const points = [
      point(0, sums(1, 0, { latency: lat(1) })),
      point(10_000, sums(2, 1)),
      point(319_999, sums(4, 0, { latency: lat(4) })),
    ];
    const { treatment, control, heardAt } = measuredOverTime([...points, point(0, sums(99, 99), 'off')], plan, period);
    expect(treatment).toMatchObject({ n: 7, sum: 1 });
    expect(treatment.shards.n.flatMap((n, i) => (n > 0 ? [i, n] : []))).toEqual([0, 1, 1, 2, 31, 4]);
    expect(treatment.sketches.map(({ c }) => c)).toEqual([[1], [], [], [], [], [], [], [4]]);
    expect([control, heardAt]).toEqual([null, 319_999]);
  });

  test('has no sketches where no durations were measured, and was not heard where nothing was', () => {
    expect(measuredOverTime([point(0, sums(1, 0))], plan, period).treatment.sketches).toEqual([]);
    expect(measuredOverTime([], plan, period)).toMatchObject({ heardAt: null, treatment: { n: 0 } });
  });
});

test('a counter per execution has the executions of the guard and the sum of the counter', () => {
  const period = { from: 0, to: 320_000 };
  const executions = measuredOverTime([point(0, sums(10, 3)), point(10_000, sums(20, 3))], plan, period);
  const counted = measuredOverTime([point(10_000, sums(5, 50))], plan, period);
  const { treatment } = perExecution(counted, executions);
  expect(treatment).toMatchObject({ n: 30, sum: 50 });
  expect([treatment.shards.n[1], treatment.shards.sum[1], treatment.shards.sum[0]]).toEqual([20, 50, 0]);
});
