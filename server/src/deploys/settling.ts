import { randomUUID } from 'node:crypto';
import type { Flag, FlagConfig } from '@glidepath/core';
import { SYSTEM, writtenWithin } from '../audit/audited-write.ts';
import type { Clock } from '../clock.ts';
import { RefusedError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { resolvePlan } from '../rollouts/resolve-plan.ts';
import type { RolloutService } from '../rollouts/rollout-service.ts';
import { beginRollout } from '../rollouts/start.ts';
import type { DeployRow } from '../store/deploys.ts';
import type { EnvironmentBody, ProjectBody } from '../store/documents.ts';
import type { RolloutRow } from '../store/rollouts.ts';
import type { Store, WriteTransaction } from '../store/store.ts';
import { compareDeployed } from './deploy.ts';
import type { DeployPlace } from './deploy-service.ts';
import { isReleasable, policiesFor, type ReleasePolicy, type ReleasePolicyBody } from './release-policy.ts';

export interface SettlingDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly rollouts: Pick<RolloutService, 'command'>;
}

/** Carries out what follows from a deploy. */
export interface Settling {
  settle(deploy: DeployRow): Promise<void>;
  /** The same for those that a crash or a database that was away has left behind; trouble with one is not another's. */
  settleAll(): Promise<void>;
}

const AT_ONCE = 20;
/** More than one environment has live rollouts, or one flag has had. */
const ROLLOUTS = 10_000;
/** As far back as it matters which version is the newest. */
const RECENT = 100;

export function createSettling(deps: SettlingDeps): Settling {
  const { store, clock, logger, rollouts } = deps;

  async function settle(deploy: DeployRow): Promise<void> {
    const place = await placeOf(store, deploy);
    switch (deploy.status) {
      case 'started':
      case 'succeeded':
        await abandon(deploy, await outdated(store, deploy), 'another version was deployed');
        await release(deploy, place);
        break;
      case 'failed':
      case 'rolled-back':
        await abandon(deploy, await waitingFor(store, deploy), `the deploy of ${deploy.version} ${deploy.status}`);
    }
    await store.settleDeploy(deploy, clock.now());
  }

  async function release(deploy: DeployRow, place: DeployPlace): Promise<void> {
    const all = await store.documents<ReleasePolicyBody>('release-policy', deploy.project);
    const policies = policiesFor(all, deploy, place.environment.key);
    if (policies.length === 0 || (await isOlder(store, deploy))) return;
    for (const policy of policies)
      for (const flag of await flagsOf(store, deploy.project, policy.body.tag))
        await passing(() => releaseOne(deploy, place, policy, flag), { policy: policy.body.name, flag });
  }

  function releaseOne(deploy: DeployRow, place: DeployPlace, policy: ReleasePolicy, flag: string): Promise<void> {
    return store.write([place.environment.id], async (tx) => {
      if (!(await isDue(tx, deploy, flag))) return;
      const { body } = policy;
      const { service, version } = deploy;
      const plan = await resolvePlan(tx, place, flag, {
        template: body.template,
        ...(body.segment !== null && { segment: body.segment }),
        at: 'fallthrough',
        start: {
          kind: 'deploy',
          service,
          minVersion: version,
          coverage: body.coverage,
          delayMinutes: body.delayMinutes,
        },
        requires: [],
      });
      const now = clock.now();
      const comment = `Release policy "${body.name}": deploy of ${service} ${version}`;
      const by = { principal: { kind: 'system' }, cause: { ...SYSTEM, comment } } as const;
      await writtenWithin(tx, now, by.cause, () =>
        beginRollout(tx, { newId: randomUUID }, { ...place, flag, plan, begins: false }, by, now),
      );
    });
  }

  async function abandon(deploy: DeployRow, waiting: readonly RolloutRow[], reason: string): Promise<void> {
    const by = { principal: { kind: 'system' }, cause: { ...SYSTEM, comment: reason } } as const;
    for (const { rollout, flag } of waiting)
      await passing(() => rollouts.command(deploy.project, rollout.id, { kind: 'abort', reason }, by), { flag });
  }

  /** What is refused to one flag is no reason to leave the others. */
  async function passing(work: () => Promise<unknown>, about: object): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      logger.warn({ err: error, ...about }, 'a deploy did not release a flag that its policy names');
    }
  }

  return {
    settle,
    async settleAll() {
      for (const deploy of await store.unsettledDeploys(AT_ONCE)) {
        try {
          await settle(deploy);
        } catch (error) {
          logger.error({ err: error, deploy: deploy.id }, 'what follows from a deploy could not be done');
        }
      }
    },
  };
}

