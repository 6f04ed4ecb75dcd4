import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DeployRow, LiveVersion } from './deploys.ts';
import type { Harness } from './store.contract.ts';
import type { Store } from './store.ts';

const START = Date.UTC(2030, 0, 1);
const DAY = 86_400_000;

let made = 0;
function aDeploy(deploy: Partial<DeployRow> = {}): Omit<DeployRow, 'revision'> {
  made += 1;
  return {
    id: `deploy-${String(made).padStart(3, '0')}`,
    project: 'shop',
    environment: 'env-1',
    service: 'api',
    version: `1.0.${made}`,
    attempt: 1,
    status: 'started',
    startedAt: START + made,
    finishedAt: null,
    commit: null,
    commits: [],
    url: null,
    deployedBy: null,
    reportedBy: 'token:ci',
    reportedAt: START + made,
    settledAt: null,
    ...deploy,
  };
}

const live = (version: string, instances: number, applied: LiveVersion['applied'] = {}) => ({
  environment: 'env-1',
  service: 'api',
  version,
  instances,
  applied,
});

/** What every backend must do with deploys, with what is connected, and with messages of integrations. */
export function describeDeploys(name: string, makeHarness: () => Promise<Harness>): void {
  describe(`deploys on ${name}`, () => {
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

    const put = (deploy: Partial<DeployRow> = {}, expected = 0) =>
      store.write([], (tx) => tx.putDeploy(aDeploy(deploy), expected));

    test('are read back as they were written, by their id and by their attempt', async () => {
      const commits = [
        { sha: 'c0ffee', committedAt: START - 1 },
        { sha: 'beef', committedAt: null },
      ];
      const whole = {
        commits,
        commit: 'c0ffee',
        url: 'https://ci.example/1',
        deployedBy: 'ann',
        finishedAt: START + 9,
      };
      const deploy = await put({ ...whole, attempt: Number.MAX_SAFE_INTEGER });
      expect(deploy).toMatchObject({ ...whole, revision: 1 });
      expect(await store.deploy(deploy.id)).toEqual(deploy);
      expect(await store.deployOf(deploy)).toEqual(deploy);
      expect(await store.deployOf({ ...deploy, attempt: 2 })).toBeNull();
      expect(await store.deploy('nowhere')).toBeNull();
    });

    test('are written by revision, and each attempt once', async () => {
      const first = await put({ version: '2.0.0' });
      await expect(put({ version: '2.0.0' })).rejects.toMatchObject({ refusal: { code: 'already-exists' } });
      expect(await put({ ...first, status: 'succeeded' }, 1)).toMatchObject({ revision: 2, status: 'succeeded' });
      await expect(put({ ...first, status: 'failed' }, 1)).rejects.toMatchObject({
        refusal: { code: 'revision-conflict' },
      });
      await put({ version: '2.0.0', attempt: 2 });
      await put({ version: '2.0.0', environment: 'env-2' });
      expect(await store.deployCount({ project: 'shop' })).toBe(3);
    });

    test('are listed by their beginning, newest first, page by page', async () => {
      const ids: string[] = [];
      for (const startedAt of [START + 5, START + 7, START + 7, START + 1]) ids.push((await put({ startedAt })).id);
      await put({ project: 'other' });
      const [first, second, third, oldest] = ids;
      const all = await store.deploys({ project: 'shop', limit: 10 });
      expect(all.map(({ id }) => id)).toEqual([third, second, first, oldest]);
      const after = all[1];
      expect(after).toBeDefined();
      const rest = await store.deploys({ project: 'shop', limit: 1, ...(after && { after }) });
      expect(rest.map(({ id }) => id)).toEqual([first]);
    });

    test('are filtered by environment, service and status', async () => {
      const wanted = await put({ environment: 'env-2', service: 'web', status: 'failed' });
      await put({ environment: 'env-2', service: 'web' });
      await put({ environment: 'env-2', status: 'failed' });
      await put({ service: 'web', status: 'failed' });
      const filter = { project: 'shop', environment: 'env-2', service: 'web', status: 'failed' } as const;
      expect(await store.deploys({ ...filter, limit: 10 })).toEqual([wanted]);
      expect(await store.deployCount(filter)).toBe(1);
    });

    test('tell when each version first came into an environment with success', async () => {
      await put({ version: 'a', status: 'succeeded', startedAt: START + 10 });
      await put({ version: 'a', attempt: 2, status: 'succeeded', startedAt: START + 90 });
      await put({ version: 'b', status: 'succeeded', startedAt: START + 20 });
      await put({ version: 'c', status: 'failed', startedAt: START + 30 });
      await put({ version: 'd', status: 'succeeded', environment: 'env-2' });
      const first = await store.firstDeployed('env-1', 'api', ['a', 'b', 'c', 'd', 'e']);
      expect([...first].sort()).toEqual([
        ['a', START + 10],
        ['b', START + 20],
      ]);
      expect((await store.firstDeployed('env-1', 'api', [])).size).toBe(0);
    });

    test('wait to be settled, and do again once something new was reported', async () => {
      const deploy = await put();
      expect(await store.unsettledDeploys(10)).toEqual([deploy]);
      const changed = await put({ ...deploy, status: 'succeeded' }, 1);
      await store.settleDeploy(deploy, START);
      expect(await store.unsettledDeploys(10)).toEqual([changed]);
      await store.settleDeploy(changed, START);
      expect(await store.unsettledDeploys(10)).toEqual([]);
    });

    test('are forgotten when no figure looks back so far', async () => {
      const old = await put({ startedAt: START - 1_101 * DAY });
      const kept = await put({ startedAt: START - 1_000 * DAY });
      await store.prune(START);
      expect([await store.deploy(old.id), await store.deploy(kept.id)]).toEqual([null, kept]);
    });

    describe('what is connected', () => {
      test('is summed up over replicas, each of which replaces what it has said', async () => {
        await store.putLiveVersions('one', [live('1.0.0', 9)], START);
        await store.putLiveVersions('one', [live('1.0.0', 2, { 7: 2 }), live('', 1)], START);
        await store.putLiveVersions('two', [live('1.0.0', 3, { 6: 1, 7: 2 })], START);
        await store.putLiveVersions('three', [{ ...live('9.9.9', 1), environment: 'env-2' }], START);
        expect(await store.liveVersions('env-1', START)).toEqual([
          { service: 'api', version: '', instances: 1, applied: {} },
          { service: 'api', version: '1.0.0', instances: 5, applied: { 6: 1, 7: 4 } },
        ]);
        await store.putLiveVersions('one', [], START);
        expect(await store.liveVersions('env-1', START)).toMatchObject([{ instances: 3 }]);
      });

      test('does not count once its replica has been silent for 30 seconds', async () => {
        await store.putLiveVersions('one', [live('1.0.0', 1)], START);
        expect(await store.liveVersions('env-1', START + 29_999)).toHaveLength(1);
        expect(await store.liveVersions('env-1', START + 30_000)).toEqual([]);
        await store.prune(START + 30_000);
        expect(await store.liveVersions('env-1', START)).toEqual([]);
      });
    });

    describe('a message of an integration', () => {
      const take = (message: string, at = START, integration = 'github') =>
        store.write([], (tx) => tx.takeHookMessage(integration, message, at));

      test('is taken once, and not at all where its transaction fails', async () => {
        const failing = store.write([], async (tx) => {
          await tx.takeHookMessage('github', 'm1', START);
          throw new Error('something broke');
        });
        await expect(failing).rejects.toThrow('something broke');
        expect([await take('m1'), await take('m1'), await take('m2'), await take('m1', START, 'gitlab')]).toEqual([
          true,
          false,
          true,
          true,
        ]);
      });

      test('that comes ten times at once is taken once', async () => {
        const taken = await Promise.all(Array.from({ length: 10 }, () => take('m1')));
        expect(taken.filter(Boolean)).toHaveLength(1);
      });

      test('tells when the integration was used, and is remembered for much longer than a day', async () => {
        expect(await store.hookUsedAt('github')).toBeNull();
        await take('m1');
        await take('m2', START + 5);
        expect(await store.hookUsedAt('github')).toBe(START + 5);
        await store.prune(START + 29 * DAY);
        expect(await take('m1', START + 29 * DAY)).toBe(false);
        await store.prune(START + 31 * DAY);
        expect(await store.hookUsedAt('github')).toBeNull();
      });
    });
  });
}
