import { describe, expect, test } from 'vitest';
import { reportSchema, type WireReport } from './report-schema.ts';

const numbers = (length: number, n = 0): number[] => Array.from({ length }, () => n);

const SERIES = { flag: 'new-checkout', fv: 41, rule: 'r7', var: 'on', arm: 't', stage: 2 };
const SKETCH = { g: 1.0408, o: -61, c: [3, 9] };
const HEALTH = {
  ...SERIES,
  op: 'POST /pay',
  n: 902,
  err: 4,
  kinds: { TimeoutError: 3, 500: 1 },
  lat: Array.from({ length: 8 }, () => SKETCH),
  shards: { n: numbers(32, 28), err: numbers(32), people: numbers(32, 3) },
};
const METRIC = { ...SERIES, name: 'basket.value', n: numbers(32), sum: numbers(32, -1.5), sumsq: numbers(32, 2.25) };
const EVALS = [{ ...SERIES, reason: 'RULE_MATCH', n: 3 }];

function read(more: Record<string, unknown>): WireReport {
  return reportSchema.parse({ schema: 1, instance: 'i', seq: 1, sdk: 'node/1', from: 0, to: 1, evals: EVALS, ...more });
}

describe('a report', () => {
  test('tells by rule, arm and stage how flags are doing', () => {
    const older = { ...HEALTH, shards: { n: numbers(32), err: numbers(32) } };
    const outside = { flag: 'f', fv: 1, var: 'off', op: 'pay', n: 1, err: 0, lat: [SKETCH] };
    const counted = { flag: 'f', fv: 1, var: 'off', name: 'basket', n: 2, sum: 7 };
    const told = {
      health: [HEALTH, older, outside],
      metrics: [METRIC, counted],
      track: [['order.placed', { 'new-checkout': 'on' }, 3, 120.5]],
    };
    expect(read(told)).toMatchObject({ evals: EVALS, ...told });
  });

  test('tells what became of two ways of doing the same', () => {
    const told = {
      sides: [{ flag: 'users-db', op: 'read', side: 'new', n: 3, err: 1, lat: SKETCH }],
      comparisons: [{ flag: 'users-db', stage: 'shadow', n: 2, diff: 1, skipped: 0, paths: [['/name', 1]] }],
    };
    expect(read(told)).toMatchObject({ evals: EVALS, ...told });
    const broken = { sides: [{ ...told.sides[0], side: 'third' }], comparisons: [{ ...told.comparisons[0], n: -1 }] };
    expect(read(broken)).toMatchObject({ evals: EVALS, sides: [], comparisons: [] });
  });

  test('may hold members that are unknown, at every level', () => {
    const report = read({ health: [{ ...HEALTH, later: 1 }], track: [['order.placed', {}, 3, 120.5, 'later']] });
    expect(report.health).toEqual([HEALTH]);
    expect(report.track).toHaveLength(1);
  });

  test.for<[string, Record<string, unknown>]>([
    ['31 shards', { health: [{ ...HEALTH, shards: { n: numbers(31), err: numbers(32) } }] }],
    ['31 shards of people', { health: [{ ...HEALTH, shards: { ...HEALTH.shards, people: numbers(31) } }] }],
    ['seven sketches', { health: [{ ...HEALTH, lat: HEALTH.lat.slice(1) }] }],
    ['a negative count', { health: [HEALTH, { ...HEALTH, n: -1 }] }],
    ['buckets that do not grow', { health: [{ ...HEALTH, lat: HEALTH.lat.map(() => ({ ...SKETCH, g: 1 })) }] }],
    ['a third arm', { health: [{ ...HEALTH, arm: 'x' }] }],
    ['no list', { health: 'x' }],
  ])('with %s in `health` loses that and keeps its evaluations', ([, more]) => {
    expect(read({ ...more, metrics: [METRIC] })).toMatchObject({ evals: EVALS, health: [], metrics: [METRIC] });
  });

  test('cuts names, however long they are', () => {
    expect(read({ health: [{ ...HEALTH, op: 'x'.repeat(500) }] }).health?.[0]?.op).toHaveLength(128);
  });
});
