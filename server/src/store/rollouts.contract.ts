import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Verdict } from '../gates/gate.ts';
import type { Rollout, RolloutState } from '../rollouts/rollout.ts';
import { aProgress, aRollout, aVerdict } from '../rollouts/world.contract.ts';
import { NEVER, type RolloutInput, type RolloutRecord } from './rollouts.ts';
import type { Harness } from './store.contract.ts';
import type { Store } from './store.ts';

const START = Date.UTC(2030, 0, 1);
const DAY = 86_400_000;

const cause = { kind: 'person', reason: 'ana' } as const;
const running: RolloutState = { kind: 'running', progress: aProgress() };
const over: RolloutState = { kind: 'aborted', at: START, stage: null, cause };

function aRow(id: string, row: Partial<RolloutInput> = {}, state?: RolloutState): RolloutInput {
  const rollout: Rollout = { ...aRollout(), id, ...(state === undefined ? {} : { state }) };
  return {
    rollout,
    project: 'shop',
    environment: 'env-1',
    flag: `flag-${id}`,
    startedBy: 'member:ana',
    origin: 'ui',
    comment: null,
    createdAt: START,
    nextAt: START,
    sinceVersion: null,
    coveredSince: null,
    configRevision: null,
    incident: null,
    evidence: null,
    endedAt: null,
    ...row,
  };
}

