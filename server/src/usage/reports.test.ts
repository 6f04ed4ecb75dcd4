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
async function take(health: readonly object[], isBrowser: boolean): Promise<void> {
  seq += 1;
  const report = reportSchema.parse({ schema: 1, instance: 'one', seq, sdk: 'x/1', from: 0, to: 1, health });
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
  expect([await kept('shown'), await kept('hidden')]).toEqual([[['pay', 5]], [['pay', 3]]]);
});

test('a page that tells of more than one person can have done is left aside', async () => {
  await take([ended(200), ended(201, 'shown', 'quote')], true);
  expect(await kept('shown')).toEqual([['pay', 200]]);
});

test('a page names a hundred operations at once, a server many more', async () => {
  const many = Array.from({ length: 150 }, (_, i) => ended(1, 'shown', `op-${i}`));
  await take(many, true);
  expect(await kept('shown')).toHaveLength(100);
  await take(many, false);
  expect(await kept('shown')).toHaveLength(150);
});
