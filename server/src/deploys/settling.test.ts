import type { Flag } from '@glidepath/core';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { SYSTEM } from '../audit/audited-write.ts';
import { postgresDatabase } from '../flags/world.contract.ts';
import { type EngineWorld, openEngine } from '../rollouts/engine.contract.ts';
import type { DeployStatus, ReplicaVersion } from '../store/deploys.ts';
import type { RolloutRow } from '../store/rollouts.ts';
import { coverageOf } from './coverage.ts';
import type { DeployReport } from './deploy.ts';
import { createDeployService, type DeployService } from './deploy-service.ts';
import { createPolicyService, type PolicyInput, type PolicyService } from './policy-service.ts';
import { createSettling, type Settling } from './settling.ts';

let engine: EngineWorld;
let deploys: DeployService;
let policies: PolicyService;
let settling: Settling;
const warnings: object[] = [];

beforeEach(() => open());

async function open(url?: string): Promise<void> {
  engine = await openEngine(url === undefined ? {} : { url });
  const { world, service } = engine;
  const deps = { store: world.store, clock: clockOf(world.time) };
  const logger = { info: () => undefined, warn: (told: object) => void warnings.push(told), error: () => undefined };
  settling = createSettling({ ...deps, logger, rollouts: service });
  deploys = createDeployService({ ...deps, onReported: (deploy) => settling.settle(deploy) });
  policies = createPolicyService(deps);
  warnings.length = 0;
}
afterEach(() => engine[Symbol.asyncDispose]());

function clockOf(time: { readonly now: number }) {
  return { now: () => time.now, monotonic: () => time.now, setTimer: () => ({ cancel: () => undefined }) };
}

const place = () => {
  const { project, environments } = engine.world;
  const [environment] = environments;
  if (environment === undefined) throw new Error('no environment');
  return { project, environment };
};

function aReport(status: DeployStatus, version: string, more: Partial<DeployReport> = {}): DeployReport {
  const nothing = { startedAt: null, finishedAt: null, commit: null, commits: [], url: null, deployedBy: null };
  return { ...nothing, service: 'api', version, attempt: 1, status, ...more };
}

/** Time passes from report to report. */
async function deploy(status: DeployStatus, version = '1.4.0', more: Partial<DeployReport> = {}) {
  engine.world.time.now += 1_000;
  return deploys.report(place(), aReport(status, version, more), SYSTEM);
}

async function aFlag(key: string, tags: readonly string[] = ['auto']): Promise<void> {
  await engine.aFlag(key);
  await engine.world.change({ flag: key, instructions: [{ kind: 'set-tags', tags }] });
}

/** Younger than all others. */
function aPolicy(more: Partial<PolicyInput> = {}) {
  engine.world.time.now += 1_000;
  return policies.create(
    place().project,
    { name: 'Automatic', environment: 'production', tag: 'auto', ...more },
    SYSTEM,
  );
}

const rollouts = () => engine.world.store.rollouts({ environment: place().environment.id, limit: 100 });
const flagsOf = (rows: readonly RolloutRow[]) => rows.map(({ flag }) => flag).sort();