async function placeOf(store: Store, { project: id, environment: environmentId }: DeployRow): Promise<DeployPlace> {
  const project = await store.documentById<ProjectBody>('project', id);
  const environment = await store.documentById<EnvironmentBody>('environment', environmentId);
  if (project === null || environment === null) throw new Error('projects and environments are never removed');
  return { project, environment };
}

/** Keys of flags, in order. */
async function flagsOf(store: Store, project: string, tag: string): Promise<readonly string[]> {
  const flags = await store.documents<Flag>('flag', project);
  return flags.filter(({ body }) => body.tags.includes(tag)).map(({ key }) => key);
}

/** Once per flag and version, whatever became of it; decided with the environment locked. */
async function isDue(tx: WriteTransaction, { project, environment, ...deploy }: DeployRow, key: string) {
  const flag = await tx.document<Flag>({ kind: 'flag', parent: project, key });
  const config = await tx.document<FlagConfig>({ kind: 'flag-config', parent: environment, key });
  if (flag === null || config === null || !isReleasable(flag.body, config.body)) return false;
  const known = await tx.rollouts({ environment, flag: key, limit: ROLLOUTS });
  return known.every((row) => row.endedAt !== null && !startsBy(row, deploy));
}

function startsBy({ rollout }: RolloutRow, { service, version }: Pick<DeployRow, 'service' | 'version'>): boolean {
  const { start } = rollout.plan;
  return start.kind === 'deploy' && start.service === service && start.minVersion === version;
}

/** What was there before may lack what the flags switch on. */
async function isOlder(store: Store, { project, environment, service, version }: DeployRow): Promise<boolean> {
  const filter = { project, environment, service, status: 'succeeded', limit: RECENT } as const;
  const others = (await store.deploys(filter)).map((deploy) => deploy.version);
  const first = await store.firstDeployed(environment, service, [version, ...others]);
  return others.some((other) => (compareDeployed(other, version, first) ?? 0) > 0);
}

/** Rollouts that a policy has started for this service and that still wait. */
async function waitingOf(store: Store, { environment, service }: DeployRow): Promise<readonly RolloutRow[]> {
  const live = await store.rollouts({ environment, isLive: true, limit: ROLLOUTS });
  return live.filter(({ rollout: { plan, state }, startedBy }) => {
    const isOfIts = plan.start.kind === 'deploy' && plan.start.service === service;
    return isOfIts && state.kind === 'waiting' && startedBy === SYSTEM.actor;
  });
}

async function waitingFor(store: Store, deploy: DeployRow): Promise<readonly RolloutRow[]> {
  return (await waitingOf(store, deploy)).filter((row) => startsBy(row, deploy));
}

/** Those that wait for a version that never came, and that nobody can compare with this one: it would be for ever. */
async function outdated(store: Store, deploy: DeployRow): Promise<readonly RolloutRow[]> {
  const waiting = (await waitingOf(store, deploy)).filter((row) => !startsBy(row, deploy));
  const versions = waiting.map(({ rollout: { plan } }) => (plan.start.kind === 'deploy' ? plan.start.minVersion : ''));
  const { environment, service, version } = deploy;
  const first = await store.firstDeployed(environment, service, [version, ...versions]);
  return waiting.filter((_, i) => compareDeployed(version, versions[i] ?? '', first) === null);
}
