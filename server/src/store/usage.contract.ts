import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Harness } from './store.contract.ts';
import type { Store } from './store.ts';
import { type MissingCount, MOST_MISSING, MOST_SEEN, PAGE, type UsageCount, type UsageReport } from './usage.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const START = Date.UTC(2030, 0, 1);

const counted = (n: number, count: Partial<UsageCount> = {}): UsageCount => ({
  flag: 'checkout',
  variation: 'on',
  reason: 'FALLTHROUGH',
  n,
  ...count,
});

const missed = (n: number, count: Partial<MissingCount> = {}): MissingCount => ({
  key: 'chekout',
  error: 'FLAG_NOT_FOUND',
  sdk: 'node/1',
  app: 'api',
  n,
  ...count,
});

let last = 0;
function aReport(report: Partial<UsageReport> = {}): UsageReport {
  last += 1;
  return { environment: 'env-1', instance: 'one', seq: last, counts: [], missing: [], seen: [], health: [], ...report };
}

/** What every backend must do with the counts of SDKs. */
export function describeUsage(name: string, makeHarness: () => Promise<Harness>): void {
  describe(`counts of evaluations on ${name}`, () => {
    let harness: Harness;
    let store: Store;

    beforeEach(async () => {
      harness = await makeHarness();
      store = await harness.open(() => START);
    });
    afterEach(async () => {
      await store.close();
      await harness.dispose();
    });

    const add = (report: Partial<UsageReport>, at = START) => store.addUsage([aReport(report)], at);
    const usage = (span: 'minute' | 'day', from = START, to = START + DAY) =>
      store.usage({ environment: 'env-1', flag: 'checkout', span, from, to });
    const total = async () => (await usage('day')).reduce((sum, { n }) => sum + n, 0);

    test('are summed up by variation and reason, per minute and per day', async () => {
      await add({ counts: [counted(3), counted(4, { variation: 'off', reason: 'RULE_MATCH' })] }, START + 59_999);
      await add({ counts: [counted(5), counted(6)] }, START + MINUTE);
      await add({ counts: [counted(7)] }, START + DAY);
      expect(await usage('minute')).toEqual([
        { at: START, variation: 'off', reason: 'RULE_MATCH', n: 4 },
        { at: START, variation: 'on', reason: 'FALLTHROUGH', n: 3 },
        { at: START + MINUTE, variation: 'on', reason: 'FALLTHROUGH', n: 11 },
      ]);
      expect(await usage('day', START, START + 2 * DAY)).toEqual([
        { at: START, variation: 'off', reason: 'RULE_MATCH', n: 4 },
        { at: START, variation: 'on', reason: 'FALLTHROUGH', n: 14 },
        { at: START + DAY, variation: 'on', reason: 'FALLTHROUGH', n: 7 },
      ]);
      expect(await usage('day', START + DAY, START + DAY)).toEqual([]);
    });

    test('belong to one environment and one flag', async () => {
      await add({ counts: [counted(1), counted(2, { flag: 'other' })] });
      await add({ environment: 'env-2', counts: [counted(4)] }, START + 5);
      expect(await usage('day')).toEqual([{ at: START, variation: 'on', reason: 'FALLTHROUGH', n: 1 }]);
      expect(await store.lastUsed('env-1')).toEqual(
        new Map([
          ['checkout', START],
          ['other', START],
        ]),
      );
      expect(await store.lastUsed('env-2', 'checkout')).toEqual(new Map([['checkout', START + 5]]));
      expect(await store.lastUsed('env-2', 'other')).toEqual(new Map());
    });

    test('of a report that comes again are added once, also within one batch and after a restart', async () => {
      const first = aReport({ counts: [counted(10)] });
      const second = aReport({ counts: [counted(1)] });
      expect(await store.addUsage([first, second, first], START)).toEqual([true, true, false]);
      expect(await store.addUsage([first], START)).toEqual([false]);
      await store.close();
      store = await harness.open(() => START);
      expect(await store.addUsage([second], START)).toEqual([false]);
      expect(await total()).toBe(11);
    });

    test('of equal numbers from another client or environment are another report', async () => {
      const report = aReport({ counts: [counted(1)] });
      const others = [
        { ...report, instance: 'two' },
        { ...report, environment: 'env-2' },
      ];
      expect(await store.addUsage([report, ...others], START)).toEqual([true, true, true]);
      expect(await total()).toBe(2);
    });

    test('add up exactly where many write the same ones at once', async () => {
      const reports = Array.from({ length: 40 }, (_, i) =>
        aReport({
          instance: `client-${i % 4}`,
          // As clients number them: what is further apart than is remembered would count as added before.
          seq: Math.floor(i / 4),
          counts: ['a', 'b', 'c'].map((variation) => counted(1, { variation })),
          missing: [missed(1, { key: `k${i % 3}` })],
        }),
      );
      // Every report twice, from both ends.
      await Promise.all([...reports, ...reports.toReversed()].map((report) => store.addUsage([report], START)));
      expect(await total()).toBe(120);
      expect((await store.missing('env-1')).reduce((sum, { n }) => sum + n, 0)).toBe(40);
    });

    test('take many series in one report', async () => {
      const counts = Array.from({ length: 1_500 }, (_, i) => counted(1, { flag: `flag-${i}` }));
      await add({ counts: [...counts, counted(2)] });
      expect((await store.lastUsed('env-1')).size).toBe(1_501);
      expect(await total()).toBe(2);
    });

    test('of keys that gave no value name who asked last, and when first', async () => {
      await add({ missing: [missed(2), missed(1, { error: 'TYPE_MISMATCH' })] });
      await add({ missing: [missed(3, { sdk: 'node/2', app: 'worker' })] }, START + 7);
      expect(await store.missing('env-1')).toEqual([
        { environment: 'env-1', ...missed(5, { sdk: 'node/2', app: 'worker' }), firstAt: START, lastAt: START + 7 },
        { environment: 'env-1', ...missed(1, { error: 'TYPE_MISMATCH' }), firstAt: START, lastAt: START },
      ]);
      expect(await store.missing('env-2')).toEqual([]);
    });

    test('of keys that gave no value are bounded: those asked for longest ago go first', async () => {
      await add({ missing: [missed(1, { key: 'old' })] }, START - 1);
      await add({ missing: Array.from({ length: MOST_MISSING }, (_, i) => missed(1, { key: `k${i}` })) });
      const kept = await store.missing('env-1');
      expect(kept).toHaveLength(MOST_MISSING);
      expect(kept.some(({ key }) => key === 'old')).toBe(false);
    });

    test('of keys that servers miss are not forgotten for those that pages make up', async () => {
      const madeUp = Array.from({ length: MOST_MISSING }, (_, i) => missed(1, { key: `z${i}`, sdk: `${PAGE.sdk}1` }));
      const kept = async () => (await store.missing('env-1')).filter(({ sdk }) => sdk === 'node/1');
      await add({ missing: [missed(1, { key: 'before' })] }, START - 1);
      await add({ missing: [...madeUp, missed(1, { key: 'beside' })] });
      await add({ missing: madeUp }, START + 1);
      expect((await kept()).map(({ key }) => key)).toEqual(['beside', 'before']);
    });

    test('of more keys than are kept keep nobody waiting', async () => {
      await add({ missing: Array.from({ length: MOST_MISSING }, (_, i) => missed(1, { key: `old-${i}` })) }, START - 1);
      const missing = Array.from({ length: 70_000 }, (_, i) => missed(1, { key: `k${i}` }));
      const begun = performance.now();
      await add({ missing });
      expect(performance.now() - begun).toBeLessThan(5_000);
      const kept = await store.missing('env-1');
      expect(kept).toHaveLength(MOST_MISSING);
      expect(kept.every(({ lastAt }) => lastAt === START)).toBe(true);
    });

    test('end at the largest number that is exact, and keep nobody else from counting', async () => {
      const huge = Number.MAX_SAFE_INTEGER;
      const other = aReport({ counts: [counted(1, { flag: 'other' })] });
      for (let i = 0; i < 2; i += 1) {
        const counts = Array.from({ length: 1_100 }, () => counted(huge));
        const missing = Array.from({ length: 1_100 }, () => missed(huge));
        await store.addUsage([aReport({ counts, missing }), other], START);
      }
      expect((await usage('day')).map(({ n }) => n)).toEqual([huge]);
      expect((await usage('minute')).map(({ n }) => n)).toEqual([huge]);
      expect((await store.missing('env-1')).map(({ n }) => n)).toEqual([huge]);
      expect((await store.lastUsed('env-1', 'other')).size).toBe(1);
    });

    test('name the attributes of contexts once, with when they were told last', async () => {
      const [kind, plan, org] = [
        { kind: 'user', attribute: '' },
        { kind: 'user', attribute: 'plan' },
        { kind: 'org', attribute: '' },
      ];
      await add({ seen: [plan, kind, plan] });
      await add({ seen: [org, plan], instance: 'two' }, START + DAY);
      await add({ seen: [org], environment: 'env-2' });
      expect(await store.seen('env-1')).toEqual([
        { ...org, lastAt: START + DAY },
        { ...kind, lastAt: START },
        { ...plan, lastAt: START + DAY },
      ]);
      await store.prune(START + 30 * DAY);
      expect((await store.seen('env-1')).map(({ attribute }) => attribute)).toEqual(['', 'plan']);
      expect(await store.seen('env-2')).toEqual([]);
    });

    test('name no more attributes than are kept: those told longest ago go first', async () => {
      await add({ seen: [{ kind: 'user', attribute: 'old' }] }, START - 1);
      const names = Array.from({ length: MOST_SEEN }, (_, i) => ({ kind: 'user', attribute: `name-${i}` }));
      await add({ seen: names });
      const kept = await store.seen('env-1');
      expect([kept.length, kept.some(({ attribute }) => attribute === 'old')]).toEqual([MOST_SEEN, false]);
    });

    test('are kept per minute for 48 hours and per day for 400 days', async () => {
      await add({ counts: [counted(1)] });
      const minutes = () => usage('minute').then((rows) => rows.length);
      const days = () => usage('day').then((rows) => rows.length);
      await store.prune(START + 2 * DAY);
      expect([await minutes(), await days()]).toEqual([1, 1]);
      await store.prune(START + 2 * DAY + MINUTE);
      expect([await minutes(), await days()]).toEqual([0, 1]);
      await store.prune(START + 400 * DAY);
      expect(await days()).toBe(1);
      await store.prune(START + 401 * DAY);
      expect(await days()).toBe(0);
      await store.prune(START + 401 * DAY);
      expect((await store.lastUsed('env-1')).size).toBe(0);
    });

    test('forget pages that are silent for an hour, and no server', async () => {
      const names = ['one', `${PAGE.instance}one`];
      const reports = names.map((instance) => aReport({ instance, counts: [counted(1)] }));
      await store.addUsage(reports, START);
      await store.prune(START + HOUR - 1);
      expect(await store.addUsage(reports, START)).toEqual([false, false]);
      await store.prune(START + HOUR);
      expect(await store.addUsage(reports, START)).toEqual([false, true]);
    });

    test('forget keys without a value after 30 days, and clients that are silent for seven', async () => {
      const report = aReport({ counts: [counted(1)], missing: [missed(1)] });
      await store.addUsage([report], START);
      await store.prune(START + 7 * DAY - 1);
      expect(await store.addUsage([report], START)).toEqual([false]);
      await store.prune(START + 7 * DAY);
      expect(await store.addUsage([report], START)).toEqual([true]);
      await store.prune(START + 30 * DAY - 1);
      expect(await store.missing('env-1')).toHaveLength(1);
      await store.prune(START + 30 * DAY);
      expect(await store.missing('env-1')).toEqual([]);
    });
  });
}