describe('a release policy', () => {
  test('has a deploy start the release of each flag with its tag, to wait for coverage', async () => {
    await aFlag('checkout');
    await aFlag('banner');
    await aFlag('other', []);
    await aPolicy({ coverage: 90, delayMinutes: 5, template: 'quick' });
    await deploy('started');
    const rows = await rollouts();
    expect(flagsOf(rows)).toEqual(['banner', 'checkout']);
    for (const { rollout, startedBy, comment } of rows) {
      expect(startedBy).toBe('system');
      expect(comment).toBe('Release policy "Automatic": deploy of api 1.4.0');
      expect(rollout).toMatchObject({
        state: { kind: 'waiting' },
        plan: {
          variation: 'on',
          control: 'off',
          stages: [{ percent: 1 }, { percent: 10 }, { percent: 50 }, { percent: 100 }],
          start: { kind: 'deploy', service: 'api', minVersion: '1.4.0', coverage: 90, delayMinutes: 5 },
        },
      });
    }
  });

  test('T51: starts one rollout per flag and version, however often and by however many the deploy is told', async () => {
    await aFlag('checkout');
    await aPolicy();
    await aPolicy({ name: 'Another', template: 'quick' });
    await Promise.all(Array.from({ length: 10 }, () => deploy('started')));
    await deploy('succeeded');
    const [deployed] = await engine.world.store.deploys({ project: place().project.id, limit: 10 });
    if (deployed === undefined) throw new Error('no deploy');
    await Promise.all(Array.from({ length: 5 }, () => settling.settle(deployed)));
    expect(await rollouts()).toHaveLength(1);
  });

  test('does not start anew what was rolled back or aborted in this version', async () => {
    await aFlag('checkout');
    await aPolicy();
    await deploy('started');
    const [row] = await rollouts();
    const by = { principal: { kind: 'system' }, cause: SYSTEM } as const;
    await engine.service.command(place().project.id, row?.rollout.id ?? '', { kind: 'abort', reason: 'not now' }, by);
    await deploy('succeeded');
    await deploy('started', '1.4.0', { attempt: 2 });
    expect(await rollouts()).toHaveLength(1);
    await deploy('succeeded', '1.5.0');
    expect(await rollouts()).toHaveLength(2);
  });

  test.for<[string, Parameters<EngineWorld['world']['change']>[0]]>([
    ['off', { flag: 'checkout', environment: 'production', instructions: [{ kind: 'turn-off' }] }],
    ['killed', { flag: 'checkout', environment: 'production', instructions: [{ kind: 'kill', reason: 'bad' }] }],
    ['archived', { flag: 'checkout', instructions: [{ kind: 'archive' }] }],
    [
      'partly out',
      {
        flag: 'checkout',
        environment: 'production',
        instructions: [{ kind: 'set-split', at: 'fallthrough', weights: { on: 1_000, off: 99_000 } }],
      },
    ],
    [
      'out',
      {
        flag: 'checkout',
        environment: 'production',
        instructions: [{ kind: 'set-fallthrough', serve: { variation: 'on' } }],
      },
    ],
  ])('leaves a flag that is %s to people', async ([, change]) => {
    await aFlag('checkout');
    const { world } = engine;
    if (JSON.stringify(change).includes('"archive"'))
      await world.change({ flag: 'checkout', environment: 'production', instructions: [{ kind: 'turn-off' }] });
    await world.change(change);
    await aPolicy();
    await deploy('succeeded');
    expect(await rollouts()).toEqual([]);
  });

  test('leaves a flag of three variations to people: nobody said which one is released', async () => {
    await aFlag('checkout');
    const ref = { kind: 'flag', parent: place().project.id, key: 'checkout' } as const;
    const { store } = engine.world;
    const flag = await store.document<Flag>(ref);
    if (flag === null) throw new Error('no flag');
    const variations = [...flag.body.variations, { key: 'third', value: true }];
    await store.write([], (tx) => tx.put(ref, { ...flag.body, variations }, flag.revision));
    await aPolicy();
    await deploy('succeeded');
    expect(await rollouts()).toEqual([]);
  });

  test('counts only for its service and its environment, and while it is enabled', async () => {
    await aFlag('checkout');
    await aPolicy({ service: 'web' });
    await aPolicy({ isEnabled: false });
    await deploy('succeeded');
    expect(await rollouts()).toEqual([]);
  });

  test('starts nothing for a version older than one that is there', async () => {
    await aFlag('checkout');
    await deploy('succeeded', '1.5.0');
    await aPolicy();
    await deploy('succeeded', '1.4.9');
    expect(await rollouts()).toEqual([]);
  });

  test('keeps one flag that is refused from none of the others', async () => {
    await aFlag('banner');
    await aFlag('checkout');
    const { result: policy } = await aPolicy();
    const body = { ...policy.body, template: 'gone' };
    await engine.world.store.write([], (tx) => tx.put(policy, body, policy.revision));
    await aPolicy({ name: 'Second' });
    await deploy('succeeded');
    expect(flagsOf(await rollouts())).toEqual(['banner', 'checkout']);
    expect(warnings).toHaveLength(2);
  });

  test('that names what is not there is refused when it is made', async () => {
    for (const wrong of [
      { environment: 'moon' },
      { template: 'none' },
      { template: 'employees-first' },
      { segment: 'x' },
    ])
      await expect(aPolicy(wrong)).rejects.toMatchObject({ refusal: { code: 'unknown-reference' } });
  });
});

