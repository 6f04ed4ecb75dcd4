import { flagItem } from '@glidepath/core/testing';
import { describe, expect, test } from 'vitest';
import { healthOf } from './health-reading.ts';
import type { ServedEnvironment } from './reading.ts';
import { reportSchema } from './report-schema.ts';

const served: ServedEnvironment = {
  version: 41,
  items: new Map([['flag\tcheckout', flagItem('checkout', { on: true }, 41)]]),
};
const of = { flag: 'checkout', fv: 41, var: 'on' };
const arm = { ...of, arm: 't', stage: 2 };
const shards = (value: number) => Array.from({ length: 32 }, () => value);
const sketch = (c: readonly number[]) => ({ g: 1.0408, o: 10, c });
const empty = { n: [], sum: [], sumOfSquares: [], people: [] };

function read(report: Record<string, unknown>) {
  const sent = { schema: 1, instance: 'one', seq: 3, sdk: 'node/1', from: 0, to: 1, ...report };
  return healthOf(reportSchema.parse(sent), 'env-1', served);
}

const names = (report: Record<string, unknown>) => read(report).map(({ key }) => key.name);

describe('what a report tells of how flags are doing', () => {
  test('is the executions of an arm by shard, with their sketches', () => {
    const lat = [sketch([0, 3, 0]), ...Array.from({ length: 7 }, () => sketch([]))];
    const told = { n: 0, err: 0, kinds: { Timeout: 32 }, shards: { n: shards(4), err: shards(1), people: shards(2) } };
    expect(read({ health: [{ ...arm, op: 'POST /pay', lat, ...told }] })).toEqual([
      {
        key: {
          environment: 'env-1',
          flag: 'checkout',
          flagVersion: 41,
          variation: 'on',
          arm: 't',
          stage: 2,
          kind: 'guard',
          name: 'POST /pay',
          source: 'server',
        },
        sums: {
          n: 128,
          sum: 32,
          sumOfSquares: 0,
          shards: { ...empty, n: shards(4), sum: shards(1), people: shards(2) },
          latency: [{ g: 1.0408, o: 11, c: [3] }, ...Array.from({ length: 7 }, () => ({ g: 1.0408, o: 0, c: [] }))],
          errorKinds: { Timeout: 32 },
        },
      },
    ]);
  });

  test('is counts only outside of arms', () => {
    const [pay, basket] = read({
      health: [{ ...of, op: 'pay', n: 5, err: 1 }],
      metrics: [{ ...of, name: 'basket', n: 2, sum: 7.5 }],
    });
    expect(pay).toMatchObject({ key: { arm: '', stage: -1 }, sums: { n: 5, sum: 1, shards: empty, latency: [] } });
    expect(basket).toMatchObject({ key: { kind: 'metric', name: 'basket' }, sums: { n: 2, sum: 7.5, shards: empty } });
  });

  test('is numbers of the application by shard', () => {
    const [basket] = read({ metrics: [{ ...arm, name: 'basket', n: shards(1), sum: shards(-2), sumsq: shards(4) }] });
    const byShard = { n: shards(1), sum: shards(-2), sumOfSquares: shards(4), people: [] };
    expect(basket?.sums).toMatchObject({ n: 32, sum: -64, sumOfSquares: 128, shards: byShard });
  });

  test('is events of every variation that was read before, of no version', () => {
    const found = read({ track: [['order', { checkout: 'on', gone: 'x' }, 3, 120.5]] });
    expect(found.map(({ key, sums }) => [key.kind, key.flag, key.flagVersion, sums.n, sums.sum])).toEqual([
      ['track', 'checkout', 0, 3, 120.5],
    ]);
  });

  test.for<[what: string, entry: Record<string, unknown>]>([
    ['of a flag that there is not', { flag: 'gone' }],
    ['of a variation that there is not', { var: 'purple' }],
    ['of a version that is yet to come', { fv: 42 }],
    ['without a name', { op: '' }],
    ['under a name that nobody can read', { op: 'a\u0000b' }],
    ['of nothing', { n: 0 }],
  ])('%s is not kept', ([, entry]) => {
    const good = { ...of, op: 'pay', n: 5, err: 1 };
    expect(names({ health: [good, { ...good, ...entry }] })).toEqual(['pay']);
  });

  test('has no more errors than executions, in any shard', () => {
    const [inArm, outside] = read({
      health: [
        { ...arm, op: 'a', n: 1, err: 1, shards: { n: shards(1), err: shards(9) } },
        { ...of, op: 'b', n: 5, err: 100 },
      ],
    });
    expect([inArm?.sums.sum, outside?.sums.sum]).toEqual([32, 5]);
  });

  test('keeps its counts where its sketches have buckets of their own', () => {
    const lat = Array.from({ length: 8 }, () => ({ ...sketch([1]), g: 1.5 }));
    const [found] = read({
      health: [{ ...arm, op: 'a', n: 1, err: 0, lat, shards: { n: shards(1), err: shards(0) } }],
    });
    expect(found?.sums).toMatchObject({ n: 32, latency: [], shards: { sum: [] } });
  });

  test('fills no more than two thousand series at once', () => {
    const health = Array.from({ length: 2_500 }, (_, i) => ({ ...of, op: `op-${i}`, n: 1, err: 0 }));
    expect(names({ health })).toHaveLength(2_000);
  });
});
