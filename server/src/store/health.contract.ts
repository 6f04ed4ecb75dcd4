import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { HealthInput, HealthSeriesKey, HealthSums } from './health.ts';
import type { Harness } from './store.contract.ts';
import type { Store } from './store.ts';
import { PAGE, type UsageReport } from './usage.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const START = Date.UTC(2030, 0, 1);
const SHARDS = Array.from({ length: 32 }, (_, i) => i);

const zeros = { n: [], sum: [], sumOfSquares: [], people: [] };

function sums(n: number, sum: number, more: Partial<HealthSums> = {}): HealthSums {
  return { n, sum, sumOfSquares: 0, shards: zeros, latency: [], errorKinds: {}, ...more };
}

function aPart(key: Partial<HealthSeriesKey>, added: HealthSums): HealthInput {
  const of: HealthSeriesKey = {
    environment: 'env-1',
    flag: 'checkout',
    flagVersion: 7,
    variation: 'on',
    arm: '',
    stage: -1,
    source: 'server',
    kind: 'guard',
    name: 'POST /pay',
    ...key,
  };
  return { key: of, sums: added };
}

let last = 0;
function aReport(health: readonly HealthInput[], more: Partial<UsageReport> = {}): UsageReport {
  last += 1;
  return { environment: 'env-1', instance: 'one', seq: last, counts: [], missing: [], seen: [], health, ...more };
}