describe('a rollout that waits for a deploy', () => {
  test('by a policy is over when the deploy fails', async () => {
    await aFlag('checkout');
    await aPolicy();
    await deploy('started');
    await deploy('failed');
    expect(await rollouts()).toMatchObject([{ rollout: { state: { kind: 'aborted' } } }]);
  });

  test('by a policy gives way to another version where nobody can tell that it is new enough', async () => {
    await aFlag('checkout');
    await aPolicy();
    await deploy('started', 'c0ffee');
    await deploy('started', 'beef');
    const states = (await rollouts()).map(({ rollout: { plan, state } }) => [plan.start, state.kind]);
    expect(states).toContainEqual([expect.objectContaining({ minVersion: 'c0ffee' }), 'aborted']);
    expect(states).toContainEqual([expect.objectContaining({ minVersion: 'beef' }), 'waiting']);
  });

  test('by a person stays, whatever becomes of deploys', async () => {
    await engine.aFlag();
    const start = { kind: 'deploy', service: 'api', minVersion: 'c0ffee', coverage: 100, delayMinutes: 0 } as const;
    const id = await engine.start({ start });
    await deploy('started', 'c0ffee');
    await deploy('failed', 'c0ffee');
    await deploy('succeeded', 'beef');
    expect(await engine.state(id)).toBe('waiting');
  });
});

describe('on PostgreSQL', () => {
  test('T51: ten copies at once are one deploy, one record and one rollout', async () => {
    await engine[Symbol.asyncDispose]();
    await using database = await postgresDatabase(inject('pgUrl'));
    await open(database.url);
    await aFlag('checkout');
    await aPolicy();
    const copies = Array.from({ length: 10 }, () => deploys.report(place(), aReport('succeeded', '1.4.0'), SYSTEM));
    const kinds = (await Promise.all(copies)).map(({ kind }) => kind);
    expect(kinds.sort()).toEqual(['new', ...Array<string>(9).fill('unchanged')]);
    expect(await rollouts()).toHaveLength(1);
    const { audit } = engine.world.store;
    expect((await audit({ limit: 500 })).filter(({ action }) => action === 'record-deploy')).toHaveLength(1);
    await engine[Symbol.asyncDispose]();
    await open();
  });
});

describe('deploys that a crash has left behind', () => {
  test('are settled later, and no more once they are', async () => {
    await aFlag('checkout');
    await aPolicy();
    const { store, time } = engine.world;
    const crashing = createDeployService({ store, clock: clockOf(time), onReported: async () => undefined });
    await crashing.report(place(), aReport('succeeded', '1.4.0'), SYSTEM);
    expect(await rollouts()).toEqual([]);
    await settling.settleAll();
    expect(await rollouts()).toHaveLength(1);
    expect(await store.unsettledDeploys(10)).toEqual([]);
  });
});

describe('coverage', () => {
  const live = (version: string, instances: number, service = 'api') => ({
    environment: place().environment.id,
    service,
    version,
    instances,
    applied: {},
  });
  const coverage = (minVersion: string) =>
    coverageOf(
      engine.world.store,
      { environment: place().environment.id, service: 'api', minVersion },
      engine.world.time.now,
    );
  const connect = (...versions: readonly ReplicaVersion[]) =>
    engine.world.store.putLiveVersions('one', versions, engine.world.time.now);

  test('is the share of connected instances that run the version or a newer one', async () => {
    await connect(live('1.3.9', 1), live('1.4.0', 2), live('1.10.0', 1), live('2.0.0', 5, 'web'));
    expect(await coverage('1.4.0')).toEqual({
      service: 'api',
      minVersion: '1.4.0',
      percent: 75,
      instances: 4,
      covered: 3,
      unknown: [],
    });
  });

  test('goes by the order of successful deploys where versions are hashes, and names those that nobody knows', async () => {
    await deploy('succeeded', 'aaa');
    await deploy('succeeded', 'bbb');
    await deploy('failed', 'ccc');
    await connect(live('aaa', 1), live('bbb', 1), live('ccc', 1), live('', 1));
    expect(await coverage('bbb')).toMatchObject({ covered: 1, instances: 4, unknown: ['unknown', 'ccc'] });
    expect(await coverage('aaa')).toMatchObject({ covered: 2 });
  });

  test('of a service that nobody runs is nothing', async () => {
    expect(await coverage('1.0.0')).toMatchObject({ percent: 0, instances: 0 });
  });
});
