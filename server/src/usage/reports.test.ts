import { flagItem } from '@glidepath/core/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { temporaryFile } from '../../../test/support/temporary-file.ts';
import { openMetrics } from '../metrics/metrics.ts';
import { openStore } from '../store/open-store.ts';
import type { Store } from '../store/store.ts';
import { createIntake } from './intake.ts';
import { reportSchema } from './report-schema.ts';
import { createReports, type Reports } from './reports.ts';

const NOW = 1_900_000_000_000;

let store: Store;
let reports: Reports;
beforeEach(async () => {
  store = await openStore({ url: `file:${temporaryFile()}`, now: () => NOW });
  const flags = [flagItem('shown', { clientSide: true }, 3), flagItem('hidden', {}, 3)];
  const served = { version: 3, items: new Map(flags.map((item) => [`flag\t${item.key}`, item])) };
  reports = createReports({
    intake: createIntake(store, () => NOW),
    environments: { environment: () => served, readPrimary: async () => true },
    metrics: openMetrics({ withProcess: false }).usage,
  });
});
afterEach(() => store.close());

let seq = 0;
async function take(health: readonly object[], isBrowser: boolean, more: object = {}): Promise<void> {
  seq += 1;
  const report = reportSchema.parse({ schema: 1, instance: 'one', seq, sdk: 'x/1', from: 0, to: 1, health, ...more });
  await reports.take(report, { environment: 'env-1', isBrowser });
}

const ended = (n: number, flag = 'shown', op = 'pay') => ({ flag, fv: 3, var: 'on', op, n, err: 0 });

async function kept(flag: string): Promise<readonly (readonly [name: string, n: number])[]> {
  const entries = await store.healthSums({ environment: 'env-1', flag });
  return entries.map(({ key, sums }) => [key.name, sums.n]);
}

test('a page tells how flags are doing that pages may see, and of no others', async () => {
  await take([ended(2), ended(2, 'hidden')], true);
  expect([await kept('shown'), await kept('hidden')]).toEqual([[['pay', 2]], []]);
  await take([ended(3), ended(3, 'hidden')], false);
  expect([await kept('shown'), await kept('hidden')]).toEqual([
    [
      ['pay', 2],
      ['pay', 3],
    ],
    [['pay', 3]],
  ]);
});

test('a page that tells of more than one person can have done is left aside', async () => {
  await take([ended(200), ended(201, 'shown', 'quote')], true);
  expect(await kept('shown')).toEqual([['pay', 200]]);
});

const shardsOf = (n: number, from = 0, to = 1) => Array.from({ length: 32 }, (_, i) => (i >= from && i < to ? n : 0));
const inArm = (n: number, shards: object, more: object = {}) => ({ ...ended(n), arm: 't', stage: 0, shards, ...more });

test.for<[what: string, entry: object]>([
  ['of shards', inArm(1, { n: shardsOf(9e12), err: shardsOf(9e12) })],
  ['of everybody', inArm(32, { n: shardsOf(1, 0, 32), err: shardsOf(1, 0, 32) })],
  ['of durations', { ...ended(1), lat: [{ g: 1.02, o: 500, c: [9e12] }] }],
  ['of kinds of errors', { ...ended(1), kinds: { Error: 9e12 } }],
])('a page that makes up millions %s beside a small count is left aside', async ([, entry]) => {
  await take([entry], true);
  expect(await kept('shown')).toEqual([]);
});

test('a page outweighs nobody by spreading what it makes up over many operations', async () => {
  const many = Array.from({ length: 100 }, (_, i) => ({ ...ended(150, 'shown', `op-${i}`), err: 150 }));
  await take(many, true);
  expect((await kept('shown')).reduce((sum, [, n]) => sum + n, 0)).toBeLessThanOrEqual(200);
});

test('a page does not say how many people there are: a rollout would be paused by it', async () => {
  const shards = { n: shardsOf(1), err: shardsOf(0) };
  await take([inArm(1, { ...shards, people: shardsOf(9e12, 0, 32) })], true);
  const [entry] = await store.healthSums({ environment: 'env-1', flag: 'shown' });
  expect(entry?.sums.shards).toMatchObject({ n: shardsOf(1), people: [] });
});

test('a page that measures or tracks beyond all measure is left aside', async () => {
  const series = { flag: 'shown', fv: 3, var: 'on' };
  const metrics = [
    { ...series, name: 'ms', n: 1, sum: 250 },
    { ...series, name: 'huge', n: 1, sum: -1e300 },
    { ...series, name: 'both', n: shardsOf(1), sum: [1e300, -1e300, ...Array.from({ length: 30 }, () => 0)] },
  ];
  const track = [
    ['bought', { shown: 'on' }, 1, 20],
    ['stole', { shown: 'on' }, 1, 1e300],
  ];
  await take([], true, { metrics, track });
  expect((await kept('shown')).map(([name]) => name).toSorted()).toEqual(['bought', 'ms']);
});

test('a page names a hundred operations at once, a server many more', async () => {
  const many = Array.from({ length: 150 }, (_, i) => ended(1, 'shown', `op-${i}`));
  await take(many, true);
  expect(await kept('shown')).toHaveLength(100);
  await take(many, false);
  expect(await kept('shown')).toHaveLength(250);
});
