import type { FlagBody, FlagConfig } from '@glidepath/core';
import { flagBodyOf } from '@glidepath/core/change';
import { aConfig, aFlag, aRule } from '@glidepath/core/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Harness } from './store.contract.ts';
import type { AuditEntry, Store } from './store.ts';
import type { UsageCount } from './usage.ts';

const START = Date.UTC(2030, 0, 1);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const ENVIRONMENT = 'env-1';

/** What every backend must know by which the lives of flags are told. */
export function describeEvidence(name: string, makeHarness: () => Promise<Harness>): void {
  describe(`evidence about flags on ${name}`, () => {
    let harness: Harness;
    let store: Store;
    let now: number;

    beforeEach(async () => {
      now = START;
      harness = await makeHarness();
      store = await harness.open(() => now);
      await store.write([], (tx) => tx.createEnvironment(ENVIRONMENT, '0123456789abcdef'));
    });
    afterEach(async () => {
      await store.close();
      await harness.dispose();
    });

    describe('since when a flag serves what it serves', () => {
      const publish = (...bodies: readonly (readonly [key: string, body: FlagBody | null])[]) =>
        store.write([ENVIRONMENT], (tx) =>
          tx.publish({
            environment: ENVIRONMENT,
            changeId: 'c',
            urgent: false,
            items: bodies.map(([key, body]) => ({ kind: 'flag', key, body })),
          }),
        );
      const body = (config: Partial<FlagConfig> = {}, flag: Parameters<typeof aFlag>[0] = {}) =>
        flagBodyOf(aFlag(flag), aConfig(config));
      const since = async () => Object.fromEntries(await store.servedSince(ENVIRONMENT));
      const split = {
        weights: { on: 50_000, off: 50_000 },
        allocation: [
          { from: 0, to: 50_000, variation: 'on' },
          { from: 50_000, to: 100_000, variation: 'off' },
        ],
      };
      const arms = { rollout: 'r', stage: 0, t: [[0, 10_000]], c: [[50_000, 60_000]] } as const;

      test('is when it was published first, and when it was changed last, for each on its own', async () => {
        await publish(['a', body()], ['b', body()]);
        now += HOUR;
        await publish(['a', body({ on: false })], ['b', body()]);
        expect(await since()).toEqual({ a: START + HOUR, b: START });
      });

      test.for<[title: string, before: FlagBody, after: FlagBody]>([
        ['metadata', body(), body({}, { metadata: { team: 'checkout' } })],
        ['being shown to browsers', body(), body({}, { clientSide: true })],
        ['being archived', body(), body({}, { archivedAt: START })],
        ['the id of a rule', body({ rules: [aRule()] }), body({ rules: [aRule({ id: 'other' })] })],
        ['who is measured', body({ fallthrough: { split } }), body({ fallthrough: { split: { ...split, arms } } })],
        ['rules behind a switch that is off', body({ on: false }), body({ on: false, rules: [aRule()] })],
      ])('is not altered by %s', async ([, before, after]) => {
        await publish(['a', before]);
        now += HOUR;
        expect(await publish(['a', after])).not.toBeNull();
        expect(await since()).toEqual({ a: START });
      });

      test.for<[title: string, before: FlagBody, after: FlagBody]>([
        [
          'a value',
          body(),
          body(
            {},
            {
              variations: [
                { key: 'on', value: false },
                { key: 'off', value: false },
              ],
            },
          ),
        ],
        ['a rule', body(), body({ rules: [aRule()] })],
        ['a share', body({ fallthrough: { split } }), body()],
        [
          'a kill, though it was off',
          body({ on: false }),
          body({ on: false, killed: { at: START, by: 'member:1', reason: '' } }),
        ],
      ])('is altered by %s', async ([, before, after]) => {
        await publish(['a', before]);
        now += HOUR;
        await publish(['a', after]);
        expect(await since()).toEqual({ a: START + HOUR });
      });

      test.for<unknown>([
        {},
        [],
        { ...body(), fallthrough: null },
        { ...body(), fallthrough: { split: null } },
        { ...body(), rules: null },
        { ...body(), rules: [null, 1, { serve: null }] },
        { ...body(), variations: null, off: null },
      ])('keeps no kill from being published after a body that cannot be read, such as %j', async (unreadable) => {
        await publish(['a', unreadable as FlagBody]);
        now += HOUR;
        expect(await publish(['a', body({ killed: { at: START, by: 'member:1', reason: '' } })])).not.toBeNull();
        expect(await since()).toEqual({ a: START + HOUR });
      });

      test('begins anew with a flag that was gone from the payload', async () => {
        await publish(['a', body()]);
        await publish(['a', null]);
        expect(await since()).toEqual({});
        now += HOUR;
        await publish(['a', body()]);
        expect(await since()).toEqual({ a: START + HOUR });
      });
    });

    test('evaluations are summed up by flag and variation, from the beginning of a day', async () => {
      const count = (n: number, entry: Partial<UsageCount> = {}) => ({
        flag: 'a',
        variation: 'on',
        reason: 'OFF',
        n,
        ...entry,
      });
      const add = (seq: number, at: number, counts: readonly UsageCount[], environment = ENVIRONMENT) =>
        store.addUsage([{ environment, instance: 'one', seq, counts, missing: [], seen: [], health: [] }], at);
      await add(1, START - 1, [count(1_000), count(9, { flag: 'old' })]);
      await add(2, START + HOUR, [count(3), count(4, { reason: 'KILLED' }), count(5, { variation: 'off' })]);
      await add(3, START + DAY, [count(6), count(7, { flag: 'b' })]);
      await add(4, START, [count(99)], 'env-2');
      const sums = await store.evaluationSums(ENVIRONMENT, START + 5 * HOUR);
      expect(sums.map(({ flag, variation, n }) => `${flag} ${variation} ${n}`).sort()).toEqual([
        'a off 5',
        'a on 13',
        'b on 7',
      ]);
      expect(await store.evaluationSums(ENVIRONMENT, START, 'b')).toEqual([{ flag: 'b', variation: 'on', n: 7 }]);
    });

    test('what people changed last is told by flag, without what the service did itself', async () => {
      const record = (
        at: number,
        key: string,
        entry: Partial<AuditEntry> = {},
        kind: 'flag' | 'flag-config' | 'segment' = 'flag-config',
      ) =>
        store.write([], (tx) =>
          tx.appendAudit({
            at,
            actor: 'member:ana',
            origin: 'ui',
            action: 'change-flag',
            project: 'shop',
            changeId: `c${at}`,
            environments: [],
            documents: [{ kind, id: `${kind}-${key}`, key, revision: 1 }],
            content: {},
            ...entry,
          }),
        );
      await record(START, 'a', {}, 'flag');
      await record(START + 1, 'a', { actor: 'token:ci' });
      await record(START + 2, 'a', { actor: 'system', origin: 'rollout' });
      await record(START + 3, 'b');
      await record(START + 4, 'c', {}, 'segment');
      await record(START + 5, 'd', { project: 'other' });
      expect(Object.fromEntries(await store.changedByPeople('shop'))).toEqual({ a: START + 1, b: START + 3 });
    });
  });
}