/** What every backend must do with rollouts, their records, and what their gates say. */
export function describeRollouts(name: string, makeHarness: () => Promise<Harness>): void {
  describe(`rollouts on ${name}`, () => {
    let harness: Harness;
    let store: Store;
    let now = START;

    beforeEach(async () => {
      now = START;
      harness = await makeHarness();
      store = await harness.open(() => now);
    });
    afterEach(async () => {
      await store.close();
      await harness.dispose();
    });

    const put = (row: RolloutInput, expected = 0) => store.write([], (tx) => tx.putRollout(row, expected));
    const idsOf = (rows: readonly { readonly rollout: Rollout }[]) => rows.map(({ rollout }) => rollout.id);

    test('are read back as they were written, at revision 1', async () => {
      const evidence = {
        at: START,
        cause,
        stage: 1,
        percent: 0.5,
        verdicts: [aVerdict('fail', START)],
        versions: [{ service: 'api', version: '1.0.0', instances: 3 }],
        affected: 12,
        people: 7,
      };
      const row = aRow(
        'r1',
        { comment: 'Ünï', sinceVersion: 7, coveredSince: 5, configRevision: 4, incident: 'INC-1', evidence },
        running,
      );
      const stored = await put(row);
      expect(stored).toEqual({ ...row, revision: 1, updatedAt: START });
      expect(await store.rollout('r1')).toEqual(stored);
      expect(await store.rollout('r2')).toBeNull();
    });

    test('gain a revision with each write, and refuse a write against another one', async () => {
      await put(aRow('r1'));
      expect((await put(aRow('r1', { nextAt: null }, running), 1)).revision).toBe(2);
      await expect(put(aRow('r1'), 1)).rejects.toMatchObject({ refusal: { code: 'revision-conflict' } });
      expect((await store.rollout('r1'))?.rollout.state.kind).toBe('running');
    });

    test('keep their revision and place in lists while only time is counted', async () => {
      const stored = await put(aRow('r1', {}, running));
      now += 1_000;
      const state = { ...running, progress: aProgress({ bakedMs: 9 }) };
      const counted = {
        ...stored,
        rollout: { ...stored.rollout, state },
        nextAt: now,
        coveredSince: 3,
        configRevision: 8,
      };
      await store.write([], (tx) => tx.countRollout(counted));
      expect(await store.rollout('r1')).toEqual(counted);
      await store.write([], (tx) => tx.countRollout({ ...counted, nextAt: 1, revision: 9 }));
      expect((await store.rollout('r1'))?.nextAt).toBe(now);
    });

    test('drive a flag one at a time, and it is free again when the first is over', async () => {
      await put(aRow('r1', { flag: 'checkout' }));
      const second = aRow('r2', { flag: 'checkout' });
      await expect(put(second)).rejects.toMatchObject({ refusal: { code: 'already-exists' } });
      await put({ ...second, environment: 'env-2' });
      await put(aRow('r1', { flag: 'checkout', nextAt: null }, over), 1);
      await put(aRow('r3', { flag: 'checkout' }));
    });

    test('are listed by what is asked for, those that changed last first', async () => {
      await put(aRow('r1', { flag: 'checkout' }));
      now += 1;
      await put(aRow('r2', { flag: 'search', environment: 'env-2' }, running));
      now += 1;
      await put(aRow('r3', { flag: 'menu', nextAt: null }, over));
      await put(aRow('other', { project: 'blog' }));
      now += 1;
      await put(aRow('r1', { flag: 'checkout' }, running), 1);
      const list = async (filter: object) => idsOf(await store.rollouts({ project: 'shop', limit: 10, ...filter }));
      expect(await list({})).toEqual(['r1', 'r3', 'r2']);
      expect(await list({ isLive: true })).toEqual(['r1', 'r2']);
      expect(await list({ isLive: false })).toEqual(['r3']);
      expect(await list({ states: ['running', 'aborted'], environment: 'env-1' })).toEqual(['r1', 'r3']);
      expect(await list({ flag: 'search' })).toEqual(['r2']);
      expect(await list({ changedSince: START + 1 })).toEqual(['r1', 'r3']);
      expect(await list({ limit: 1 })).toEqual(['r1']);
      expect(await list({ after: { updatedAt: START + 3, id: 'r1' } })).toEqual(['r3', 'r2']);
      expect(await store.rolloutCount({ project: 'shop', isLive: true })).toBe(2);
    });

    test('are due by their time, longest due first, until they are over', async () => {
      await put(aRow('r1', { nextAt: START + 10 }));
      await put(aRow('r2', { nextAt: START + 5 }));
      await put(aRow('r3', { nextAt: null }, over));
      expect(idsOf(await store.dueRollouts(START + 4, 10))).toEqual([]);
      expect(idsOf(await store.dueRollouts(START + 10, 10))).toEqual(['r2', 'r1']);
      expect(idsOf(await store.dueRollouts(START + 10, 1))).toEqual(['r2']);
      // The clock was set back: nobody plans so far ahead.
      expect(idsOf(await store.dueRollouts(START - 3_600_000, 10))).toEqual(['r2', 'r1']);
      await store.hastenRollouts(['r1', 'r3'], START);
      expect(idsOf(await store.dueRollouts(START, 10))).toEqual(['r1']);
      await store.hastenRollouts(['r1'], START + 99);
      expect(idsOf(await store.dueRollouts(START, 10))).toEqual(['r1']);
    });

    test('have records that are numbered without a gap', async () => {
      const record: Omit<RolloutRecord, 'seq'> = {
        rollout: 'r1',
        at: START,
        from: 'waiting',
        to: 'running',
        stage: 0,
        percent: 0.125,
        cause,
        actor: 'member:ana',
        changeId: 'change-1',
        version: 3,
      };
      const noted = { ...record, stage: null, cause: null, changeId: null, version: null };
      await store.write([], async (tx) => {
        await tx.addRolloutRecord(record);
        await tx.addRolloutRecord({ ...noted, rollout: 'r2' });
        return tx.addRolloutRecord(noted);
      });
      expect(await store.rolloutRecords('r1')).toEqual([
        { ...record, seq: 1 },
        { ...noted, seq: 2 },
      ]);
    });

    describe('and their gates', () => {
      const ask = (rollout: string, gates: readonly string[], checkAt = START) =>
        store.write([], (tx) => tx.putGateChecks(rollout, gates, checkAt));

      test('keep their verdict when they are asked again, and are forgotten when they are not', async () => {
        await ask('r1', ['errors', 'latency']);
        await ask('r2', ['errors']);
        const verdict = aVerdict('fail', START);
        await store.putVerdict('r1', verdict);
        await ask('r1', ['errors', 'sales'], START + 5);
        expect(await store.gateChecks('r1')).toEqual([
          { rollout: 'r1', gate: 'errors', checkAt: START + 5, verdict },
          { rollout: 'r1', gate: 'sales', checkAt: START + 5, verdict: null },
        ]);
        await ask('r1', []);
        expect(await store.gateChecks('r1')).toEqual([]);
        expect(await store.gateChecks('r2')).toHaveLength(1);
      });

      test('are claimed by one of many claimers each', async () => {
        const gates = Array.from({ length: 20 }, (_, i) => `gate-${i}`);
        await ask('r1', gates);
        const claims = await Promise.all(Array.from({ length: 4 }, () => store.claimGates(START, START + 10_000, 7)));
        const rest = await store.claimGates(START, START + 10_000, 99);
        const claimed = [...claims.flat(), ...rest].map(({ gate }) => gate);
        expect(claimed.sort()).toEqual([...gates].sort());
        expect(await store.claimGates(START + 9_999, START + 20_000, 99)).toEqual([]);
        expect(await store.claimGates(START + 10_000, START + 20_000, 99)).toHaveLength(20);
        // The clock was set back: nobody plans so far ahead.
        expect(await store.claimGates(START - 3_600_000, START, 99)).toHaveLength(20);
        await ask('r1', gates, NEVER);
        expect(await store.claimGates(START + DAY, START + 2 * DAY, 99)).toEqual([]);
      });

      test('have a series, thinned evenly, with the newest verdict in it', async () => {
        await ask('r1', ['errors']);
        const said: Verdict[] = Array.from({ length: 10 }, (_, i) => aVerdict('pass', START + i));
        for (const verdict of said) await store.putVerdict('r1', verdict);
        await store.putVerdict('r1', aVerdict('pass', START, 'nobody'));
        const query = { rollout: 'r1', gate: 'errors', from: START, to: START + DAY, limit: 100 };
        expect(await store.verdicts(query)).toEqual(said);
        expect((await store.verdicts({ ...query, limit: 4 })).map(({ at }) => at - START)).toEqual([0, 3, 6, 9]);
        expect(await store.verdicts({ ...query, from: START + 2, to: START + 4 })).toHaveLength(2);
        expect(await store.verdicts({ ...query, gate: 'nobody' })).toEqual([]);
        now = START + 30 * DAY + 4;
        await store.prune(now);
        expect((await store.verdicts(query)).map(({ at }) => at - START)).toEqual([5, 6, 7, 8, 9]);
      });
    });
  });
}