/** What every backend must do with what SDKs tell of how flags are doing. */
export function describeHealth(name: string, makeHarness: () => Promise<Harness>): void {
  describe(`how flags are doing, on ${name},`, () => {
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

    const of = { environment: 'env-1', flag: 'checkout' };
    const add = (health: readonly HealthInput[], at = START) => store.addUsage([aReport(health)], at);
    const totals = async (query = {}) =>
      (await store.healthSums({ ...of, ...query })).map(({ key, sums: { n, sum } }) => [key.variation, n, sum]);
    async function fold(now: number): Promise<void> {
      while (await store.foldHealth(now));
    }
    const points = async () =>
      (await store.healthPoints({ ...of, from: START, to: START + 90 * DAY })).map(({ at, sums: { n } }) => [
        at - START,
        n,
      ]);

    test('is summed up by series, whether it was merged already or just came', async () => {
      const measured = sums(2, 1, {
        sumOfSquares: 3,
        shards: { n: SHARDS, sum: SHARDS.map(() => 1), sumOfSquares: SHARDS.map(() => 0.5), people: [] },
        latency: [
          { g: 1.0408, o: 10, c: [1, 2] },
          { g: 1.0408, o: 0, c: [] },
        ],
        errorKinds: { Timeout: 1 },
      });
      const arm = { arm: 't', stage: 2 } as const;
      await add([aPart(arm, measured), aPart({ ...arm, arm: 'c', variation: 'off' }, sums(5, 0))]);
      await fold(START + 10 * MINUTE);
      await add([aPart(arm, { ...measured, errorKinds: { Timeout: 2, TypeError: 1 } })], START + 11 * MINUTE);
      const found = await store.healthSums({ ...of, stage: 2 });
      expect(found.map(({ key }) => [key.arm, key.variation])).toEqual([
        ['c', 'off'],
        ['t', 'on'],
      ]);
      expect(found[1]).toEqual({
        ...aPart(arm, {
          n: 4,
          sum: 2,
          sumOfSquares: 6,
          shards: {
            n: SHARDS.map((i) => 2 * i),
            sum: SHARDS.map(() => 2),
            sumOfSquares: SHARDS.map(() => 1),
            people: [],
          },
          latency: [
            { g: 1.0408, o: 10, c: [2, 4] },
            { g: 1.0408, o: 0, c: [] },
          ],
          errorKinds: { Timeout: 3, TypeError: 1 },
        }),
        heardAt: START + 11 * MINUTE,
      });
    });

    test('is asked for by flag, environment, kind, name, stage and version of the flag', async () => {
      await add([
        aPart({ variation: 'old', flagVersion: 6 }, sums(1, 0)),
        aPart({ variation: 'new', stage: 3, arm: 't' }, sums(2, 0)),
        aPart({ variation: 'metric', kind: 'metric', name: 'basket', flagVersion: 8 }, sums(4, 0)),
        aPart({ flag: 'other' }, sums(8, 0)),
      ]);
      await store.addUsage([aReport([aPart({ environment: 'env-2' }, sums(16, 0))], { environment: 'env-2' })], START);
      expect(await totals({ fromFlagVersion: 7 })).toEqual([
        ['new', 2, 0],
        ['metric', 4, 0],
      ]);
      expect(await totals({ stage: 3 })).toEqual([['new', 2, 0]]);
      expect(await totals({ kind: 'metric' })).toEqual([['metric', 4, 0]]);
      expect(await totals({ name: 'POST /pay' })).toEqual([
        ['old', 1, 0],
        ['new', 2, 0],
      ]);
      expect(await totals({ environment: 'env-2' })).toEqual([['on', 16, 0]]);
    });

    test('of a report that comes again counts once', async () => {
      const report = aReport([aPart({}, sums(10, 1))]);
      await store.addUsage([report, report], START);
      await store.addUsage([report], START);
      expect(await totals()).toEqual([['on', 10, 1]]);
    });

    test('keeps names and kinds of errors as they are, whatever they are made of', async () => {
      const odd = aPart(
        { name: `\\u0000 "quoted" 'x' ${String.fromCodePoint(0x1f600)}` },
        sums(1, 1, {
          errorKinds: { ['__proto__']: 1, '\u0000': 2 },
        }),
      );
      await add([odd]);
      await fold(START + HOUR);
      const [found] = await store.healthSums(of);
      expect(found?.key).toEqual(odd.key);
      expect(Object.entries(found?.sums.errorKinds ?? {})).toEqual(Object.entries(odd.sums.errorKinds));
    });

    test('is kept by ten seconds for a day and by minutes for thirty days', async () => {
      for (const at of [0, 9_999, 10_000, MINUTE]) await add([aPart({}, sums(1, 0))], START + at);
      const fine = [
        [0, 2],
        [10_000, 1],
        [MINUTE, 1],
      ];
      expect(await points()).toEqual(fine);
      await fold(START + 30 * MINUTE);
      expect(await points()).toEqual(fine);
      await fold(START + DAY + 3 * MINUTE);
      expect(await points()).toEqual([
        [0, 3],
        [MINUTE, 1],
      ]);
      expect(await totals()).toEqual([['on', 4, 0]]);
      await store.prune(START + 29 * DAY);
      expect(await points()).toHaveLength(2);
      await store.prune(START + 31 * DAY);
      expect(await points()).toEqual([]);
      expect(await totals()).toEqual([]);
    });

    test('is summed up by name over a while', async () => {
      await add([aPart({}, sums(3, 1)), aPart({ variation: 'off' }, sums(4, 2))]);
      await add([aPart({}, sums(5, 0)), aPart({ kind: 'metric', name: 'basket' }, sums(2, 40.5))], START + MINUTE);
      await fold(START + HOUR);
      await add([aPart({}, sums(100, 100))], START + DAY);
      expect(await store.healthRates({ ...of, from: START, to: START + DAY })).toEqual([
        { kind: 'guard', name: 'POST /pay', n: 12, sum: 3, firstAt: START },
        { kind: 'metric', name: 'basket', n: 2, sum: 40.5, firstAt: START + MINUTE },
      ]);
    });

    test('is taken from pages only as long as servers have room', async () => {
      const page = { instance: `${PAGE.instance}1` };
      const many = (from: number) =>
        Array.from({ length: 5_000 }, (_, i) => aPart({ name: `op ${from + i}` }, sums(1, 0)));
      await store.addUsage([aReport(many(0), page)], START);
      await store.addUsage([aReport([aPart({ name: 'op 1' }, sums(1, 0)), aPart({}, sums(1, 0))], page)], START);
      expect(await totals({ name: 'op 1' })).toEqual([['on', 2, 0]]);
      expect(await totals({ name: 'POST /pay' })).toEqual([]);
      await add([aPart({}, sums(1, 0))]);
      expect(await totals({ name: 'POST /pay' })).toEqual([['on', 1, 0]]);
    });

    test('grows no further than numbers go', async () => {
      const most = sums(Number.MAX_SAFE_INTEGER, Number.MAX_VALUE);
      await add([aPart({}, most)]);
      await add([aPart({}, most)]);
      await fold(START + HOUR);
      expect(await totals()).toEqual([['on', Number.MAX_SAFE_INTEGER, Number.MAX_VALUE]]);
    });
  });
}
